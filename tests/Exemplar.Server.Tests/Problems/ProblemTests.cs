using Microsoft.Extensions.Logging;

namespace Exemplar.Server.Tests.Problems;

public sealed class ProblemTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task An_unknown_address_and_a_wrong_method_are_problems_too()
    {
        var client = await server.NewOrganizationAsync();
        (await client.GetAsync("/api/nothing")).ShouldFail(404, "not_found");
        var wrong = (await client.SendAsync(HttpMethod.Put, "/api/tokens")).ShouldFail(405, "method_not_allowed");
        Assert.Equal(["GET", "POST"], wrong.Response.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_unexpected_failure_says_nothing_but_a_trace_id_and_is_logged_once()
    {
        var client = await server.NewOrganizationAsync();
        var answer = (await client.GetAsync("/boom")).ShouldFail(500, "internal_error");
        var traceId = answer.Body.Text("trace_id")!;
        Assert.DoesNotContain("boom", answer.Text, StringComparison.Ordinal);
        var line = Assert.Single(server.Log.All, l => l.Level >= LogLevel.Error && l.Text.Contains("/boom", StringComparison.Ordinal));
        Assert.Contains(traceId, line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusing_database_is_503_with_a_time_to_come_again()
    {
        var client = await server.NewOrganizationAsync();
        var answer = (await client.GetAsync("/full")).ShouldFail(503, "storage_unavailable");
        Assert.InRange(answer.Response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_database_that_can_no_longer_be_read_is_503()
    {
        await using var own = new ApiServer();
        await own.InitializeAsync();
        var client = await own.NewOrganizationAsync();
        await own.Engine.WriteAsync(async unit =>
        {
            await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(
                unit.Db.Database, "ALTER TABLE monitor_tags RENAME TO gone");
            return 0;
        }, CancellationToken.None);
        (await client.GetAsync(ApiClient.Monitors + "?tag=a")).ShouldFail(503, "storage_unavailable");
        (await client.PostAsync(ApiClient.Monitors, new { kind = "heartbeat", name = "a", tags = new[] { "x" } })).ShouldFail(503, "storage_unavailable");
    }
}
