using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Exemplar.Cli.Heartbeats;
using Exemplar.Cli.Output;
using Exemplar.Cli.Settings;

namespace Exemplar.Cli.Jobs;

/// <summary><c>exemplar exec ID -- COMMAND …</c></summary>
internal static class ExecCommand
{
    /// <summary>The server takes 16 KiB of metadata.</summary>
    private const int MaxMetadataBytes = 16 * 1024;

    /// <summary>Escaped and with all of ours beside them the pairs still fit: a job must not fail to be told for a long text.</summary>
    private const int MaxPairBytes = 2 * 1024;

    public static Command Create(string[]? job)
    {
        var (id, metadata) = (Arguments.MonitorId(), Arguments.Metadata());
        var redact = new Option<string[]>("--redact")
        {
            Description = "A regular expression; what it finds in the output is not sent. May be given several times.", HelpName = "PATTERN",
        };
        redact.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (Redaction.TryParse(token.Value, out var fault) is null) result.AddError("--redact takes a regular expression: " + fault);
        });
        var noOutput = new Option<bool>("--no-output") { Description = "Neither read nor send the output: the job gets our streams themselves." };
        var command = new Command("exec", "Run a command, exemplar exec ID -- COMMAND …, and send a heartbeat when it succeeds. Ends with the command's exit code.")
        {
            id, metadata, redact, noOutput,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(metadata) is { } pairs && pairs.Sum(Encoding.UTF8.GetByteCount) > MaxPairBytes) result.AddError($"--metadata takes at most {MaxPairBytes} bytes here.");
            if (job is null or []) result.AddError("Write the command after --, as in: exemplar exec ID -- ./backup.sh --all");
        });
        command.SetAction((parsed, _) => RunAsync(
            parsed, parsed.GetRequiredValue(id), job!, parsed.GetValue(metadata), parsed.GetValue(redact) ?? [], !parsed.GetValue(noOutput)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string monitorId, string[] command, string[]? metadata, string[] redact, bool withOutput)
    {
        // What is wrong with the configuration must not keep the job from its work.
        var connection = Connection.Read(parsed);
        if (connection is null) Terminal.Complain("the job runs, and no heartbeat is sent.");

        using var signals = new SignalForwarding();
        var tail = withOutput ? new OutputTail() : null;
        var end = new Job(command, tail, signals).Run();
        if (end.Error is not null) Terminal.Complain(end.Error);

        Dispatch? dispatch = null;
        if (end.Code == 0 && connection is not null)
        {
            var patterns = redact.Select(pattern => Redaction.TryParse(pattern, out _)!).ToList();
            var output = tail?.Show(new Redaction(patterns, connection.Options.ApiKey));
            dispatch = await SendAsync(connection, monitorId, Describe(end, metadata, output), signals.Hurry);
        }
        if (parsed.GetValue(SharedOptions.Json)) await Console.Error.WriteLineAsync(Terminal.Json(Report(end, dispatch)));
        return end.Code;
    }

    private static async Task<Dispatch?> SendAsync(Connection connection, string monitorId, JsonObject metadata, CancellationToken hurry)
    {
        try
        {
            return await new Postman(connection, TimeProvider.System).SendAsync(monitorId, metadata, null, hurry);
        }
        catch (Exception exception)
        {
            // Whatever it is: the job succeeded, and its exit code says so.
            Terminal.Complain("no heartbeat could be sent: " + exception.Message);
            return null;
        }
    }

    /// <summary>What goes with the heartbeat. The user's own names win over ours.</summary>
    private static JsonObject Describe(JobEnd end, string[]? pairs, string? output)
    {
        var described = new JsonObject
        {
            ["duration_seconds"] = Math.Round(end.Duration.TotalSeconds, 3),
            ["exit_code"] = end.Code,
            ["hostname"] = Environment.MachineName,
        };
        foreach (var (name, value) in Arguments.ToMetadata(pairs) ?? []) described[name] = value?.DeepClone();
        if (output is null || described.ContainsKey("output")) return described;
        described["output"] = output;
        // Much else may leave no room for it, and the heartbeat counts more.
        while (Encoding.UTF8.GetByteCount(Terminal.Json(described)) > MaxMetadataBytes && output.Length > 0)
        {
            output = output[Math.Min(output.Length, output.Length / 2 + 1)..];
            // Half of a pair is no text.
            if (output.Length > 0 && char.IsLowSurrogate(output[0])) output = output[1..];
            described["output"] = output;
        }
        return described;
    }

    private static JsonObject Report(JobEnd end, Dispatch? dispatch) => new()
    {
        ["exit_code"] = end.Code,
        ["duration_seconds"] = Math.Round(end.Duration.TotalSeconds, 3),
        ["error"] = end.Error,
        ["heartbeat"] = dispatch?.ToJson(),
    };
}
