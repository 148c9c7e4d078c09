using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Discord;

/// <summary>Posts into a channel of Discord, through a webhook.</summary>
internal sealed class DiscordChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    // Limits of an embed, in characters; 6,000 all together.
    private const int LongestTitle = 256;
    private const int LongestValue = 700;

    public string Kind => "discord";

    public string Title => "Discord";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Webhook address")
        {
            Shape = FieldShape.Address, IsRequired = true, IsSecret = true,
            Help = "Server settings, Integrations, Webhooks: https://discord.com/api/webhooks/…",
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

    private static JsonObject Message(Alert alert, AlertText text)
    {
        var embed = new JsonObject
        {
            ["title"] = Escape(text.Subject, LongestTitle),
            ["color"] = AlertColour.Of(alert),
            ["timestamp"] = Moments.Text(alert.At),
            ["fields"] = new JsonArray([.. text.Lines.Select(line => (JsonNode)new JsonObject
            {
                ["name"] = line.Label, ["value"] = Escape(line.Text, LongestValue), ["inline"] = false,
            })]),
        };
        if (text.Link is { } link) embed["url"] = link;
        return new JsonObject
        {
            ["embeds"] = new JsonArray(embed),
            // Whatever a name says, nobody is called by it.
            ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
        };
    }

    private static string Escape(string text, int longest)
    {
        // Escaping makes it longer, at most twice: cut shorter until it fits.
        for (var room = longest; ; room = room * 9 / 10)
        {
            var escaped = string.Concat(PlainText.Cut(text, room).Select(c => c is '\\' or '*' or '_' or '~' or '`' or '|' or '>' or '[' or ']' or '(' or ')' or '#' or '-' or '<' or '@'
                ? $"\\{c}" : c.ToString()));
            if (escaped.Length <= longest) return escaped;
        }
    }
}
