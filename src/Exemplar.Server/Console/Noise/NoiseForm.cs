using System.Globalization;
using Exemplar.Core.Noise;
using Exemplar.Server.Console.Schedules;

namespace Exemplar.Server.Console.Noise;

/// <summary>A noise policy as it is typed. An empty field is taken from what stands behind it.</summary>
public sealed class NoiseForm
{
    public string AlertAfter { get; set; } = "";

    public string OfLast { get; set; } = "";

    public string RecoverAfter { get; set; } = "";

    /// <summary>A duration, or "never".</summary>
    public string RemindEvery { get; set; } = "";

    /// <summary>"", "true" or "false", as those below.</summary>
    public string Flapping { get; set; } = "";

    public string FlappingChanges { get; set; } = "";

    public string FlappingWithin { get; set; } = "";

    public string AnnounceLate { get; set; } = "";

    public string AnnounceRecovered { get; set; } = "";

    public static NoiseForm Of(NoisePolicy policy) => new()
    {
        AlertAfter = Text(policy.AlertAfter),
        OfLast = Text(policy.AlertAfterOfLast),
        RecoverAfter = Text(policy.RecoverAfter),
        RemindEvery = policy.RemindEvery is { } every ? (every > TimeSpan.Zero ? TimeWords.Exact(every) : "never") : "",
        Flapping = Text(policy.Flapping),
        FlappingChanges = Text(policy.FlappingChanges),
        FlappingWithin = policy.FlappingWithin is { } within ? TimeWords.Exact(within) : "",
        AnnounceLate = Text(policy.AnnounceLate),
        AnnounceRecovered = Text(policy.AnnounceRecovered),
    };

    /// <summary>As the API takes it, every field named, so that an emptied one goes back to its default.</summary>
    public Dictionary<string, object?> Fields() => new(StringComparer.Ordinal)
    {
        ["alert_after"] = Number(AlertAfter),
        ["alert_after_of_last"] = Number(OfLast),
        ["recover_after"] = Number(RecoverAfter),
        ["remind_every_minutes"] = RemindEvery.Trim().Equals("never", StringComparison.OrdinalIgnoreCase) ? 0 : Minutes(RemindEvery),
        ["flapping"] = Flag(Flapping),
        ["flapping_changes"] = Number(FlappingChanges),
        ["flapping_within_minutes"] = Minutes(FlappingWithin),
        ["announce_late"] = Flag(AnnounceLate),
        ["announce_recovered"] = Flag(AnnounceRecovered),
    };

    // What is no number and no duration goes on as it was typed, so that the rules of the API say what is wrong with it.
    private static object? Number(string text) => string.IsNullOrWhiteSpace(text) ? null
        : int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : text;

    private static object? Minutes(string text) => string.IsNullOrWhiteSpace(text) ? null : TimeWords.Minutes(text) ?? (object)text;

    private static object? Flag(string text) => text switch { "true" => true, "false" => false, _ => null };

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Text(bool? flag) => flag switch { true => "true", false => "false", null => "" };
}
