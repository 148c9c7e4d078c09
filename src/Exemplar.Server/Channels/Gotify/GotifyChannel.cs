using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Gotify;

/// <summary>Sends a message to a Gotify server.</summary>
internal sealed class GotifyChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    private const int LongestTitle = 250;
    private const int LongestMessage = 8_000;

    public string Kind => "gotify";

    public string Title => "Gotify";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Server") { Shape = FieldShape.Address, IsRequired = true, Help = "Where your Gotify is: https://gotify.example.com" },
        new("token", "Application token") { IsRequired = true, IsSecret = true, Longest = 100, Help = "Of an application in Gotify; begins with A." },
        new("priority", "Priority of a downtime") 
        {
            Shape = FieldShape.Number, Help = "0 to 10; from 8 on a phone rings. Left empty, as the severity of the monitor says: 10, 8, 5 or 2.",
        },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        if (config.Has("priority") && int.Parse(config["priority"]) is < 0 or > 10) errors.Add("config.priority", "must be from 0 to 10");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var text = AlertText.Of(alert, links);
        // Without a content type Gotify shows plain text, in which nothing is special.
        var extras = new JsonObject { ["client::display"] = new JsonObject { ["contentType"] = "text/plain" } };
        if (text.Link is { } link) extras["client::notification"] = new JsonObject { ["click"] = new JsonObject { ["url"] = link } };
        var message = new JsonObject
        {
            ["title"] = PlainText.Cut(text.Subject, LongestTitle),
            ["message"] = PlainText.Cut(text.Body, LongestMessage),
            ["priority"] = alert.Event is AlertEvent.Down or AlertEvent.Reminder ? int.Parse(BySeverity.Word(config, "priority", alert, ("10", "8", "5", "2"))) : 4,
            ["extras"] = extras,
        };
        var request = OutboundRequest.Json(config["url"].TrimEnd('/') + "/message", message).With("X-Gotify-Key", config["token"]);
        return (await http.SendAsync(request, SecretMask.Of(this, config), cancellationToken)).Outcome;
    }
}
