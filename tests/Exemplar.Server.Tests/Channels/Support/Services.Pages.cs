using System.Text.Json.Nodes;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>Services that ring or keep a list of what is open.</summary>
internal static partial class Services
{
    // Keys of a set length that hold the mark.
    private static readonly string Key32 = string.Concat(Enumerable.Repeat(Mark, 3))[..32];
    private static readonly string Key30 = string.Concat(Enumerable.Repeat(Mark, 3))[..30];

    private static HttpService PagerDuty => new(
        at => new JsonObject { ["routing_key"] = Key32, ["api_url"] = at },
        request =>
        {
            var action = Value(request.Json, "event_action");
            var rules = new List<(bool, string)>
            {
                Is(request, "POST", "/v2/enqueue"), IsJson(request), (Value(request.Json, "routing_key") == Key32, "Length of 'routing_key' is incorrect (should be 32 characters)"),
                Text(request.Json, "dedup_key", 255), (action is "trigger" or "resolve", "event_action"), (request.Body.Length <= 512 * 1024, "an event has at most 512 KB"),
            };
            if (action == "trigger")
            {
                var payload = request.Json.GetProperty("payload");
                rules.AddRange([Text(payload, "summary", 1_024), Text(payload, "source", 1_024), (Value(payload, "severity") is "critical" or "error" or "warning" or "info", "severity")]);
            }
            return First([.. rules]);
        })
    {
        Answer = _ => new FakeAnswer(202, """{"status":"success","message":"Event processed"}"""),
    };

    private static HttpService Opsgenie => new(
        at => new JsonObject { ["api_key"] = Mark, ["api_url"] = at },
        request => request.Path == "/v2/alerts"
            ? First(
                Is(request, "POST", "/v2/alerts"), IsJson(request), Header(request, "Authorization", "GenieKey " + Mark), Text(request.Json, "message", 130),
                Text(request.Json, "alias", 512), Text(request.Json, "description", 15_000), Text(request.Json, "entity", 512),
                (Value(request.Json, "priority") is "P1" or "P2" or "P3" or "P4" or "P5", "priority"),
                (request.Json.GetProperty("tags").GetArrayLength() <= 20 && Strings(request.Json.GetProperty("tags")).All(tag => tag.Length <= 50), "tags"))
            : First(
                (request.Method == "POST" && request.Path.StartsWith("/v2/alerts/", StringComparison.Ordinal)
                    && (request.Path.EndsWith("/close?identifierType=alias", StringComparison.Ordinal) || request.Path.EndsWith("/notes?identifierType=alias", StringComparison.Ordinal)),
                    $"there is no {request.Path}"),
                Header(request, "Authorization", "GenieKey " + Mark), Text(request.Json, "note", 25_000)))
    {
        Answer = _ => new FakeAnswer(202, """{"result":"Request will be processed"}"""),
    };

    private static HttpService IncidentIo => new(
        at => new JsonObject { ["source_id"] = "01GW2G3V0S59R238FAHPDS1R66", ["token"] = Mark, ["api_url"] = at },
        request => First(
            Is(request, "POST", "/v2/alert_events/http/01GW2G3V0S59R238FAHPDS1R66"), IsJson(request), Header(request, "Authorization", "Bearer " + Mark),
            Text(request.Json, "title", 1_000), Text(request.Json, "deduplication_key", 255), (Value(request.Json, "status") is "firing" or "resolved", "status"),
            (Value(request.Json, "description") is { Length: > 0 } text && IsQuiet(text), "description")))
    {
        Answer = _ => new FakeAnswer(202, """{"status":"success"}"""),
    };

    private static HttpService Pushover => new(
        at => new JsonObject { ["token"] = Key30, ["user"] = Key30, ["priority"] = "emergency", ["api_url"] = at },
        request =>
        {
            if (request.Path == $"/1/receipts/cancel_by_tag/exemplar-{Alerts.MonitorId}.json")
                return First(Is(request, "POST", request.Path), IsJson(request), (Value(request.Json, "token") == Key30, "application token is invalid"));
            var priority = request.Json.GetProperty("priority").GetInt32();
            return First(
                Is(request, "POST", "/1/messages.json"), IsJson(request), (Value(request.Json, "token") == Key30, "application token is invalid"),
                (Value(request.Json, "user") == Key30, "user identifier is invalid"), Text(request.Json, "message", 1_024), Text(request.Json, "title", 250),
                Text(request.Json, "url", 512), Text(request.Json, "url_title", 100), (priority is >= -2 and <= 2, "priority"),
                (priority < 2 || (request.Json.GetProperty("retry").GetInt32() >= 30 && request.Json.GetProperty("expire").GetInt32() <= 10_800), "an emergency needs retry and expire"));
        })
    {
        Answer = _ => new FakeAnswer(200, """{"status":1,"request":"647d2300-702c-4b38-8b2f-d56326ae460b"}"""),
    };

    private static HttpService Ntfy => new(
        at => new JsonObject { ["url"] = at, ["topic"] = "ops-alerts", ["token"] = "tk_" + Mark },
        request => First(
            Is(request, "POST", "/"), IsJson(request), Header(request, "Authorization", "Bearer tk_" + Mark), (Value(request.Json, "topic") == "ops-alerts", "topic"),
            (System.Text.Encoding.UTF8.GetByteCount(Value(request.Json, "message")!) is > 0 and <= 4_096, "a message has at most 4096 bytes"),
            (System.Text.Encoding.UTF8.GetByteCount(Value(request.Json, "title")!) is > 0 and <= 256, "title"),
            (request.Body.Length <= 8_192, "40013: the body is longer than twice the longest message"),
            (request.Json.GetProperty("priority").GetInt32() is >= 1 and <= 5, "priority"), Text(request.Json, "click", 2_000)));

    private static HttpService Gotify => new(
        at => new JsonObject { ["url"] = at + "/push", ["token"] = Mark },
        request => First(
            Is(request, "POST", "/push/message"), IsJson(request), Header(request, "X-Gotify-Key", Mark), Text(request.Json, "message", 100_000), Text(request.Json, "title", 1_000),
            (request.Json.GetProperty("priority").GetInt32() is >= 0 and <= 10, "priority"),
            (Value(request.Json.GetProperty("extras").GetProperty("client::display"), "contentType") == "text/plain", "people's text would be Markdown")));
}
