using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Slack;

/// <summary>Posts into a channel of Slack, through an incoming webhook.</summary>
internal sealed class SlackChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    // Limits of Block Kit, in characters.
    private const int LongestHeader = 150;
    private const int LongestField = 1_900;

    public string Kind => "slack";

    public string Title => "Slack";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Webhook address")
        {
            Shape = FieldShape.Address, IsRequired = true, IsSecret = true,
            Help = "Of an incoming webhook of your Slack app: https://hooks.slack.com/services/…",
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

    // People's text stands in plain_text alone, which Slack neither formats nor searches for mentions. The fallback has no such
    // form: there the three characters that begin a mention or a link are escaped.
    private static JsonObject Message(Alert alert, AlertText text)
    {
        var blocks = new JsonArray
        {
            new JsonObject { ["type"] = "header", ["text"] = Plain(PlainText.Cut(text.Subject, LongestHeader)) },
            new JsonObject
            {
                ["type"] = "section",
                ["fields"] = new JsonArray([.. text.Lines.Take(10).Select(line => (JsonNode)Plain(PlainText.Cut($"{line.Label}\n{line.Text}", LongestField)))]),
            },
        };
        if (text.Link is { } link)
        {
            blocks.Add((JsonNode)new JsonObject
            {
                ["type"] = "section",
                ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = $"<{link}|Open in Exemplar>" },
            });
        }
        return new JsonObject
        {
            ["text"] = Escape(PlainText.Cut(text.Subject, 300)),
            ["parse"] = "none",
            ["link_names"] = false,
            ["attachments"] = new JsonArray(new JsonObject { ["color"] = AlertColour.Hex(alert), ["blocks"] = blocks }),
        };
    }

    private static JsonObject Plain(string text) => new() { ["type"] = "plain_text", ["text"] = text, ["emoji"] = false };

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
