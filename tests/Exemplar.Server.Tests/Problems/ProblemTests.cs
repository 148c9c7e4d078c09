using System.Net;
using System.Net.Sockets;
using System.Text;
using Exemplar.Storage.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

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
    public async Task A_database_that_another_program_holds_is_503_and_does_not_flood_the_log()
    {
        await using var own = new ApiServer();
        await own.InitializeAsync();
        var client = await own.NewOrganizationAsync();
        await using var db = own.Engine.Read();
        await using var holder = new SqliteConnection(db.Database.GetConnectionString());
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        await using var hold = holder.CreateCommand();
        hold.CommandText = "BEGIN EXCLUSIVE";
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.PostAsync(ApiClient.Monitors, new { kind = "heartbeat", name = "a" })));
        foreach (var answer in answers) answer.ShouldFail(503, "storage_unavailable");
        hold.CommandText = "ROLLBACK";
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        Assert.Single(own.Log.All, l => l.Id.Id == 1802);
        Assert.DoesNotContain(own.Log.All, l => l.Id.Id == 1801);
        Assert.Equal(HttpStatusCode.Created, (await client.PostAsync(ApiClient.Monitors, new { kind = "heartbeat", name = "a" })).Status);
    }

    [Fact]
    public async Task A_statement_that_the_database_does_not_understand_is_a_fault_of_ours()
    {
        await using var own = new ApiServer();
        await own.InitializeAsync();
        var client = await own.NewOrganizationAsync();
        await own.Engine.WriteAsync(async unit =>
        {
            await unit.Db.Database.ExecuteSqlRawAsync("ALTER TABLE monitor_tags RENAME TO gone");
            return 0;
        }, CancellationToken.None);
        (await client.GetAsync(ApiClient.Monitors + "?tag=a")).ShouldFail(500, "internal_error");
        (await client.PostAsync(ApiClient.Monitors, new { kind = "heartbeat", name = "a", tags = new[] { "x" } })).ShouldFail(500, "internal_error");
        Assert.Equal([1801, 1801], own.Log.All.Select(l => l.Id.Id).Where(id => id is 1801 or 1802));
    }

    [Theory]
    [InlineData(PostgresErrorCodes.UniqueViolation, false)]
    [InlineData(PostgresErrorCodes.SyntaxError, false)]
    [InlineData(PostgresErrorCodes.UndefinedTable, false)]
    [InlineData(PostgresErrorCodes.DiskFull, true)]
    [InlineData(PostgresErrorCodes.AdminShutdown, true)]
    [InlineData(PostgresErrorCodes.TooManyConnections, true)]
    public async Task PostgreSQL_s_errors_are_told_apart_too(string sqlState, bool isUnavailable)
    {
        await using var engine = new PostgresEngine("Host=127.0.0.1;Database=nowhere");
        var error = new PostgresException("message", "ERROR", "ERROR", sqlState);
        Assert.Equal(isUnavailable, engine.IsUnavailable(new DbUpdateException("wrapped as EF Core does", error)));
        Assert.False(engine.IsUnavailable(new IOException("a client's connection")));
    }

    [Fact]
    public async Task A_request_that_the_server_s_stop_cuts_off_is_no_fault()
    {
        var own = new ApiServer();
        await own.InitializeAsync();
        var client = await own.NewOrganizationAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, own.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {ApiClient.Monitors} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {client.Token}\r\nContent-Length: 1000\r\n\r\n{{\"kind\":"), TestContext.Current.CancellationToken);
        var held = client.GetAsync("/held");
        await own.Held.WaitAsync(TestContext.Current.CancellationToken);

        await own.StopNowAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => held);
        await own.DisposeAsync();
        Assert.DoesNotContain(own.Log.All, l => l.Id.Id == 1801);
    }
}
