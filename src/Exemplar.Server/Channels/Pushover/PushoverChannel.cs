using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Pushover;

/// <summary>Pushes to phones with Pushover. An emergency rings until somebody confirms it there, or its monitor is up again.</summary>
internal sealed class PushoverChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    // Limits of the API, in characters.
    private const int LongestTitle = 250;
    private const int LongestMessage = 1_024;
    private const int LongestUrl = 512;

    private const int Emergency = 2;

    public string Kind => "pushover";

    public string Title => "Pushover";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("token", "Application token") { IsRequired = true, IsSecret = true, Longest = 30, Help = "Of an application that you have registered at pushover.net." },
        new("user", "User or group key") { IsRequired = true, IsSecret = true, Longest = 30, Help = "Shown on your page at pushover.net." },
        BySeverity.Field("priority", "Priority of a downtime", "emergency", "high", "normal", "low") with
        {
            Help = "monitor: as the severity of the monitor says. High goes through quiet hours; an emergency rings every minute for an hour until it is confirmed or over.",
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
        if (alert.Event == AlertEvent.Recovered && IsEmergency(config, alert) && await StopRingingAsync(config, alert, cancellationToken) is { } fault) return fault;
        return await PostAsync(config, "/1/messages.json", Message(config, alert, AlertText.Of(alert, links)), cancellationToken);
    }

    /// <summary>What is up again must not ring on until somebody confirms it. Null when that is done, or nothing rings any more.</summary>
    private async Task<DeliveryOutcome?> StopRingingAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        foreach (var id in alert.Monitors == 1 ? [alert.Monitor.Id] : alert.MonitorIds)
        {
            var token = new JsonObject { ["token"] = config["token"] };
            if (await PostAsync(config, $"/1/receipts/cancel_by_tag/{Tag(id)}.json", token, cancellationToken) is DeliveryOutcome.Retry fault) return fault;
        }
        return null;
    }

    private async Task<DeliveryOutcome> PostAsync(ChannelConfig config, string path, JsonObject body, CancellationToken cancellationToken) =>
        (await http.SendAsync(OutboundRequest.Json(config["api_url"].TrimEnd('/') + path, body), SecretMask.Of(this, config), cancellationToken)).Outcome;

    private static JsonObject Message(ChannelConfig config, Alert alert, AlertText text)
    {
        var priority = alert.Event is AlertEvent.Down or AlertEvent.Reminder ? Priority(config, alert) : 0;
        var message = new JsonObject
        {
            ["token"] = config["token"],
            ["user"] = config["user"],
            ["title"] = PlainText.Cut(text.Subject, LongestTitle),
            ["message"] = PlainText.Cut(string.Join('\n', text.Lines.Select(line => $"{line.Label}: {line.Text}")), LongestMessage),
            ["priority"] = priority,
            ["timestamp"] = alert.At.ToUnixTimeSeconds(),
        };
        if (priority == Emergency) (message["retry"], message["expire"]) = (60, 3_600);
        // One that stands for several is over for none of them alone.
        if (priority == Emergency && alert.Monitors == 1) message["tags"] = Tag(alert.Monitor.Id);
        if (config.Has("device")) message["device"] = config["device"];
        if (text.Link is { Length: <= LongestUrl } link) (message["url"], message["url_title"]) = (link, "Open in Exemplar");
        return message;
    }

    private static bool IsEmergency(ChannelConfig config, Alert alert) => Priority(config, alert) == Emergency;

    private static int Priority(ChannelConfig config, Alert alert) => BySeverity.Word(config, "priority", alert, ("emergency", "high", "normal", "low")) switch
    {
        "low" => -1,
        "normal" => 0,
        "emergency" => Emergency,
        _ => 1,
    };

    private static string Tag(EntityId monitorId) => $"exemplar-{monitorId}";
}
