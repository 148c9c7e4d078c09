using System.CommandLine;
using System.Text.Json.Nodes;
using Exemplar.Cli.Output;
using Exemplar.Cli.Requests;
using Exemplar.Cli.Settings;

namespace Exemplar.Cli.Monitors;

/// <summary><c>exemplar monitors list|create|show|pause|resume|delete</c></summary>
internal static class MonitorCommands
{
    private const string Path = "api/monitoring/monitors";

    private static readonly (string, string)[] Columns =
        [("ID", "id"), ("STATUS", "status"), ("SINCE", "since"), ("LAST HEARTBEAT", "last_heartbeat_at"), ("DEADLINE", "deadline_at"), ("NAME", "name")];

    private static readonly string[] Fields =
    [
        "id", "name", "kind", "status", "since", "tags", "expected_interval_minutes", "grace_period_minutes", "last_heartbeat_at", "next_expected_at", "deadline_at", "description",
    ];

    public static Command Create() => new("monitors", "List, create, show, pause, resume and delete monitors.")
    {
        List(),
        CreateOne(),
        OfOne("show", "Show a monitor.", HttpMethod.Get, ""),
        OfOne("pause", "Pause a monitor: nothing is expected until it is resumed.", HttpMethod.Post, "/pause"),
        OfOne("resume", "Resume a monitor with a fresh interval.", HttpMethod.Post, "/resume"),
        Delete(),
    };

    private static Command List()
    {
        var status = new Option<string?>("--status") { Description = "Only with this status.", HelpName = "STATUS" };
        var kind = new Option<string?>("--kind") { Description = "Only of this kind.", HelpName = "KIND" };
        var tag = new Option<string?>("--tag") { Description = "Only with this tag.", HelpName = "TAG" };
        var text = new Option<string?>("--search", "-q") { Description = "Only with this text in its name.", HelpName = "TEXT" };
        var limit = ApiCommand.Limit(1_000);
        var command = new Command("list", "List monitors.") { status, kind, tag, text, limit };
        command.SetAction((parsed, cancelled) => ApiCommand.ListAsync(
            parsed,
            ApiCommand.Query(Path, ("status", parsed.GetValue(status)), ("kind", parsed.GetValue(kind)), ("tag", parsed.GetValue(tag)), ("q", parsed.GetValue(text))),
            parsed.GetValue(limit), Columns, cancelled));
        return command;
    }

    private static Command CreateOne()
    {
        var name = new Argument<string>("NAME") { Description = "What it is called." };
        var interval = Arguments.Duration("--interval", "How often a heartbeat is promised, such as 5m; the organization's default when left out.");
        var grace = Arguments.Duration("--grace", "Extra slack before a miss counts, such as 90s; the organization's default when left out.");
        var description = new Option<string?>("--description") { Description = "What it is for.", HelpName = "TEXT" };
        var tags = new Option<string[]>("--tag") { Description = "A tag; may be given several times.", HelpName = "TAG" };
        var starts = new Option<string?>("--starts") { Description = "From when the first deadline counts: creation (when left out) or first_heartbeat." };
        starts.AcceptOnlyFromAmong("creation", "first_heartbeat");
        var command = new Command("create", "Create a heartbeat monitor.") { name, interval, grace, description, tags, starts };
        command.SetAction((parsed, cancelled) =>
        {
            var body = new JsonObject { ["kind"] = "heartbeat", ["name"] = parsed.GetRequiredValue(name) };
            if (parsed.GetValue(interval) is { } promised) body["expected_interval_minutes"] = promised.TotalMinutes;
            if (parsed.GetValue(grace) is { } slack) body["grace_period_minutes"] = slack.TotalMinutes;
            if (parsed.GetValue(description) is { } text) body["description"] = text;
            if (parsed.GetValue(tags) is { Length: > 0 } given) body["tags"] = new JsonArray([.. given.Select(tag => (JsonNode)tag)]);
            if (parsed.GetValue(starts) is { } moment) body["starts"] = moment;
            return ApiCommand.OneAsync(parsed, HttpMethod.Post, Path, body, Show, cancelled);
        });
        return command;
    }

    private static Command OfOne(string verb, string description, HttpMethod method, string suffix)
    {
        var id = Arguments.MonitorId();
        var command = new Command(verb, description) { id };
        command.SetAction((parsed, cancelled) => ApiCommand.OneAsync(parsed, method, $"{Path}/{parsed.GetRequiredValue(id)}{suffix}", null, Show, cancelled));
        return command;
    }

    private static Command Delete()
    {
        var (id, yes) = (Arguments.MonitorId(), ApiCommand.Yes());
        var command = new Command("delete", "Delete a monitor and its history, for good.") { id, yes };
        command.SetAction((parsed, cancelled) =>
        {
            var monitor = parsed.GetRequiredValue(id);
            return Terminal.Confirm($"Delete the monitor {monitor} and its history?", parsed.GetValue(yes))
                ? ApiCommand.OneAsync(parsed, HttpMethod.Delete, $"{Path}/{monitor}", null, _ => Terminal.Say($"The monitor {monitor} is deleted."), cancelled)
                : Task.FromResult(ExitCodes.Misuse);
        });
        return command;
    }

    private static void Show(JsonObject monitor) =>
        Terminal.WriteTable(["FIELD", "VALUE"], Fields.Where(field => monitor[field] is not null).Select(field => new[] { field, ApiCommand.Text(monitor, field) }));
}
