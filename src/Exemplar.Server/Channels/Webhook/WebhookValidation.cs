using System.Buffers;
using System.Net.Http.Headers;
using Exemplar.Core.Checks;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Webhook;

/// <summary>What a webhook's headers and body have to be like.</summary>
internal static class WebhookValidation
{
    // They frame the message or say what is ours to say.
    private static readonly string[] Reserved =
    [
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect", "Proxy-Authorization",
        "Proxy-Connection", WebhookChannel.DeliveryHeader, WebhookChannel.TimestampHeader, WebhookChannel.SignatureHeader,
    ];

    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static void Validate(ChannelConfig config, FieldErrors errors)
    {
        foreach (var (name, value) in config.Pairs("headers"))
        {
            // The names may be told, the values not.
            if (name.AsSpan().ContainsAnyExcept(Token)) errors.Add("config.headers", $"holds '{name}', which is no name of a header");
            else if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase)) errors.Add("config.headers", $"must not hold {name}, which is set by the server");
            else if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && !MediaTypeHeaderValue.TryParse(value, out _))
                errors.Add("config.headers", "holds a Content-Type that is no media type");
            else if (WebhookTemplate.Parse(value, out var wrong) is null) errors.Add("config.headers", $"{name} {wrong}");
        }
        if (!config.Has("body")) return;
        if (config["method"] == "GET") errors.Add("config.body", "must be empty with the method GET");
        if (WebhookTemplate.Parse(config["body"], out var why) is not { } template) errors.Add("config.body", why!);
        else if (Format(ContentType(config)) == TemplateFormat.Json && !WebhookTemplate.IsJson(template.Render(Sample, TemplateFormat.Json)))
            errors.Add("config.body", "is no JSON once its names are filled in; another Content-Type header makes it another kind of text");
    }

    /// <summary>The configured content type; without one JSON for what looks like it, plain text for the rest.</summary>
    public static string ContentType(ChannelConfig config)
    {
        if (config.Pairs("headers").FirstOrDefault(pair => pair.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value is { Length: > 0 } given)
            return given;
        return !config.Has("body") || config["body"].TrimStart() is ['{', not '{', ..] or ['[', ..] ? "application/json" : "text/plain; charset=utf-8";
    }

    /// <summary>How values are escaped in a body of a content type.</summary>
    public static TemplateFormat Format(string contentType) => contentType.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        var type when type.EndsWith("json", StringComparison.Ordinal) => TemplateFormat.Json,
        var type when type.EndsWith("xml", StringComparison.Ordinal) || type.EndsWith("html", StringComparison.Ordinal) => TemplateFormat.Markup,
        "application/x-www-form-urlencoded" => TemplateFormat.Form,
        _ => TemplateFormat.Plain,
    };

    private static TemplateValues Sample
    {
        get
        {
            var id = EntityId.Create(DateTimeOffset.UnixEpoch, 1);
            var at = DateTimeOffset.UnixEpoch;
            var alert = new Alert(
                id, AlertEvent.Down, at, new AlertMonitor(id, "Sample", MonitorKind.Heartbeat, MonitorStatus.Down, at, ["sample"]),
                new AlertIncident(id, 1, "Sample", "sample", at, null, null), new AlertCheck(at, CheckOutcome.Down, "sample"))
            {
                LastHeartbeat = new AlertHeartbeat(at, "{}"),
            };
            return new TemplateValues(alert, AlertText.Of(alert, new AlertLinks(null)));
        }
    }
}
