using System.Text;
using System.Text.Json;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.Probes;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Probes;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Probes;

/// <summary>Monitors that are probed: what is stored of them, with the kinds turned on as they will be once something probes.</summary>
public sealed class ProbeMonitorTests(ProbeServer probes) : IClassFixture<ProbeServer>
{
    private const string Path = ApiClient.Monitors;
    private const string Secret = "Bearer very-secret-of-the-probe";

    private ApiServer Server => probes.Server;

    [Fact]
    public async Task An_endpoint_has_the_defaults_of_the_contract()
    {
        var client = await Server.NewOrganizationAsync();
        var made = (await client.PostAsync(Path, new { kind = "endpoint", name = "Shop", url = "https://example.com/health" })).ShouldBe(201).Body;
        var now = Moments.Text(Server.Clock.GetUtcNow());
        Assert.Equal(
            $$"""
            {"id":"{{made.Text("id")}}","kind":"endpoint","name":"Shop","description":"","tags":[],"status":"new","since":"{{now}}","last_heartbeat_at":null,"next_expected_at":null,"deadline_at":null,"created_at":"{{now}}","updated_at":"{{now}}","severity":"normal","active_hours":null,"observes_holidays":true,"alert_policy":{"alert_after":null,"alert_after_of_last":null,"recover_after":null,"remind_every_minutes":null,"flapping":null,"flapping_changes":null,"flapping_within_minutes":null,"announce_late":null,"announce_recovered":null},"depends_on":[],"runbook_url":null,"interval_minutes":1,"timeout_seconds":10,"failures_before_down":1,"url":"https://example.com/health","method":"GET","headers_set":[],"body_set":false,"expected_status":"200-299","assertions":[]}
            """,
            made.GetRawText());
    }

    [Fact]
    public async Task Ssl_and_icmp_have_the_defaults_of_the_contract()
    {
        var client = await Server.NewOrganizationAsync();
        var ssl = (await client.PostAsync(Path, new { kind = "ssl", name = "Cert", host = "example.com" })).ShouldBe(201).Body;
        Assert.Equal(("example.com", 443d, 21d, 7d, 1d, 10d), (ssl.Text("host"), ssl.Number("port"), ssl.Number("warn_days"), ssl.Number("fail_days"), ssl.Number("interval_minutes"), ssl.Number("timeout_seconds")));
        var icmp = (await client.PostAsync(Path, new { kind = "icmp", name = "Gateway", host = "gateway.example.com" })).ShouldBe(201).Body;
        Assert.Equal(("gateway.example.com", 3d, 1d), (icmp.Text("host"), icmp.Number("count"), icmp.Number("failures_before_down")));
        Assert.False(icmp.TryGetProperty("expected_interval_minutes", out _) || icmp.TryGetProperty("grace_period_minutes", out _) || icmp.TryGetProperty("port", out _));
        Assert.Equal(["Cert"], (await client.GetAsync($"{Path}?kind=ssl")).Items.Select(m => m.Text("name")!));
    }

