using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;

namespace Exemplar.Server.Channels.Webhook;

/// <summary>What the names of a template stand for: the default body by its paths, and the words for people.</summary>
internal sealed class TemplateValues
{
    // Followed by the name of whatever the job sends.
    private const string Metadata = "last_heartbeat.metadata.";

    private static readonly string[] Names =
    [
        "delivery_id", "event", "at", "stale", "monitors", "subject", "text", "link",
        "monitor.id", "monitor.name", "monitor.kind", "monitor.status", "monitor.severity", "monitor.since", "monitor.tags", "monitor.last_heartbeat_at",
        "incident.id", "incident.number", "incident.title", "incident.cause", "incident.opened_at", "incident.resolved_at", "incident.resolved_by", "incident.runbook",
        "check.at", "check.outcome", "check.error", "last_heartbeat.at", "last_heartbeat.metadata",
    ];

    private readonly JsonObject _values;

    public TemplateValues(Alert alert, AlertText text)
    {
        _values = WebhookBody.Of(alert);
        _values["last_heartbeat"] = WebhookBody.LastHeartbeat(alert);
        _values["subject"] = text.Subject;
        _values["text"] = text.Body;
        _values["link"] = text.Link;
        _values["stale"] = alert.IsStale;
        _values["monitors"] = alert.Monitors;
    }

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The same for an error message.</summary>
    public static string Known { get; } = string.Join(", ", Names) + ", " + Metadata + "NAME";

    /// <summary>The value of a name; null when the alert has none.</summary>
    public JsonNode? this[string name]
    {
        get
        {
            if (name.StartsWith(Metadata, StringComparison.Ordinal))
                return (_values["last_heartbeat"]?["metadata"] as JsonObject)?[name[Metadata.Length..]];
            JsonNode? value = _values;
            foreach (var part in name.Split('.')) value = (value as JsonObject)?[part];
            return value;
        }
    }

    public static bool Knows(string name) =>
        Names.Contains(name, StringComparer.Ordinal) || (name.Length > Metadata.Length && name.StartsWith(Metadata, StringComparison.Ordinal));

    /// <summary>A value as people read it: text as it is, lists with commas, nothing for null.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonArray list when list.All(item => item is JsonValue) => string.Join(", ", list.Select(Text)),
        JsonValue single when single.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(),
    };
}
