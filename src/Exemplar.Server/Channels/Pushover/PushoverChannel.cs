using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Pushover;

/// <summary>Pushes to phones with Pushover. An emergency rings until somebody confirms it there.</summary>
internal sealed class PushoverChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    // Limits of the API, in characters.
    private const int LongestTitle = 250;
    private const int LongestMessage = 1_024;
    private const int LongestUrl = 512;

    public string Kind => "pushover";

    public string Title => "Pushover";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("token", "Application token") { IsRequired = true, IsSecret = true, Longest = 30, Help = "Of an application that you have registered at pushover.net." },
        new("user", "User or group key") { IsRequired = true, IsSecret = true, Longest = 30, Help = "Shown on your page at pushover.net." },
        BySeverity.Field("priority", "Priority of a downtime", "emergency", "high", "normal", "low") with
        {
            Help = "monitor: as the severity of the monitor says. High goes through quiet hours; an emergency rings every minute for an hour until it is confirmed.",
        },
        new("device", "Device") { Longest = 25, Help = "One device instead of all." },
        new("api_url", "API address") { Shape = FieldShape.Address, Default = "https://api.pushover.net" },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        foreach (var field in new[] { "token", "user" })
        {
            if (config[field].Length != 30 || config[field].Any(c => !char.IsAsciiLetterOrDigit(c))) errors.Add("config." + field, "must have 30 letters and digits");
        }
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var text = AlertText.Of(alert, links);
        var priority = alert.Event is not (AlertEvent.Down or AlertEvent.Reminder) ? 0 : BySeverity.Word(config, "priority", alert, ("emergency", "high", "normal", "low")) switch
        {
            "low" => -1,
            "normal" => 0,
            "emergency" => 2,
            _ => 1,
        };
        var message = new JsonObject
        {
            ["token"] = config["token"],
            ["user"] = config["user"],
            ["title"] = PlainText.Cut(text.Subject, LongestTitle),
            ["message"] = PlainText.Cut(string.Join('\n', text.Lines.Select(line => $"{line.Label}: {line.Text}")), LongestMessage),
            ["priority"] = priority,
            ["timestamp"] = alert.At.ToUnixTimeSeconds(),
        };
        if (priority == 2) (message["retry"], message["expire"]) = (60, 3_600);
        if (config.Has("device")) message["device"] = config["device"];
        if (text.Link is { Length: <= LongestUrl } link) (message["url"], message["url_title"]) = (link, "Open in Exemplar");
        return (await http.SendAsync(OutboundRequest.Json(config["api_url"].TrimEnd('/') + "/1/messages.json", message), SecretMask.Of(this, config), cancellationToken)).Outcome;
    }
}
