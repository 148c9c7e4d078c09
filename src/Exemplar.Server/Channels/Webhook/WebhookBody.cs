using System.Text.Json.Nodes;
using Exemplar.Core.Checks;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Webhook;

/// <summary>An alert for programs: the body of a webhook without a template, and what a shell command reads.</summary>
internal static class WebhookBody
{
    public static JsonObject Of(Alert alert)
    {
        var body = new JsonObject
        {
            ["delivery_id"] = alert.DeliveryId.ToString(),
            ["event"] = Words<AlertEvent>.Of(alert.Event),
            ["monitor"] = Monitor(alert),
            ["incident"] = Incident(alert),
            ["check"] = Check(alert.Check),
            ["at"] = Moments.Text(alert.At),
        };
        // Only when there is something to say, so that the ordinary message is what the contract shows.
        if (alert.IsStale) body["stale"] = true;
        if (alert.Escalated is { } escalated) body["escalated"] = escalated;
        if (alert.Note is { } note) body["note"] = note;
        if (alert.Monitors > 1)
        {
            body["monitors"] = alert.Monitors;
            body["names"] = Texts(alert.Names);
        }
        return body;
    }

    /// <summary>The last good heartbeat; null when none ever came.</summary>
    public static JsonObject? LastHeartbeat(Alert alert) => alert.LastHeartbeat is not { } last ? null : new JsonObject
    {
        ["at"] = Moments.Text(last.At),
        ["metadata"] = last.Metadata is { } metadata ? JsonNode.Parse(metadata) : null,
    };

    private static JsonObject Monitor(Alert alert) => new()
    {
        ["id"] = alert.Monitor.Id.ToString(),
        ["name"] = alert.Monitor.Name,
        ["kind"] = Words<MonitorKind>.Of(alert.Monitor.Kind),
        ["status"] = Words<MonitorStatus>.Of(alert.Monitor.Status),
        ["severity"] = Words<Severity>.Of(alert.Monitor.Severity),
        ["since"] = Moments.Text(alert.Monitor.Since),
        ["tags"] = Texts(alert.Monitor.Tags),
        ["last_heartbeat_at"] = alert.LastHeartbeat is { } last ? Moments.Text(last.At) : null,
    };

    private static JsonObject? Incident(Alert alert)
    {
        if (alert.Incident is not { } incident) return null;
        var body = new JsonObject
        {
            ["id"] = incident.Id.ToString(),
            ["number"] = incident.Number,
            ["title"] = incident.Title,
            ["cause"] = incident.Cause,
            ["opened_at"] = Moments.Text(incident.OpenedAt),
            ["resolved_at"] = incident.ResolvedAt is { } resolvedAt ? Moments.Text(resolvedAt) : null,
            ["runbook"] = incident.Runbook,
            ["last_heartbeat"] = LastHeartbeat(alert),
        };
        if (incident.ResolvedBy is { } actor) body["resolved_by"] = actor;
        return body;
    }

    private static JsonObject? Check(AlertCheck? check) => check is null ? null : new JsonObject
    {
        ["at"] = Moments.Text(check.At),
        ["outcome"] = Words<CheckOutcome>.Of(check.Outcome),
        ["error"] = check.Error,
    };

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
