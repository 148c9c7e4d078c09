using System.Globalization;
using System.Text;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Channels.Webhook;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Shell;

/// <summary>
/// Runs a command on this machine, as the user of the server, with the alert in its environment and as JSON on its input. There is
/// no shell between: what a name holds cannot become a command. Exists only where the operator has allowed it.
/// </summary>
internal sealed class ShellChannel(AlertLinks links, TimeProvider clock) : IChannel
{
    /// <summary>The word of the API; the registry leaves it out where it is not allowed.</summary>
    public const string Word = "shell";

    private const int MostArguments = 50;
    private const int LongestTime = 60;

    // What sysexits.h and shells call lasting: usage, permission, configuration; not executable, not found.
    private static readonly int[] Lasting = [64, 77, 78, 126, 127];

    public string Kind => Word;

    public string Title => "Shell command";

    public bool IsReadByPeople => false;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("command", "Command") { IsRequired = true, Longest = 500, Help = "The full path of a program on the server's machine: /usr/local/bin/alert" },
        new("arguments", "Arguments") { Shape = FieldShape.Lines, Longest = 4_000, Help = "One to a line, as they are: nothing in them is replaced or split." },
        new("environment", "Environment") { Shape = FieldShape.Pairs, IsSecret = true, Longest = 4_000, Help = "Further variables, such as a password the command needs; kept secret." },
        new("timeout_seconds", "Time limit") { Shape = FieldShape.Number, Default = "10", Help = "Seconds, up to 60; then the command and all that it started are killed." },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        if (!Path.IsPathFullyQualified(config["command"])) errors.Add("config.command", "must be a full path");
        if (Arguments(config).Length > MostArguments) errors.Add("config.arguments", $"must have at most {MostArguments} lines");
        if (config.Has("timeout_seconds") && int.Parse(config["timeout_seconds"], CultureInfo.InvariantCulture) is < 1 or > LongestTime)
            errors.Add("config.timeout_seconds", $"must be from 1 to {LongestTime}");
        foreach (var name in config.Pairs("environment").Keys)
        {
            if (!(char.IsAsciiLetter(name[0]) || name[0] == '_') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                errors.Add("config.environment", $"holds '{name}', which is no name of a variable");
        }
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var command = new ShellCommand(config["command"], Arguments(config), Environment(config, alert), WebhookBody.Of(alert).ToJsonString());
        var time = TimeSpan.FromSeconds(int.Parse(config["timeout_seconds"], CultureInfo.InvariantCulture));
        var mask = SecretMask.Of(this, config);
        var run = await command.RunAsync(time, clock, cancellationToken);
        if (run.Refusal is { } refusal) return new DeliveryOutcome.Refused(mask.Clean(refusal));
        if (run.Code is not { } code) return new DeliveryOutcome.Retry(mask.Clean($"Killed after {time.TotalSeconds:0} s. {run.Output}", run.WasCut));
        var detail = mask.Clean($"Exit code {code}. {run.Output}", run.WasCut);
        if (code == 0) return new DeliveryOutcome.Delivered(detail);
        return Lasting.Contains(code) ? new DeliveryOutcome.Refused(detail) : new DeliveryOutcome.Retry(detail);
    }

    private static string[] Arguments(ChannelConfig config) => config.Has("arguments") ? config["arguments"].ReplaceLineEndings("\n").Split('\n') : [];

    private Dictionary<string, string> Environment(ChannelConfig config, Alert alert)
    {
        var values = new TemplateValues(alert, AlertText.Of(alert, links));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in TemplateValues.All)
        {
            // EXEMPLAR_ALERT_MONITOR_NAME, and so on. A variable cannot hold the character zero.
            var text = TemplateValues.Text(values[name]).Replace("\0", "", StringComparison.Ordinal);
            environment["EXEMPLAR_ALERT_" + name.Replace('.', '_').ToUpperInvariant()] = text;
        }
        foreach (var (name, value) in config.Pairs("environment")) environment[name] = value;
        return environment;
    }
}