    [Fact]
    public async Task Everything_that_was_sent_is_read_but_the_secrets_and_they_are_nowhere_in_the_clear()
    {
        var client = await Server.NewOrganizationAsync();
        var sent = new
        {
            kind = "endpoint", name = "Shop", url = "https://example.com/x", method = "post", headers = new Dictionary<string, string> { ["Authorization"] = Secret, ["X-Team"] = "shop" },
            body = "{\"password\":\"body-secret-of-the-probe\"}", expected_status = "200,204", interval_minutes = 0.5, timeout_seconds = 5, failures_before_down = 3,
            assertions = new object[] { new { on = "json", name = "$.status", comparison = "is", value = "ok" }, new { on = "response_time", comparison = "less_than", value = "800" } },
        };
        var made = (await client.PostAsync(Path, sent)).ShouldBe(201);
        var id = made.Body.Text("id")!;
        var read = (await client.GetAsync($"{Path}/{id}")).ShouldBe(200);
        Assert.Equal(made.Text, read.Text);
        Assert.Equal(("POST", "200, 204", 0.5, 5d, 3d, true), (
            read.Body.Text("method"), read.Body.Text("expected_status"), read.Body.Number("interval_minutes"), read.Body.Number("timeout_seconds"),
            read.Body.Number("failures_before_down"), read.Body.GetProperty("body_set").GetBoolean()));
        Assert.Equal(["Authorization", "X-Team"], read.Body.GetProperty("headers_set").EnumerateArray().Select(h => h.GetString()!));
        Assert.Equal(
            """[{"on":"json","name":"$.status","comparison":"is","value":"ok"},{"on":"response_time","name":null,"comparison":"less_than","value":"800"}]""",
            read.Body.GetProperty("assertions").GetRawText());

        foreach (var text in new[] { made.Text, (await client.GetAsync(Path)).Text, string.Join('\n', Server.Log.All.Select(l => l.Text)), await AuditAsync(client) })
        {
            Assert.DoesNotContain("secret-of-the-probe", text, StringComparison.Ordinal);
        }
        var stored = (await SealedAsync(client, id))!;
        Assert.DoesNotContain("secret-of-the-probe", Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
        var open = Server.Services.GetRequiredService<ProbeSecrets>().Open(stored, EntityId.Parse(id))!;
        Assert.Equal((Secret, sent.body), (open.Headers["authorization"], open.Body));
        Assert.Null(Server.Services.GetRequiredService<ProbeSecrets>().Open(stored, EntityId.Parse("69c3a0754e257b7d18094f9a")));
    }

    [Fact]
    public async Task A_patch_changes_what_is_given_and_keeps_the_secrets()
    {
        var client = await Server.NewOrganizationAsync();
        var id = (await client.PostAsync(Path, new
        {
            kind = "endpoint", name = "Shop", url = "https://example.com/", headers = new Dictionary<string, string> { ["Authorization"] = Secret, ["X-Team"] = "shop" }, body = "b", method = "POST",
        })).ShouldBe(201).Body.Text("id")!;
        var renamed = (await client.PatchAsync($"{Path}/{id}", new { name = "Shop EU", url = "https://example.com/eu", timeout_seconds = 20 })).ShouldBe(200).Body;
        Assert.Equal(("Shop EU", "https://example.com/eu", 20d, "POST", true), (
            renamed.Text("name"), renamed.Text("url"), renamed.Number("timeout_seconds"), renamed.Text("method"), renamed.GetProperty("body_set").GetBoolean()));
        Assert.Equal(Secret, (await OpenAsync(client, id)).Headers["Authorization"]);

        (await client.PatchAsync($"{Path}/{id}", """{"headers":{"X-Team":null,"X-New":"n","authorization":"Bearer other"},"body":null}""")).ShouldBe(200);
        var open = await OpenAsync(client, id);
        Assert.Equal(("Bearer other", "n", 2, null), (open.Headers["Authorization"], open.Headers["X-New"], open.Headers.Count, open.Body));
        (await client.PatchAsync($"{Path}/{id}", """{"headers":null}""")).ShouldBe(200);
        Assert.Null(await SealedAsync(client, id));

        // What was read can be sent back and changes nothing.
        var before = (await client.GetAsync($"{Path}/{id}")).Body;
        Server.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(before.GetRawText(), (await client.PatchAsync($"{Path}/{id}", before)).ShouldBe(200).Body.GetRawText());
    }

    [Theory]
    [InlineData("endpoint", """{}""", "url")]
    [InlineData("endpoint", """{"url":"ftp://x"}""", "url")]
    [InlineData("endpoint", """{"url":"http://169.254.169.254/"}""", "url")]
    [InlineData("endpoint", """{"url":"http://[::ffff:10.0.0.1]/"}""", "url")]
    [InlineData("endpoint", """{"url":"https://example.com","method":"TRACE","expected_status":"fine","headers":{"Host":"x"},"body":7,"assertions":"x"}""", "method", "expected_status", "headers", "body", "assertions")]
    [InlineData("endpoint", """{"url":"https://example.com","method":"HEAD","body":"x"}""", "body")]
    [InlineData("endpoint", """{"url":"https://example.com","headers":{"X-A":"a\r\nX-B: b"}}""", "headers.X-A")]
    [InlineData("endpoint", """{"url":"https://example.com","assertions":[{"on":"body","comparison":"contains","value":"ok"},{"on":"taste"},7]}""", "assertions[1].on", "assertions[1].comparison", "assertions[1].value", "assertions[2]")]
    [InlineData("endpoint", """{"url":"https://example.com","interval_minutes":0,"timeout_seconds":61,"failures_before_down":0}""", "interval_minutes", "timeout_seconds", "failures_before_down")]
    [InlineData("endpoint", """{"url":"https://example.com","grace_period_minutes":5,"expected_interval_minutes":5,"starts":"creation"}""", "grace_period_minutes", "expected_interval_minutes", "starts")]
    [InlineData("ssl", """{"host":"https://example.com","port":0,"warn_days":400,"fail_days":-1}""", "host", "port", "warn_days", "fail_days")]
    [InlineData("ssl", """{"host":"example.com","fail_days":30}""", "fail_days")]
    [InlineData("icmp", """{"host":"10.0.0.1","count":11}""", "host", "count")]
    [InlineData("icmp", """{"name":""}""", "name", "host")]
    public async Task Every_bad_field_is_named_at_once_and_nothing_is_stored(string kind, string body, params string[] fields)
    {
        var client = await Server.NewOrganizationAsync();
        var request = JsonSerializer.Deserialize<Dictionary<string, object?>>(body)!;
        request["kind"] = kind;
        request.TryAdd("name", "n");
        (await client.PostAsync(Path, request)).ShouldFail(400, "invalid_request", fields);
        Assert.Empty((await client.GetAsync(Path)).Items);
    }

    [Fact]
    public async Task A_bad_patch_names_its_field_and_changes_nothing()
    {
        var client = await Server.NewOrganizationAsync();
        var made = (await client.PostAsync(Path, new { kind = "ssl", name = "Cert", host = "example.com" })).ShouldBe(201).Body;
        var path = $"{Path}/{made.Text("id")}";
        (await client.PatchAsync(path, new { warn_days = 3 })).ShouldFail(400, "invalid_request", "warn_days");
        (await client.PatchAsync(path, new { kind = "icmp", host = "nothing there" })).ShouldFail(400, "invalid_request", "kind", "host");
        (await client.PatchAsync(path, new { expected_interval_minutes = 5 })).ShouldFail(400, "invalid_request", "expected_interval_minutes");
        Assert.Equal(made.GetRawText(), (await client.GetAsync(path)).Text);
    }

    [Fact]
    public async Task It_takes_no_heartbeat_never_goes_down_by_silence_and_is_gone_with_its_secrets()
    {
        var client = await Server.NewOrganizationAsync();
        var id = (await client.PostAsync(Path, new
        {
            kind = "endpoint", name = "Shop", url = "https://example.com/", headers = new Dictionary<string, string> { ["A"] = Secret },
        })).ShouldBe(201).Body.Text("id")!;
        (await client.PostAsync("/api/monitoring/heartbeat", new { monitor_id = id })).ShouldFail(409, "not_a_heartbeat_monitor");
        (await client.PostAsync($"{Path}/{id}/pause")).ShouldBe(200);
        (await client.PostAsync($"{Path}/{id}/resume")).ShouldBe(200);
        (await client.PatchAsync($"{Path}/{id}", new { interval_minutes = 0.05 })).ShouldBe(200);
        Server.Clock.Advance(TimeSpan.FromDays(3));
        await Server.JudgeAsync();
        Assert.Equal("new", (await client.GetAsync($"{Path}/{id}")).Body.Text("status"));
        Assert.Empty((await client.GetAsync($"{Path}/{id}/checks")).Items);

        var other = await Server.NewOrganizationAsync();
        (await other.PatchAsync($"{Path}/{id}", new { url = "https://evil.example" })).ShouldFail(404, "monitor_not_found");
        var number = (await Server.Services.GetRequiredService<MonitorStore>().FindAsync(client.OrganizationNumber, EntityId.Parse(id), default))!.Definition.Number;
        (await client.DeleteAsync($"{Path}/{id}")).ShouldBe(204);
        Assert.Null(await Server.Services.GetRequiredService<ProbeSecretStore>().FindAsync(number, default));
    }

    [Fact]
    public async Task The_audit_log_tells_each_field_and_of_secrets_only_that_they_changed()
    {
        var client = await Server.NewOrganizationAsync();
        var id = (await client.PostAsync(Path, new { kind = "endpoint", name = "Shop", url = "https://example.com/" })).ShouldBe(201).Body.Text("id")!;
        (await client.PatchAsync($"{Path}/{id}", new { url = "https://example.com/eu" })).ShouldBe(200);
        (await client.PatchAsync($"{Path}/{id}", new { headers = new Dictionary<string, string> { ["A"] = "one" } })).ShouldBe(200);
        (await client.PatchAsync($"{Path}/{id}", new { headers = new Dictionary<string, string> { ["A"] = "two" } })).ShouldBe(200);
        (await client.PatchAsync($"{Path}/{id}", new { headers = new Dictionary<string, string> { ["A"] = "two" } })).ShouldBe(200);
        Assert.Equal(
            "secrets: as they were > changed\nheaders:  > A, secrets: as they were > changed\nurl: https://example.com/ > https://example.com/eu",
            string.Join('\n', (await AuditAsync(client)).Split('\n').Take(3)));
        Assert.Contains("interval_minutes:  > 1", (await AuditAsync(client)).Split('\n')[3], StringComparison.Ordinal);
    }

    private async Task<string> AuditAsync(ApiClient client)
    {
        var page = await Server.Services.GetRequiredService<Storage.Audit.AuditStore>().ReadAsync(
            client.OrganizationNumber, new Storage.Audit.AuditQuery(null, null, null, 100), default);
        return string.Join('\n', page.Items.Select(e => string.Join(", ", e.Changes.Select(c => $"{c.Field}: {c.Before} > {c.After}"))));
    }

    private async Task<byte[]?> SealedAsync(ApiClient client, string id)
    {
        var monitor = await Server.Services.GetRequiredService<MonitorStore>().FindAsync(client.OrganizationNumber, EntityId.Parse(id), default);
        return await Server.Services.GetRequiredService<ProbeSecretStore>().FindAsync(monitor!.Definition.Number, default);
    }

    private async Task<EndpointSecrets> OpenAsync(ApiClient client, string id) =>
        Server.Services.GetRequiredService<ProbeSecrets>().Open((await SealedAsync(client, id))!, EntityId.Parse(id))!;
}

/// <summary>The API with the kinds turned on that nothing probes yet.</summary>
public sealed class ProbeServer : IAsyncLifetime
{
    public ApiServer Server { get; } = new() { OffersProbes = true };

    public ValueTask InitializeAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
