using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Matrix;

/// <summary>Sends a message into a room of Matrix. The delivery id is the transaction: a repeat is dropped by the server.</summary>
internal sealed class MatrixChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    private const int LongestLine = 2_000;

    public string Kind => "matrix";

    public string Title => "Matrix";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Homeserver") { Shape = FieldShape.Address, IsRequired = true, Help = "The address of its client API: https://matrix.example.com" },
        new("token", "Access token") { IsRequired = true, IsSecret = true, Longest = 1_000, Help = "Of an account for Exemplar that has joined the room." },
        new("room_id", "Room") { IsRequired = true, Longest = 255, Help = "Room settings, Advanced, Internal room ID; begins with !" },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        if (!config["room_id"].StartsWith('!')) errors.Add("config.room_id", "must be an internal room id, which begins with !");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var text = AlertText.Of(alert, links);
        var message = new JsonObject
        {
            ["msgtype"] = "m.text",
            ["body"] = PlainText.Cut(text.Plain, 10_000),
            ["format"] = "org.matrix.custom.html",
            ["formatted_body"] = Html(text),
            // Present and empty: whatever the text says, nobody and no room is called by it.
            ["m.mentions"] = new JsonObject(),
        };
        var address = $"{config["url"].TrimEnd('/')}/_matrix/client/v3/rooms/{Uri.EscapeDataString(config["room_id"])}/send/m.room.message/{alert.DeliveryId}";
        var request = OutboundRequest.Json(address, message, HttpMethod.Put).With("Authorization", "Bearer " + config["token"]);
        var answer = await http.SendAsync(request, SecretMask.Of(this, config), cancellationToken);
        // Older servers say how long to wait in the body only.
        return answer is { Status: 429, Outcome: DeliveryOutcome.Retry { After: null } retry }
            && answer.Json() is { ValueKind: System.Text.Json.JsonValueKind.Object } body && body.TryGetProperty("retry_after_ms", out var wait)
            && wait.ValueKind == System.Text.Json.JsonValueKind.Number && wait.TryGetDouble(out var milliseconds)
            ? retry with { After = OutboundHttp.Seconds((milliseconds / 1000).ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)) }
            : answer.Outcome;
    }

    private static string Html(AlertText text)
    {
        var lines = text.Lines.Select(line => $"<b>{line.Label}:</b> {Escape(PlainText.Cut(line.Text, LongestLine))}");
        var html = string.Join("<br>", [$"<b>{Escape(PlainText.Cut(text.Subject, 300))}</b>", .. lines]);
        return text.Link is { } link ? $"{html}<br><a href=\"{Escape(link)}\">Open in Exemplar</a>" : html;
    }

    private static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);
}
