using System.CommandLine;
using Exemplar.Cli.Output;
using Exemplar.Cli.Settings;

namespace Exemplar.Cli.Heartbeats;

/// <summary><c>exemplar send ID [--metadata k=v …] [--occurred-at MOMENT]</c></summary>
internal static class SendCommand
{
    public static Command Create()
    {
        var (id, metadata) = (Arguments.MonitorId(), Arguments.Metadata());
        var occurredAt = Arguments.Moment("--occurred-at", "For a heartbeat that had to wait: when the work was done, at most 7 days ago.");
        var command = new Command("send", "Send a heartbeat. When the server cannot be reached it is kept and goes with the next call.") { id, metadata, occurredAt };
        command.SetAction((parsed, cancelled) => RunAsync(parsed, parsed.GetRequiredValue(id), parsed.GetValue(metadata), parsed.GetValue(occurredAt), cancelled));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string monitorId, string[]? metadata, DateTimeOffset? occurredAt, CancellationToken cancelled)
    {
        if (Connection.Read(parsed) is not { } connection) return ExitCodes.Misuse;
        try
        {
            var dispatch = await new Postman(connection, TimeProvider.System).SendAsync(monitorId, Arguments.ToMetadata(metadata), occurredAt, cancelled);
            if (parsed.GetValue(SharedOptions.Json)) Terminal.WriteJson(dispatch.ToJson());
            return dispatch.Result.Ok || dispatch.IsKept ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (ArgumentException exception)
        {
            Terminal.Complain(exception.Message);
            return ExitCodes.Misuse;
        }
    }
}
