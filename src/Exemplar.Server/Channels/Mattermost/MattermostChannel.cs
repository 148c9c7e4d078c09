using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Mattermost;

/// <summary>Posts into a channel of Mattermost, through an incoming webhook.</summary>
internal sealed class MattermostChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    // The server's own limit of a post is 16,383 characters; on old servers 4,000.
    private const int Longest = 3_800;

    public string Kind => "mattermost";

    public string Title => "Mattermost";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Webhook address")
        {
            Shape = FieldShape.Address, IsRequired = true, IsSecret = true,
            Help = "Integrations, Incoming Webhooks: https://mattermost.example.com/hooks/…",
        },
        new("channel", "Channel") { Longest = 64, Help = "Another channel than the webhook's own; the webhook must not be locked to one." },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var text = AlertText.Of(alert, links);
        var message = new JsonObject
        {
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["fallback"] = MarkdownCode.Of(PlainText.Cut(text.Subject, 300)),
                ["color"] = AlertColour.Hex(alert),
                ["text"] = MarkdownCode.Message(text, Longest),
            }),
        };
        if (config.Has("channel")) message["channel"] = config["channel"];
        return (await http.SendAsync(OutboundRequest.Json(config["url"], message), SecretMask.Of(this, config), cancellationToken)).Outcome;
    }
}
