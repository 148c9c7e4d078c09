using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Ntfy;

/// <summary>Publishes to a topic of ntfy, on ntfy.sh or a server of your own.</summary>
internal sealed class NtfyChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    // In bytes. A longer message would arrive as a file, and of a request the server reads twice as much: letters beyond ASCII are
    // written as escapes, which are longer.
    private const int LongestMessage = 4_000;
    private const int LongestBody = 8_000;
    private const int ShortestMessage = 100;
    private const int LongestTitle = 250;

    public string Kind => "ntfy";

    public string Title => "ntfy";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Server") { Shape = FieldShape.Address, IsRequired = true, Default = "https://ntfy.sh" },
        new("topic", "Topic") { IsRequired = true, Longest = 64, Help = "On a public server everybody who knows it can read along." },
        new("token", "Access token") { IsSecret = true, Longest = 200, Help = "Begins with tk_; only for topics that are protected." },
        BySeverity.Field("priority", "Priority of a downtime", "max", "high", "default", "low", "min"),
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        if (config["topic"].Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))) errors.Add("config.topic", "must have letters, digits, - and _ only");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var request = Request(config, alert, AlertText.Of(alert, links));
        if (config.Has("token")) request = request.With("Authorization", "Bearer " + config["token"]);
        return (await http.SendAsync(request, SecretMask.Of(this, config), cancellationToken)).Outcome;
    }

    private static OutboundRequest Request(ChannelConfig config, Alert alert, AlertText text)
    {
        var words = string.Join('\n', text.Lines.Select(line => $"{line.Label}: {line.Text}"));
        for (var room = LongestMessage; ; room = room * 9 / 10)
        {
            var request = OutboundRequest.Json(config["url"], Message(config, alert, text, PlainText.CutUtf8(words, room)));
            if (request.Body!.Length <= LongestBody || room < ShortestMessage) return request;
        }
    }

    private static JsonObject Message(ChannelConfig config, Alert alert, AlertText text, string words)
    {
        var message = new JsonObject
        {
            ["topic"] = config["topic"],
            ["title"] = PlainText.CutUtf8(text.Subject, LongestTitle),
            ["message"] = words,
            ["priority"] = Priority(config, alert),
            ["tags"] = new JsonArray(alert.Event switch
            {
                AlertEvent.Down or AlertEvent.Reminder => "red_circle",
                AlertEvent.Recovered => "green_circle",
                AlertEvent.Late => "yellow_circle",
                _ => "wrench",
            }),
        };
        if (text.Link is { } link) message["click"] = link;
        return message;
    }

    private static int Priority(ChannelConfig config, Alert alert) =>
        alert.Event is not (AlertEvent.Down or AlertEvent.Reminder) ? 3 : BySeverity.Word(config, "priority", alert, ("max", "high", "default", "low")) switch
        {
            "min" => 1,
            "low" => 2,
            "default" => 3,
            "max" => 5,
            _ => 4,
        };
}
