using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.PagerDuty;

/// <summary>Triggers and resolves alerts of PagerDuty, with its Events API v2. One alert for each incident.</summary>
internal sealed class PagerDutyChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    private const int LongestSummary = 1_024;

    public string Kind => "pagerduty";

    public string Title => "PagerDuty";

    public bool IsReadByPeople => false;

    public bool KeepsTickets => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("routing_key", "Integration key")
        {
            IsRequired = true, IsSecret = true, Longest = 32, Help = "Of an integration \"Events API V2\" on a service: 32 characters.",
        },
        BySeverity.Field("severity", "Severity", "critical", "error", "warning", "info"),
        new("api_url", "API address")
        {
            Shape = FieldShape.Address, Default = "https://events.pagerduty.com", Help = "https://events.eu.pagerduty.com for accounts of the EU region.",
        },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        if (config["routing_key"].Length != 32 || config["routing_key"].Any(c => !char.IsAsciiLetterOrDigit(c)))
            errors.Add("config.routing_key", "must have 32 letters and digits");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        if (alert.Event == AlertEvent.Late) return TicketKey.LateIsNotTold;
        if (alert.OthersAreDown) return TicketKey.StaysOpen;
        if (alert.Event == AlertEvent.Recovered) return await SendAsync(config, Resolve(config, alert), cancellationToken);
        var outcome = await SendAsync(config, Trigger(config, alert), cancellationToken);
        if (alert.Event != AlertEvent.Test || outcome is not DeliveryOutcome.Delivered) return outcome;
        // A test leaves nothing open behind it.
        var resolved = await SendAsync(config, Resolve(config, alert), cancellationToken);
        return resolved is DeliveryOutcome.Delivered ? outcome : resolved;
    }

    private async Task<DeliveryOutcome> SendAsync(ChannelConfig config, JsonObject message, CancellationToken cancellationToken) =>
        (await http.SendAsync(OutboundRequest.Json(config["api_url"].TrimEnd('/') + "/v2/enqueue", message), SecretMask.Of(this, config), cancellationToken)).Outcome;

    private static JsonObject Resolve(ChannelConfig config, Alert alert) => new()
    {
        ["routing_key"] = config["routing_key"],
        ["event_action"] = "resolve",
        ["dedup_key"] = TicketKey.Of(alert),
    };

    private JsonObject Trigger(ChannelConfig config, Alert alert)
    {
        var text = AlertText.Of(alert, links);
        var details = new JsonObject();
        foreach (var line in text.Lines) details[line.Label] = line.Text;
        var message = new JsonObject
        {
            ["routing_key"] = config["routing_key"],
            ["event_action"] = "trigger",
            ["dedup_key"] = TicketKey.Of(alert),
            ["client"] = "Exemplar",
            ["payload"] = new JsonObject
            {
                ["summary"] = PlainText.Cut(text.Subject, LongestSummary),
                ["source"] = PlainText.Cut(PlainText.Line(alert.Monitor.Name), 200) is { Length: > 0 } name ? name : alert.Monitor.Id.ToString(),
                ["severity"] = alert.Event == AlertEvent.Test ? "info" : BySeverity.Word(config, "severity", alert, ("critical", "error", "warning", "info")),
                ["timestamp"] = Moments.Text(alert.At),
                ["custom_details"] = details,
            },
        };
        if (text.Link is { } link)
        {
            message["client_url"] = link;
            message["links"] = new JsonArray(new JsonObject { ["href"] = link, ["text"] = "Open in Exemplar" });
        }
        return message;
    }
}
