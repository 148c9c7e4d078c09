using Exemplar.Core.Audit;
using Exemplar.Core.Tokens;
using Exemplar.Storage.Audit;

namespace Exemplar.Server.Tests.Audit;

/// <summary>What tokens change through the API is in the audit log, with the token and its address.</summary>
public sealed class ApiAuditTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Every_change_names_the_token_and_where_it_came_from()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync("Nightly backup");
        var path = $"{ApiClient.Monitors}/{monitor.Text("id")}";
        (await client.PatchAsync(path, new { name = "Renamed" })).ShouldBe(200);
        (await client.PostAsync($"{path}/pause")).ShouldBe(200);
        (await client.PostAsync($"{path}/resume")).ShouldBe(200);
        (await client.DeleteAsync(path)).ShouldBe(204);
        (await client.PatchAsync("/api/organization", new { check_retention_days = 14 })).ShouldBe(200);
        var created = (await client.PostAsync("/api/tokens", new { name = "Jobs", scopes = new[] { "heartbeat" } })).Body;
        (await client.DeleteAsync($"/api/tokens/{created.Text("id")}")).ShouldBe(204);

        var channels = "/api/monitoring/channels";
        var channel = (await client.PostAsync(channels, new { kind = "webhook", name = "On call", config = new { url = "https://example.com/hook", secret = "sesame-secret" } })).ShouldBe(201).Body;
        (await client.PatchAsync($"{channels}/{channel.Text("id")}", new { config = new { secret = "another-secret" } })).ShouldBe(200);
        (await client.DeleteAsync($"{channels}/{channel.Text("id")}")).ShouldBe(204);

        var entries = await ReadAsync(client);
        Assert.Equal(
            [AuditAction.ChannelDeleted, AuditAction.ChannelChanged, AuditAction.ChannelCreated, AuditAction.TokenRevoked, AuditAction.TokenCreated, AuditAction.OrganizationChanged, AuditAction.MonitorDeleted,
             AuditAction.MonitorResumed, AuditAction.MonitorPaused, AuditAction.MonitorChanged, AuditAction.MonitorCreated],
            entries.Select(e => e.Action));
        Assert.All(entries, e => Assert.Equal((ActorKind.Token, "test", "127.0.0.1"), (e.Kind, e.Actor, e.Address)));
        Assert.DoesNotContain("-secret", string.Join(' ', entries.SelectMany(e => e.Changes)), StringComparison.Ordinal);
        Assert.DoesNotContain(created.Text("token")!, string.Join(' ', entries.SelectMany(e => e.Changes)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_refused_is_not_written_down()
    {
        var client = await server.NewOrganizationAsync();
        var viewer = await client.WithAsync(TokenScopes.Read);
        var stranger = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        var path = $"{ApiClient.Monitors}/{monitor.Text("id")}";
        (await viewer.DeleteAsync(path)).ShouldFail(403, "insufficient_scope");
        (await stranger.PatchAsync(path, new { name = "Stolen" })).ShouldFail(404, "monitor_not_found");
        (await stranger.PostAsync($"{path}/pause")).ShouldFail(404, "monitor_not_found");
        (await stranger.DeleteAsync(path)).ShouldFail(404, "monitor_not_found");

        Assert.Equal([AuditAction.MonitorCreated], (await ReadAsync(client)).Select(e => e.Action));
        Assert.Empty(await ReadAsync(stranger));
    }

    // The tokens that the test itself was given are left out.
    private async Task<List<AuditEntry>> ReadAsync(ApiClient client) =>
        [.. (await new AuditStore(server.Engine).ReadAsync(client.OrganizationNumber, new AuditQuery(null, null, null, 100), default)).Items
            .Where(e => e.Kind != ActorKind.Operator)];
}
