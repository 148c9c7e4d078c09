using Exemplar.Core.Audit;
using Exemplar.Storage.Audit;

namespace Exemplar.Server.Tests.Monitors;

/// <summary>A monitor's link to what to do when it is down.</summary>
public sealed class RunbookTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = ApiClient.Monitors;
    private const string Runbook = "https://wiki.example.com/runbooks/backup?step=1#disk";

    [Fact]
    public async Task A_monitor_carries_its_runbook_from_the_beginning_or_later_and_without_when_told()
    {
        var client = await server.NewOrganizationAsync();
        var created = (await client.PostAsync(Path, new { kind = "heartbeat", name = "a", runbook_url = Runbook })).ShouldBe(201).Body;
        Assert.Equal(Runbook, created.Text("runbook_url"));
        Assert.True((await client.PostAsync(Path, new { kind = "heartbeat", name = "b" })).ShouldBe(201).Body.IsNull("runbook_url"));

        var path = $"{Path}/{created.Text("id")}";
        Assert.Equal(Runbook, (await client.PatchAsync(path, new { name = "renamed" })).ShouldBe(200).Body.Text("runbook_url"));
        Assert.Equal("http://10.0.0.7/x", (await client.PatchAsync(path, """{"runbook_url": " http://10.0.0.7/x "}""")).ShouldBe(200).Body.Text("runbook_url"));
        Assert.True((await client.PatchAsync(path, """{"runbook_url": null}""")).ShouldBe(200).Body.IsNull("runbook_url"));
        Assert.True((await client.GetAsync(path)).Body.IsNull("runbook_url"));
    }

    [Fact]
    public async Task The_longest_address_is_taken_and_a_longer_one_is_not()
    {
        var client = await server.NewOrganizationAsync();
        var longest = "https://wiki.example.com/" + new string('p', 1_975);
        Assert.Equal(longest, (await client.PostAsync(Path, new { kind = "heartbeat", name = "a", runbook_url = longest })).ShouldBe(201).Body.Text("runbook_url"));
        (await client.PostAsync(Path, new { kind = "heartbeat", name = "a", runbook_url = longest + "p" })).ShouldFail(400, "invalid_request", "runbook_url");
    }

    [Theory]
    [InlineData("\"javascript:alert(1)\"")]
    [InlineData("\"data:text/html,<script>alert(1)</script>\"")]
    [InlineData("\"ftp://wiki.example.com/backup\"")]
    [InlineData("\"wiki.example.com/backup\"")]
    [InlineData("\"/backup\"")]
    [InlineData("\"https://\"")]
    [InlineData("\"https://user:secret@wiki.example.com/\"")]
    [InlineData("\"https://wiki.example.com/a b\"")]
    [InlineData("\"https://wiki.example.com/a\\nb\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("5")]
    [InlineData("{}")]
    public async Task What_is_no_web_address_is_refused_by_name_and_changes_nothing(string value)
    {
        var client = await server.NewOrganizationAsync();
        (await client.PostAsync(Path, "{\"kind\":\"heartbeat\",\"name\":\"a\",\"runbook_url\":" + value + "}")).ShouldFail(400, "invalid_request", "runbook_url");
        var monitor = await client.NewMonitorAsync();
        (await client.PatchAsync($"{Path}/{monitor.Text("id")}", "{\"name\":\"b\",\"runbook_url\":" + value + "}")).ShouldFail(400, "invalid_request", "runbook_url");
        Assert.Equal(monitor.GetRawText(), (await client.GetAsync($"{Path}/{monitor.Text("id")}")).Text);
    }

    [Fact]
    public async Task The_audit_log_says_who_changed_it()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        (await client.PatchAsync($"{Path}/{monitor.Text("id")}", new { runbook_url = Runbook })).ShouldBe(200);
        (await client.PatchAsync($"{Path}/{monitor.Text("id")}", """{"runbook_url": null}""")).ShouldBe(200);

        var entries = await new AuditStore(server.Engine).ReadAsync(client.OrganizationNumber, new AuditQuery(null, AuditAction.MonitorChanged, null, 10), default);
        Assert.Equal(
            [[new AuditChange("runbook_url", Runbook, null)], [new AuditChange("runbook_url", null, Runbook)]],
            entries.Items.Select(e => e.Changes));
    }
}
