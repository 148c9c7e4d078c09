using Exemplar.Core.Tokens;

namespace Exemplar.Server.Tests.Monitors;

public sealed class MonitorContractTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = ApiClient.Monitors;

    [Fact]
    public async Task A_created_monitor_has_every_field_of_the_contract()
    {
        var client = await server.NewOrganizationAsync();
        var answer = (await client.PostAsync(Path, new
        {
            kind = "heartbeat", name = "  Nightly backup ", tags = new[] { "db", "db", " nightly " }, expected_interval_minutes = 60, grace_period_minutes = 5,
        })).ShouldBe(201);

        var now = Moments.Text(server.Clock.GetUtcNow());
        Assert.Equal($"{Path}/{answer.Body.Text("id")}", answer.Response.Headers.Location?.ToString());
        Assert.Matches("^[0-9a-f]{24}$", answer.Body.Text("id"));
        Assert.Equal(
            $$"""
            {"id":"{{answer.Body.Text("id")}}","kind":"heartbeat","name":"Nightly backup","description":"","tags":["db","nightly"],"status":"new","since":"{{now}}","expected_interval_minutes":60,"grace_period_minutes":5,"starts":"creation","last_heartbeat_at":null,"next_expected_at":"{{Moments.Text(server.Clock.GetUtcNow().AddMinutes(60))}}","deadline_at":"{{Moments.Text(server.Clock.GetUtcNow().AddMinutes(65))}}","created_at":"{{now}}","updated_at":"{{now}}","severity":"normal","active_hours":null,"observes_holidays":true,"alert_policy":{"alert_after":null,"alert_after_of_last":null,"recover_after":null,"remind_every_minutes":null,"flapping":null,"flapping_changes":null,"flapping_within_minutes":null,"announce_late":null,"announce_recovered":null},"depends_on":[],"runbook_url":null}
            """,
            answer.Text);
        Assert.Equal(answer.Text, (await client.GetAsync($"{Path}/{answer.Body.Text("id")}")).ShouldBe(200).Text);
    }

    [Fact]
    public async Task Timing_left_out_is_the_organizations_default_of_the_moment()
    {
        var client = await server.NewOrganizationAsync();
        var first = (await client.PostAsync(Path, new { kind = "heartbeat", name = "a" })).ShouldBe(201).Body;
        (await client.PatchAsync("/api/organization", new { default_expected_interval_minutes = 10, default_grace_period_minutes = 0.05 })).ShouldBe(200);
        var second = (await client.PostAsync(Path, """{"kind":"heartbeat","name":"b","grace_period_minutes":null}""")).ShouldBe(201).Body;

        Assert.Equal((5, 1), (first.Number("expected_interval_minutes"), first.Number("grace_period_minutes")));
        Assert.Equal((10, 0.05), (second.Number("expected_interval_minutes"), second.Number("grace_period_minutes")));
        var reread = (await client.GetAsync($"{Path}/{first.Text("id")}")).Body;
        Assert.Equal(5, reread.Number("expected_interval_minutes"));
    }

    [Fact]
    public async Task A_monitor_that_starts_with_its_first_heartbeat_expects_nothing_before()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = (await client.PostAsync(Path, new { kind = "heartbeat", name = "a", starts = "first_heartbeat" })).ShouldBe(201).Body;
        Assert.True(monitor.IsNull("next_expected_at") && monitor.IsNull("deadline_at"));
    }

    [Fact]
    public async Task A_patch_changes_the_given_fields_and_leaves_the_others()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync(tags: ["db", "old"]);
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        var patched = (await client.PatchAsync($"{Path}/{monitor.Text("id")}", new
        {
            description = "dumps\nthe database", tags = new[] { "new", "db" }, expected_interval_minutes = 30,
        })).ShouldBe(200).Body;

        Assert.Equal("Nightly backup", patched.Text("name"));
        Assert.Equal("dumps\nthe database", patched.Text("description"));
        Assert.Equal(["new", "db"], patched.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!));
        Assert.Equal((30, 5), (patched.Number("expected_interval_minutes"), patched.Number("grace_period_minutes")));
        Assert.Equal(monitor.GetProperty("since").GetDateTimeOffset().AddMinutes(35), patched.GetProperty("deadline_at").GetDateTimeOffset());
        Assert.Equal(Moments.Text(server.Clock.GetUtcNow()), patched.Text("updated_at"));
        Assert.Equal(monitor.Text("created_at"), patched.Text("created_at"));
        Assert.Equal(patched.GetRawText(), (await client.GetAsync($"{Path}/{monitor.Text("id")}")).Text);
        Assert.Empty((await client.GetAsync($"{Path}?tag=old")).Items);
        Assert.Single((await client.GetAsync($"{Path}?tag=new")).Items);
    }

    [Fact]
    public async Task A_patch_that_changes_nothing_leaves_updated_at()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        var patched = (await client.PatchAsync($"{Path}/{monitor.Text("id")}", monitor)).ShouldBe(200).Body;
        Assert.Equal(monitor.Text("updated_at"), patched.Text("updated_at"));
    }

    [Fact]
    public async Task A_shorter_promise_never_makes_a_downtime_of_the_past()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync(interval: 60, grace: 5);
        server.Clock.Advance(TimeSpan.FromMinutes(30));
        var patched = (await client.PatchAsync($"{Path}/{monitor.Text("id")}", new { expected_interval_minutes = 10 })).Body;
        await server.JudgeAsync();
        Assert.Equal("new", patched.Text("status"));
        Assert.Equal(server.Clock.GetUtcNow().AddMinutes(15), patched.GetProperty("deadline_at").GetDateTimeOffset());
        Assert.Equal("new", (await client.GetAsync($"{Path}/{monitor.Text("id")}")).Body.Text("status"));
    }

    [Fact]
    public async Task A_paused_monitor_expects_nothing_and_a_resumed_one_starts_a_fresh_interval()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        var path = $"{Path}/{monitor.Text("id")}";
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var paused = (await client.PostAsync(path + "/pause")).ShouldBe(200).Body;
        var pausedAt = Moments.Text(server.Clock.GetUtcNow());
        Assert.Equal(("paused", pausedAt), (paused.Text("status"), paused.Text("since")));
        Assert.True(paused.IsNull("next_expected_at") && paused.IsNull("deadline_at"));

        server.Clock.Advance(TimeSpan.FromHours(3));
        await server.JudgeAsync();
        Assert.Equal(pausedAt, (await client.PostAsync(path + "/pause")).ShouldBe(200).Body.Text("since"));
        var resumed = (await client.PostAsync(path + "/resume")).ShouldBe(200).Body;
        Assert.Equal("new", resumed.Text("status"));
        Assert.Equal(server.Clock.GetUtcNow().AddMinutes(65), resumed.GetProperty("deadline_at").GetDateTimeOffset());
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(resumed.GetRawText(), (await client.PostAsync(path + "/resume")).ShouldBe(200).Text);
    }

    [Fact]
    public async Task A_deleted_monitor_is_gone()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync(tags: "gone");
        var path = $"{Path}/{monitor.Text("id")}";
        var answer = (await client.DeleteAsync(path)).ShouldBe(204);
        Assert.Equal("", answer.Text);
        (await client.GetAsync(path)).ShouldFail(404, "monitor_not_found");
        (await client.DeleteAsync(path)).ShouldFail(404, "monitor_not_found");
        (await client.PostAsync(path + "/pause")).ShouldFail(404, "monitor_not_found");
        (await client.GetAsync(path + "/checks")).ShouldFail(404, "monitor_not_found");
        (await client.GetAsync(path + "/timeline")).ShouldFail(404, "monitor_not_found");
        Assert.Empty((await client.GetAsync(Path + "?tag=gone")).Items);
        (await client.PostAsync("/api/monitoring/heartbeat", new { monitor_id = monitor.Text("id") })).ShouldFail(404, "monitor_not_found");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/resume")]
    [InlineData("GET", "/checks")]
    [InlineData("GET", "/timeline")]
    public async Task Another_organizations_monitor_does_not_exist(string method, string verb)
    {
        var (mine, theirs) = (await server.NewOrganizationAsync(), await server.NewOrganizationAsync());
        var monitor = await theirs.NewMonitorAsync();
        var content = method == "PATCH" ? new StringContent("""{"name":"stolen"}""") : null;
        (await mine.SendAsync(new HttpMethod(method), $"{Path}/{monitor.Text("id")}{verb}", content)).ShouldFail(404, "monitor_not_found");
        Assert.Equal(monitor.GetRawText(), (await theirs.GetAsync($"{Path}/{monitor.Text("id")}")).Text);
        Assert.Empty((await mine.GetAsync(Path)).Items);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("69c3a0754e257b7d18094f9a")]
    public async Task An_id_that_nothing_has_answers_404(string id)
    {
        var client = await server.NewOrganizationAsync();
        (await client.GetAsync($"{Path}/{id}")).ShouldFail(404, "monitor_not_found");
    }

    [Theory]
    [InlineData("GET", "", TokenScopes.Heartbeat)]
    [InlineData("POST", "", TokenScopes.Read)]
    [InlineData("GET", "/69c3a0754e257b7d18094f9a", TokenScopes.Heartbeat)]
    [InlineData("PATCH", "/69c3a0754e257b7d18094f9a", TokenScopes.Read)]
    [InlineData("DELETE", "/69c3a0754e257b7d18094f9a", TokenScopes.Read)]
    [InlineData("POST", "/69c3a0754e257b7d18094f9a/pause", TokenScopes.Read)]
    [InlineData("POST", "/69c3a0754e257b7d18094f9a/resume", TokenScopes.Read)]
    [InlineData("GET", "/69c3a0754e257b7d18094f9a/checks", TokenScopes.Heartbeat)]
    [InlineData("GET", "/69c3a0754e257b7d18094f9a/timeline", TokenScopes.Heartbeat)]
    public async Task A_token_without_the_scope_is_refused(string method, string path, TokenScopes scopes)
    {
        var client = await (await server.NewOrganizationAsync()).WithAsync(scopes);
        (await client.SendAsync(new HttpMethod(method), Path + path)).ShouldFail(403, "insufficient_scope");
    }
}
