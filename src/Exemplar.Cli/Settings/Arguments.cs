using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Exemplar.Cli.Settings;

/// <summary>Arguments and options that several commands have, with what makes them wrong.</summary>
internal static partial class Arguments
{
    private static readonly string[] MomentForms =
        ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>A monitor's id.</summary>
    public static Argument<string> MonitorId() => Id("ID", "The monitor's id, 24 hex digits.");

    public static Argument<string> Id(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !IdForm().IsMatch(result.Tokens[0].Value)) result.AddError($"{name} must be 24 hex digits, not '{result.Tokens[0].Value}'.");
        });
        return argument;
    }

    /// <summary><c>--metadata k=v …</c></summary>
    public static Option<string[]> Metadata()
    {
        var option = new Option<string[]>("--metadata", "-m")
        {
            Description = "What to keep beside the heartbeat, as NAME=VALUE; may be given several times.", HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.ZeroOrMore,
        };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) <= 0))
                result.AddError($"--metadata takes NAME=VALUE, not '{token.Value}'.");
        });
        return option;
    }

    /// <summary>The pairs as an object; of equal names the last one counts. Null for none.</summary>
    public static JsonObject? ToMetadata(string[]? pairs)
    {
        if (pairs is null or []) return null;
        var metadata = new JsonObject();
        foreach (var pair in pairs)
        {
            var parts = pair.Split('=', 2);
            metadata[parts[0]] = parts[1];
        }
        return metadata;
    }

    /// <summary>A moment with its offset, such as <c>2026-11-23T05:00:00Z</c>.</summary>
    public static Option<DateTimeOffset?> Moment(string name, string description)
    {
        var option = new Option<DateTimeOffset?>(name) { Description = description, HelpName = "MOMENT" };
        option.CustomParser = result =>
        {
            if (DateTimeOffset.TryParseExact(result.Tokens[0].Value, MomentForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
            result.AddError($"{name} takes a moment with its offset such as 2026-11-23T05:00:00Z or 2026-11-23T06:00:00+01:00, not '{result.Tokens[0].Value}'.");
            return null;
        };
        return option;
    }

    /// <summary>A duration such as <c>90s</c>, <c>5m</c> or <c>1h30m</c>; a bare number is minutes.</summary>
    public static Option<TimeSpan?> Duration(string name, string description)
    {
        var option = new Option<TimeSpan?>(name) { Description = description, HelpName = "DURATION" };
        option.CustomParser = result =>
        {
            if (TryReadDuration(result.Tokens[0].Value, out var duration)) return duration;
            result.AddError($"{name} takes a duration such as 90s, 5m, 1h30m or 2d, not '{result.Tokens[0].Value}'.");
            return null;
        };
        return option;
    }

    public static bool TryReadDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes))
        {
            if (minutes is <= 0 or > 1_000_000) return false;
            duration = TimeSpan.FromMinutes(minutes);
            return true;
        }
        var match = DurationForm().Match(text);
        if (!match.Success || text.Length == 0) return false;
        double Part(string name) => match.Groups[name] is { Success: true } group ? double.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
        var seconds = Part("d") * 86_400 + Part("h") * 3_600 + Part("m") * 60 + Part("s");
        if (seconds is <= 0 or > 60_000_000) return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    [GeneratedRegex("^[0-9a-fA-F]{24}$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex IdForm();

    [GeneratedRegex(@"^((?<d>\d{1,6}(\.\d+)?)d)?((?<h>\d{1,6}(\.\d+)?)h)?((?<m>\d{1,6}(\.\d+)?)m)?((?<s>\d{1,8}(\.\d+)?)s)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex DurationForm();
}
