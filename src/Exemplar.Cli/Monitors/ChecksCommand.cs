using System.CommandLine;
using Exemplar.Cli.Requests;
using Exemplar.Cli.Settings;

namespace Exemplar.Cli.Monitors;

/// <summary><c>exemplar checks ID</c></summary>
internal static class ChecksCommand
{
    private static readonly (string, string)[] Columns =
        [("AT", "at"), ("OUTCOME", "outcome"), ("SOURCE", "source"), ("ERROR", "error"), ("METADATA", "metadata")];

    public static Command Create()
    {
        var (id, limit) = (Arguments.MonitorId(), ApiCommand.Limit(20));
        var outcome = new Option<string?>("--outcome") { Description = "Only up, down or unknown." };
        outcome.AcceptOnlyFromAmong("up", "down", "unknown");
        var from = new Option<string?>("--from") { Description = "The first moment, such as 2026-11-23T05:00:00Z.", HelpName = "MOMENT" };
        var to = new Option<string?>("--to") { Description = "The moment before which to end.", HelpName = "MOMENT" };
        var command = new Command("checks", "Show a monitor's history, newest first.") { id, outcome, from, to, limit };
        command.SetAction((parsed, cancelled) => ApiCommand.ListAsync(
            parsed,
            ApiCommand.Query(
                $"api/monitoring/monitors/{parsed.GetRequiredValue(id)}/checks", ("outcome", parsed.GetValue(outcome)), ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to))),
            parsed.GetValue(limit), Columns, cancelled));
        return command;
    }
}
