using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Webhook;

public sealed class WebhookTests
{
    [Fact]
    public async Task Without_a_template_the_body_is_what_the_contract_shows()
    {
        var sent = await SendAsync(new { url = "" }, Alerts.Down());

        Assert.Equal(("POST", "application/json"), (sent.Method, sent.Header("Content-Type")));
        Assert.Equal(["delivery_id", "event", "monitor", "incident", "check", "at"], sent.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("down", sent.Json.GetProperty("event").GetString());
        Assert.Equal("2026-11-23T05:06:00.000Z", sent.Json.GetProperty("at").GetString());
        var monitor = sent.Json.GetProperty("monitor");
        Assert.Equal((Alerts.MonitorId.ToString(), "Nightly backup", "heartbeat", "down"),
            (Text(monitor, "id"), Text(monitor, "name"), Text(monitor, "kind"), Text(monitor, "status")));
        var incident = sent.Json.GetProperty("incident");
        Assert.Equal((12, Alerts.Error, "worker-01"),
            (incident.GetProperty("number").GetInt32(), Text(incident, "cause"), Text(incident.GetProperty("last_heartbeat").GetProperty("metadata"), "hostname")));
        Assert.Equal(("down", Alerts.Error), (Text(sent.Json.GetProperty("check"), "outcome"), Text(sent.Json.GetProperty("check"), "error")));
    }

    [Theory]
    [InlineData(AlertEvent.Down, "down")]
    [InlineData(AlertEvent.Recovered, "recovered")]
    [InlineData(AlertEvent.Reminder, "reminder")]
    [InlineData(AlertEvent.Late, "late")]
    [InlineData(AlertEvent.Test, "test")]
    public async Task Every_event_has_its_word(AlertEvent what, string word) =>
        Assert.Equal(word, Text((await SendAsync(new { url = "" }, Alerts.Of(what))).Json, "event"));

    [Fact]
    public async Task The_delivery_id_is_in_a_header_and_the_same_over_all_attempts()
    {
        Assert.Equal(Alerts.DeliveryId.ToString(), (await SendAsync(new { url = "" }, Alerts.Down())).Header("X-Exemplar-Delivery"));
        Assert.Equal(Alerts.DeliveryId.ToString(), (await SendAsync(new { url = "" }, Alerts.Down())).Header("X-Exemplar-Delivery"));
    }

    [Fact]
    public async Task With_a_secret_the_moment_and_the_body_are_signed()
    {
        var sent = await SendAsync(new { url = "", secret = "sesame" }, Alerts.Down(Alerts.Hostile));
        var timestamp = sent.Header("X-Exemplar-Timestamp");
        Assert.Equal(Alerts.At.AddSeconds(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), timestamp);
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes("sesame"), (byte[])[.. Encoding.UTF8.GetBytes(timestamp + "."), .. sent.Body]);
        Assert.Equal("sha256=" + Convert.ToHexStringLower(expected), sent.Header("X-Exemplar-Signature"));
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_signed() =>
        Assert.Equal("", (await SendAsync(new { url = "" }, Alerts.Down())).Header("X-Exemplar-Signature"));

    [Fact]
    public async Task A_json_template_is_filled_in_and_stays_json_whatever_the_names_hold()
    {
        var sent = await SendAsync(
            new
            {
                url = "", method = "PUT",
                body = """{"a":"<{{monitor.name}}>","tags":{{monitor.tags}},"n":{{incident.number}},"r":{{incident.resolved_at}},"host":"{{ last_heartbeat.metadata.hostname }}","raw":{{last_heartbeat.metadata}},"s":"{{subject}}"}""",
            },
            Alerts.Down(Alerts.Hostile));
        Assert.Equal(("PUT", "application/json"), (sent.Method, sent.Header("Content-Type")));
        Assert.Equal($"<{Alerts.Hostile}>", Text(sent.Json, "a"));
        Assert.Equal("""["db","nightly"]""", sent.Json.GetProperty("tags").GetRawText());
        Assert.Equal((12, JsonValueKind.Null, "worker-01"),
            (sent.Json.GetProperty("n").GetInt32(), sent.Json.GetProperty("r").ValueKind, Text(sent.Json, "host")));
        Assert.Equal(4711, sent.Json.GetProperty("raw").GetProperty("job_id").GetInt32());
    }

    [Fact]
    public async Task What_is_filled_in_is_not_looked_at_again() =>
        Assert.Equal("{{delivery_id}}!", (await SendAsync(new { url = "", body = "{{monitor.name}}!" }, Alerts.Down("{{delivery_id}}"))).Text);

    [Theory]
    [InlineData("text/xml", "&lt;b&gt; &amp; &quot;x&quot;")]
    [InlineData("application/x-www-form-urlencoded", "%3Cb%3E%20%26%20%22x%22")]
    [InlineData("text/plain", "<b> & \"x\"")]
    [InlineData("application/vnd.my+json", "\"\\u003Cb\\u003E \\u0026 \\u0022x\\u0022\"")]
    public async Task Values_are_escaped_for_the_content_type(string contentType, string body)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Content-Type"] = contentType };
        var sent = await SendAsync(new { url = "", headers, body = "{{monitor.name}}" }, Alerts.Down("<b> & \"x\""));
        Assert.Equal((contentType, body), (sent.Header("Content-Type"), sent.Text));
    }

    [Fact]
    public async Task A_header_takes_names_and_cannot_be_broken_out_of()
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Title"] = "{{subject}}", ["X-Api-Key"] = "key" };
        var sent = await SendAsync(new { url = "", headers }, Alerts.Down("a\r\nX-Evil: 1\nb"));
        Assert.Equal(("DOWN a X-Evil: 1 b", "key", ""), (sent.Header("X-Title"), sent.Header("X-Api-Key"), sent.Header("X-Evil")));
    }

    [Fact]
    public async Task Any_header_may_be_set_also_those_of_the_body_and_our_own_name()
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Content-Language"] = "en", ["Expires"] = "0", ["User-Agent"] = "mine/1", ["Accept"] = "*/*", ["Date"] = "today", ["Cookie"] = "a=b", ["X-Emoji"] = "🔥",
        };
        var sent = await SendAsync(new { url = "", headers }, Alerts.Down());
        Assert.All(headers, header => Assert.Equal(header.Value, sent.Header(header.Key)));
    }

    [Fact]
    public async Task A_get_carries_no_body()
    {
        var sent = await SendAsync(new { url = "", method = "GET" }, Alerts.Down());
        Assert.Equal(("GET", 0), (sent.Method, sent.Body.Length));
    }

    [Fact]
    public async Task What_is_folded_or_stale_says_so()
    {
        var sent = await SendAsync(new { url = "" }, Alerts.Folded() with { IsStale = true });
        Assert.Equal((37, true, 3), (sent.Json.GetProperty("monitors").GetInt32(), sent.Json.GetProperty("stale").GetBoolean(), sent.Json.GetProperty("names").GetArrayLength()));
    }

    private static async Task<ReceivedRequest> SendAsync(object config, Alert alert)
    {
        await using var service = await FakeService.StartAsync(FakeAnswer.Ok);
        using var stand = new ChannelStand();
        var json = System.Text.Json.Nodes.JsonNode.Parse(JsonSerializer.Serialize(config))!;
        json["url"] = service.Address + "/hook";
        var outcome = await stand.Channel("webhook").SendAsync(stand.Config("webhook", json), alert, CancellationToken.None);
        Assert.Equal("HTTP 200: ok", Assert.IsType<DeliveryOutcome.Delivered>(outcome).Detail);
        return service.Only;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
