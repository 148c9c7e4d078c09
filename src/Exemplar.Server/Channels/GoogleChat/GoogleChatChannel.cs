using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.GoogleChat;

/// <summary>Posts a card into a space of Google Chat, through its webhook. The alerts of one incident form a thread.</summary>
internal sealed class GoogleChatChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    private const int LongestSubject = 200;
    private const int LongestLine = 1_000;

    public string Kind => "google_chat";

    public string Title => "Google Chat";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Webhook address")
        {
            Shape = FieldShape.Address, IsRequired = true, IsSecret = true,
            Help = "Space settings, Apps & integrations, Webhooks: https://chat.googleapis.com/v1/spaces/…",
        },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var message = Message(alert, AlertText.Of(alert, links));
        var address = config["url"];
        if (alert.Incident is { } incident)
        {
            message["thread"] = new JsonObject { ["threadKey"] = incident.Id.ToString() };
            address += (address.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD";
        }
        return (await http.SendAsync(OutboundRequest.Json(address, message), SecretMask.Of(this, config), cancellationToken)).Outcome;
    }

    // Texts of a card are read as HTML, its header is not.
    private static JsonObject Message(Alert alert, AlertText text)
    {
        var widgets = new JsonArray([.. text.Lines.Select(line => (JsonNode)new JsonObject
        {
            ["decoratedText"] = new JsonObject
            {
                ["topLabel"] = line.Label,
                ["text"] = System.Net.WebUtility.HtmlEncode(PlainText.Cut(line.Text, LongestLine)),
                ["wrapText"] = true,
            },
        })]);
        if (text.Link is { } link)
        {
            widgets.Add((JsonNode)new JsonObject
            {
                ["buttonList"] = new JsonObject
                {
                    ["buttons"] = new JsonArray(new JsonObject
                    {
                        ["text"] = "Open in Exemplar",
                        ["onClick"] = new JsonObject { ["openLink"] = new JsonObject { ["url"] = link } },
                    }),
                },
            });
        }
        var subject = PlainText.Cut(text.Subject, LongestSubject);
        return new JsonObject
        {
            ["fallbackText"] = subject,
            ["cardsV2"] = new JsonArray(new JsonObject
            {
                ["cardId"] = alert.DeliveryId.ToString(),
                ["card"] = new JsonObject
                {
                    ["header"] = new JsonObject { ["title"] = subject },
                    ["sections"] = new JsonArray(new JsonObject { ["widgets"] = widgets }),
                },
            }),
        };
    }
}
