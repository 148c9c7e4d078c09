using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Teams;

/// <summary>Posts a card into a channel or chat of Microsoft Teams, through a workflow that waits for a webhook.</summary>
internal sealed class TeamsChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    // A message may have 28 KB as a whole.
    private const int LongestSubject = 300;
    private const int LongestLine = 1_000;

    public string Kind => "teams";

    public string Title => "Microsoft Teams";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Webhook address")
        {
            Shape = FieldShape.Address, IsRequired = true, IsSecret = true,
            Help = "Of the workflow \"Send webhook alerts to a channel\" in Teams. The older connectors are switched off by Microsoft.",
        },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var request = OutboundRequest.Json(config["url"], Message(alert, AlertText.Of(alert, links)));
        return (await http.SendAsync(request, SecretMask.Of(this, config), cancellationToken)).Outcome;
    }

    private static JsonObject Message(Alert alert, AlertText text) => new()
    {
        ["type"] = "message",
        ["summary"] = PlainText.Cut(text.Subject, LongestSubject),
        ["attachments"] = new JsonArray(new JsonObject
        {
            ["contentType"] = "application/vnd.microsoft.card.adaptive",
            ["contentUrl"] = null,
            ["content"] = Card(alert, text),
        }),
    };

    private static JsonObject Card(Alert alert, AlertText text)
    {
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["body"] = new JsonArray(
            [
                (JsonNode)Line(Run(PlainText.Cut(text.Subject, LongestSubject), bold: true, Colour(alert), "Large")),
                .. text.Lines.Select(line => Line(Run(line.Label + ": ", bold: true), Run(PlainText.Cut(line.Text, LongestLine), bold: false))),
            ]),
        };
        if (text.Link is { } link)
            card["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Open in Exemplar", ["url"] = link });
        return card;
    }

    // A TextBlock would read Markdown in people's names; the runs of a RichTextBlock are shown as they are.
    private static JsonObject Line(params JsonNode[] runs) => new JsonObject { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(runs) };

    private static JsonObject Run(string text, bool bold, string colour = "Default", string size = "Default") => new()
    {
        ["type"] = "TextRun",
        ["text"] = text,
        ["weight"] = bold ? "Bolder" : "Default",
        ["color"] = colour,
        ["size"] = size,
    };

    private static string Colour(Alert alert) => alert.Event switch
    {
        AlertEvent.Down or AlertEvent.Reminder => "Attention",
        AlertEvent.Recovered => "Good",
        AlertEvent.Late => "Warning",
        _ => "Default",
    };
}
