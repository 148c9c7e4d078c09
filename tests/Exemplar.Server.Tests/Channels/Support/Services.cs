using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>
/// What the services that are spoken to by HTTP insist on, by their documentation: addresses, keys, required fields, sizes; and
/// that nothing a name holds does anything there.
/// </summary>
internal static partial class Services
{
    private const string Mark = ChannelRig.Mark;

    public static HttpService? Of(string kind) => kind switch
    {
        "webhook" => Webhook,
        "slack" => Slack,
        "teams" => Teams,
        "discord" => Discord,
        "mattermost" => Mattermost,
        "google_chat" => GoogleChat,
        "telegram" => Telegram,
        "matrix" => Matrix,
        "zulip" => Zulip,
        "pagerduty" => PagerDuty,
        "opsgenie" => Opsgenie,
        "incident_io" => IncidentIo,
        "pushover" => Pushover,
        "ntfy" => Ntfy,
        "gotify" => Gotify,
        "twilio_sms" => TwilioSms,
        "github_issue" => new FakeGithub().Service,
        _ => null,
    };

    /// <summary>The first of several rules that does not hold.</summary>
    private static string? First(params (bool Holds, string Rule)[] rules)
    {
        foreach (var (holds, rule) in rules)
        {
            if (!holds) return rule;
        }
        return null;
    }

    private static (bool, string) Is(ReceivedRequest request, string method, string path) =>
        (request.Method == method && request.Path == path, $"{method} {path} was expected, not {request.Method} {request.Path}");

    private static (bool, string) IsJson(ReceivedRequest request) =>
        (request.Header("Content-Type").StartsWith("application/json", StringComparison.Ordinal), "it must be application/json");

    private static (bool, string) Header(ReceivedRequest request, string name, string value) => (request.Header(name) == value, $"{name} is missing or wrong");

    private static (bool, string) Text(JsonElement json, string name, int longest, bool required = true)
    {
        var text = Value(json, name);
        return ((!required && text is null) || (text?.Length > 0 && text.Length <= longest), $"{name} must have 1 to {longest} characters, not {text?.Length}");
    }

    private static string? Value(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Basic(string user) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Mark}"));

    /// <summary>Whether a text of Markdown shows people's words in code only, where no mention and no link is looked for.</summary>
    private static bool IsQuiet(string markdown)
    {
        var outside = string.Concat(markdown.Split('`').Where((_, i) => i % 2 == 0));
        return markdown.Count(c => c == '`') % 2 == 0 && !outside.Contains('@') && !outside.Contains('<') && !outside.Contains("evil", StringComparison.Ordinal);
    }

    /// <summary>All strings in JSON.</summary>
    private static IEnumerable<string> Strings(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(field => Strings(field.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };

    private static HttpService Webhook => new(
        at => new JsonObject
        {
            ["url"] = at + "/hook", ["secret"] = Mark, ["headers"] = new JsonObject { ["X-Api-Key"] = Mark + "2", ["Authorization"] = "Bearer " + Mark },
        },
        request => First(
            Is(request, "POST", "/hook"), IsJson(request), Header(request, "X-Api-Key", Mark + "2"), Header(request, "Authorization", "Bearer " + Mark),
            Header(request, "X-Exemplar-Delivery", Alerts.DeliveryId.ToString()), (request.Header("X-Exemplar-Signature").Length == 7 + 64, "no signature")));

    private static HttpService TwilioSms => new(
        at => new JsonObject
        {
            ["account_sid"] = "AC" + new string('a', 32), ["auth_token"] = Mark, ["from"] = "+15551234567", ["to"] = "+15557654321", ["api_url"] = at,
        },
        request => First(
            Is(request, "POST", $"/2010-04-01/Accounts/AC{new string('a', 32)}/Messages.json"),
            Header(request, "Content-Type", "application/x-www-form-urlencoded"), Header(request, "Authorization", Basic("AC" + new string('a', 32))),
            (request.Form.GetValueOrDefault("To") == "+15557654321" && request.Form.GetValueOrDefault("From") == "+15551234567", "To and From are wrong"),
            (request.Form.GetValueOrDefault("Body") is { Length: > 0 and <= 1_600 }, "Body must have 1 to 1600 characters")))
    {
        Answer = _ => new FakeAnswer(201, """{"sid":"SM1","status":"queued"}"""),
    };
}
