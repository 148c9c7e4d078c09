using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.IncidentIo;

/// <summary>Sends alert events to incident.io, firing and resolved. One alert for each incident.</summary>
internal sealed class IncidentIoChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    private const int LongestTitle = 250;
    private const int Longest = 8_000;

    public string Kind => "incident_io";

    public string Title => "incident.io";

    public bool IsReadByPeople => false;

    public bool KeepsTickets => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("source_id", "Alert source") { IsRequired = true, Longest = 64, Help = "The id of an HTTP alert source, as it stands in its address." },
        new("token", "Token") { IsRequired = true, IsSecret = true, Longest = 500, Help = "The token of that alert source." },
        new("api_url", "API address") { Shape = FieldShape.Address, Default = "https://api.incident.io" },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        if (config["source_id"].Any(c => !char.IsAsciiLetterOrDigit(c))) errors.Add("config.source_id", "must have letters and digits only");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        if (alert.Event == AlertEvent.Late) return TicketKey.LateIsNotTold;
        if (alert.OthersAreDown) return TicketKey.StaysOpen;
        var outcome = await SendAsync(config, alert, isFiring: alert.Event != AlertEvent.Recovered, cancellationToken);
        if (alert.Event != AlertEvent.Test || outcome is not DeliveryOutcome.Delivered) return outcome;
        // A test leaves nothing open behind it.
        var resolved = await SendAsync(config, alert, isFiring: false, cancellationToken);
        return resolved is DeliveryOutcome.Delivered ? outcome : resolved;
    }

    private async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, bool isFiring, CancellationToken cancellationToken)
    {
        var text = AlertText.Of(alert, links);
        var message = new JsonObject
        {
            ["title"] = PlainText.Cut(text.Subject, LongestTitle),
            ["status"] = isFiring ? "firing" : "resolved",
            ["deduplication_key"] = TicketKey.Of(alert),
            ["description"] = MarkdownCode.Message(text, Longest),
            ["metadata"] = new JsonObject
            {
                ["monitor_id"] = alert.Monitor.Id.ToString(),
                ["monitor"] = PlainText.Line(alert.Monitor.Name),
                ["severity"] = Words<Severity>.Of(alert.Monitor.Severity),
                ["tags"] = new JsonArray([.. alert.Monitor.Tags.Select(tag => (JsonNode)PlainText.Line(tag))]),
            },
        };
        if (text.Link is { } link) message["source_url"] = link;
        var request = OutboundRequest.Json($"{config["api_url"].TrimEnd('/')}/v2/alert_events/http/{config["source_id"]}", message)
            .With("Authorization", "Bearer " + config["token"]);
        return (await http.SendAsync(request, SecretMask.Of(this, config), cancellationToken)).Outcome;
    }
}
