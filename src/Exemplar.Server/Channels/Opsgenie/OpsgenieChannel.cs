using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Opsgenie;

/// <summary>Creates and closes alerts of Opsgenie. One alert for each incident, found again by its alias.</summary>
internal sealed class OpsgenieChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    // Limits of the Alert API, in characters.
    private const int LongestMessage = 130;
    private const int LongestDescription = 15_000;
    private const int LongestTag = 50;
    private const int MostTags = 20;

    public string Kind => "opsgenie";

    public string Title => "Opsgenie";

    public bool IsReadByPeople => false;

    public bool KeepsTickets => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("api_key", "API key") { IsRequired = true, IsSecret = true, Longest = 200, Help = "Of an API integration that may create and update alerts." },
        BySeverity.Field("priority", "Priority", "P1", "P2", "P3", "P4", "P5"),
        new("api_url", "API address") { Shape = FieldShape.Address, Default = "https://api.opsgenie.com", Help = "https://api.eu.opsgenie.com for accounts of the EU." },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        if (alert.Event == AlertEvent.Late) return TicketKey.LateIsNotTold;
        var text = AlertText.Of(alert, links);
        if (alert.OthersAreDown) return await TellAsync("notes", config, alert, text, cancellationToken);
        if (alert.Event == AlertEvent.Recovered) return await CloseAsync(config, alert, text, cancellationToken);
        var outcome = await PostAsync(config, "", Creation(config, alert, text), cancellationToken);
        if (alert.Event != AlertEvent.Test || outcome is not DeliveryOutcome.Delivered) return outcome;
        // A test leaves nothing open behind it.
        var closed = await CloseAsync(config, alert, text, cancellationToken);
        return closed is DeliveryOutcome.Delivered ? outcome : closed;
    }

    private Task<DeliveryOutcome> CloseAsync(ChannelConfig config, Alert alert, AlertText text, CancellationToken cancellationToken) =>
        TellAsync("close", config, alert, text, cancellationToken);

    private Task<DeliveryOutcome> TellAsync(string what, ChannelConfig config, Alert alert, AlertText text, CancellationToken cancellationToken) => PostAsync(
        config, $"/{TicketKey.Of(alert)}/{what}?identifierType=alias",
        new JsonObject { ["source"] = "Exemplar", ["note"] = PlainText.Cut(text.Plain, LongestDescription) }, cancellationToken);

    private async Task<DeliveryOutcome> PostAsync(ChannelConfig config, string path, JsonObject body, CancellationToken cancellationToken)
    {
        var request = OutboundRequest.Json($"{config["api_url"].TrimEnd('/')}/v2/alerts{path}", body).With("Authorization", "GenieKey " + config["api_key"]);
        return (await http.SendAsync(request, SecretMask.Of(this, config), cancellationToken)).Outcome;
    }

    private static JsonObject Creation(ChannelConfig config, Alert alert, AlertText text) => new()
    {
        ["message"] = PlainText.Cut(text.Subject, LongestMessage),
        ["alias"] = TicketKey.Of(alert),
        ["description"] = PlainText.Cut(text.Plain, LongestDescription),
        ["entity"] = alert.Monitor.Id.ToString(),
        ["source"] = "Exemplar",
        ["priority"] = alert.Event == AlertEvent.Test ? "P5" : BySeverity.Word(config, "priority", alert, ("P1", "P2", "P3", "P4")),
        ["tags"] = new JsonArray([.. alert.Monitor.Tags.Take(MostTags).Select(tag => (JsonNode)PlainText.Cut(PlainText.Line(tag), LongestTag))]),
    };
}
