using Exemplar.Faults.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Exemplar.Faults.Tests;

public sealed class RestartTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task After_a_kill_verdicts_are_true_on_SQLite()
    {
        using var folder = new TemporaryFolder();
        await TellAsync(folder, new ServerOptions());
    }

    [Fact]
    public async Task After_a_kill_verdicts_are_true_on_PostgreSQL()
    {
        using var folder = new TemporaryFolder();
        await using var postgres = await PrivatePostgres.StartAsync();
        var database = await postgres.CreateDatabaseAsync("restart");
        await TellAsync(folder, new ServerOptions { Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["EXEMPLAR_DATABASE"] = database } });
    }

    [Fact]
    public async Task A_start_that_was_killed_while_it_looked_after_the_schema_does_not_keep_the_next_one_waiting()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await ServerProcess.StartAsync(folder.Data)) await server.KillAsync();
        // What EF Core leaves behind then, and waits for without an end.
        await using (var database = new SqliteConnection($"Data Source={folder.Database};Pooling=False"))
        {
            await database.OpenAsync(TestContext.Current.CancellationToken);
            await using var leave = database.CreateCommand();
            leave.CommandText =
                """
                CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-23 05:00:00');
                """;
            await leave.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var next = await ServerProcess.StartAsync(folder.Data);
        using var api = new Api(next);
        using var response = await api.GetAsync("/readyz");
        Assert.True(response.IsSuccessStatusCode);
    }

    private static async Task TellAsync(TemporaryFolder folder, ServerOptions options)
    {
        MonitorJson up, wasDown;
        List<CheckJson> checksBefore;
        await using (var server = await ServerProcess.StartAsync(folder.Data, options))
        {
            using var api = new Api(server);
            wasDown = await api.CreateAsync("down", Second, Second);
            await Eventually.TrueAsync("silence is down", async () => (await api.MonitorAsync(wasDown.Id)).Status == "down", server);
            wasDown = await api.MonitorAsync(wasDown.Id);
            // The grace period is the least time for which it is unknown after the start: long enough to be seen on a busy machine.
            up = await api.CreateAsync("up", 6 * Second, 5 * Second);
            await api.BeatAsync(up.Id);
            // A sign of life follows, so that the outage begins after the beat.
            await Eventually.PastAsync(TimeProvider.System.GetUtcNow() + (2 * Second));
            up = await api.MonitorAsync(up.Id);
            checksBefore = await api.ChecksAsync(wasDown.Id);
            await server.KillAsync();
        }
        Assert.True(TimeProvider.System.GetUtcNow() < up.NextExpectedAt!.Value - (Second / 2), "This machine was too slow for the test.");
        await Eventually.PastAsync(up.DeadlineAt!.Value + Second);

        var startedAt = TimeProvider.System.GetUtcNow();
        await using var next = await ServerProcess.StartAsync(folder.Data, options);
        using var again = new Api(next);
        await AssertUnknownAndThenDownAsync(next, again, up, startedAt);
        await AssertStillDownAsync(again, wasDown, checksBefore, startedAt);
        Assert.DoesNotContain("fail:", next.Output, StringComparison.Ordinal);
    }

    private static async Task AssertUnknownAndThenDownAsync(ServerProcess server, Api api, MonitorJson before, DateTimeOffset startedAt)
    {
        await Eventually.TrueAsync("the missed deadline is judged", async () => (await api.ChecksAsync(before.Id)).Count > 1, server);
        var after = await api.MonitorAsync(before.Id);
        Assert.Equal("unknown", after.Status);
        Assert.Equal(before.DeadlineAt, after.Since);
        Assert.True(after.NextExpectedAt > startedAt, $"The next heartbeat is expected at {after.NextExpectedAt:O}, before the start.");
        var unknown = (await api.ChecksAsync(before.Id))[0];
        Assert.Equal("unknown", unknown.Outcome);
        Assert.Matches(@"^Exemplar was not running from \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z to \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", unknown.Error);

        await Eventually.TrueAsync("the next expected moment counts", async () => (await api.MonitorAsync(before.Id)).Status == "down", server);
        Assert.Equal(["down", "unknown", "up"], (await api.ChecksAsync(before.Id)).Select(c => c.Outcome).TakeLast(3));
        Assert.Equal(after.DeadlineAt, (await api.ChecksAsync(before.Id, "down"))[^1].At);
        Assert.Equal(["new", "up", "unknown", "down"], (await api.TimelineAsync(before.Id)).Periods.Select(p => p.Status).SkipWhile(s => s == "new").Prepend("new"));
    }

    private static async Task AssertStillDownAsync(Api api, MonitorJson before, List<CheckJson> checksBefore, DateTimeOffset startedAt)
    {
        var after = await api.MonitorAsync(before.Id);
        Assert.Equal("down", after.Status);
        Assert.Equal(before.Since, after.Since);
        var checks = await api.ChecksAsync(before.Id);
        Assert.Equal(checks.Count, checks.Select(c => c.At).Distinct().Count());
        Assert.Equal(checksBefore.Select(c => c.Id), checks.TakeLast(checksBefore.Count).Select(c => c.Id));
        var missedMeanwhile = Assert.Single(checks, c => c.Outcome == "unknown");
        Assert.True(missedMeanwhile.At < startedAt);
        Assert.Equal(["new", "down"], (await api.TimelineAsync(before.Id)).Periods.Select(p => p.Status));
    }
}
