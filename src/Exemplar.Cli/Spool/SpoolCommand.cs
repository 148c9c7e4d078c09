using System.CommandLine;
using System.Text.Json.Nodes;
using Exemplar.Cli.Heartbeats;
using Exemplar.Cli.Output;
using Exemplar.Cli.Requests;
using Exemplar.Cli.Settings;
using Exemplar.Client;

namespace Exemplar.Cli.Spool;

/// <summary><c>exemplar spool list|deliver</c>: what waits on this machine for the server.</summary>
internal static class SpoolCommand
{
    public static Command Create() => new("spool", "Show and deliver the heartbeats that wait on this machine.") { List(), Deliver() };

    private static Command List()
    {
        var command = new Command("list", "Show the heartbeats that wait for this server.");
        command.SetAction(parsed => ListWaiting(parsed));
        return command;
    }

    private static Command Deliver()
    {
        var otherKeys = new Option<bool>("--other-keys")
        {
            Description = "Also those that were kept under other API access tokens, with the present one: for a token that was replaced.",
        };
        var command = new Command("deliver", "Send the heartbeats that wait for this server now.") { otherKeys };
        command.SetAction((parsed, cancelled) => DeliverAsync(parsed, parsed.GetValue(otherKeys), cancelled));
        return command;
    }

    private static int ListWaiting(ParseResult parsed)
    {
        if (Connection.Read(parsed) is not { } connection) return ExitCodes.Misuse;
        var folders = connection.Spools(TimeProvider.System);
        var items = new JsonArray();
        foreach (var (spool, whose) in folders.OfOtherKeys().Select(other => (other, "another")).Prepend((folders.Own, "this")))
        {
            foreach (var waiting in spool.Waiting())
            {
                items.Add((JsonNode)new JsonObject
                {
                    ["monitor_id"] = waiting.MonitorId, ["occurred_at"] = Moment.Write(waiting.OccurredAt), ["token"] = whose, ["metadata"] = waiting.Metadata,
                });
            }
        }
        if (parsed.GetValue(SharedOptions.Json)) Terminal.WriteJson(new JsonObject { ["items"] = items });
        else
            Terminal.WriteTable(["MONITOR", "OCCURRED", "TOKEN"], items.OfType<JsonObject>().Select(
                item => new[] { ApiCommand.Text(item, "monitor_id"), ApiCommand.Text(item, "occurred_at"), ApiCommand.Text(item, "token") }));
        return ExitCodes.Success;
    }

    private static async Task<int> DeliverAsync(ParseResult parsed, bool otherKeys, CancellationToken cancelled)
    {
        if (Connection.Read(parsed) is not { } connection) return ExitCodes.Misuse;
        var (delivered, left) = await new Postman(connection, TimeProvider.System).DeliverAllAsync(otherKeys, cancelled);
        if (parsed.GetValue(SharedOptions.Json)) Terminal.WriteJson(new JsonObject { ["delivered"] = delivered, ["waiting"] = left });
        else Terminal.Say($"{delivered} delivered, {left} waiting");
        return left == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}
