using Exemplar.Core.Monitors;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Postgres;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Postgres;

public sealed class ConnectionLossTests : StorageContract
{
    private readonly PostgresDatabase _database;

    public ConnectionLossTests(PostgresServer server) : this(new PostgresDatabase(server))
    {
    }

    private ConnectionLossTests(PostgresDatabase database) : base(database) => _database = database;

    [Fact]
    public async Task A_killed_connection_is_an_unavailable_database_and_the_next_batch_has_another()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(1));
        await _database.KillAsync();

        Assert.Throws<StorageUnavailableException>(() => SendBeat(monitor, At(2)));
        Assert.Equal(HeartbeatOutcome.Stored, SendBeat(monitor, At(3)).Outcome);
        await RecoversAsync(() => ReadAsync(monitor, 1));
        Assert.Equal([At(3), At(1)], (await HistoryAsync(monitor)).Select(check => check.At));
    }

    [Fact]
    public async Task Verdicts_and_edits_recover_from_killed_connections()
    {
        var monitor = await AddMonitorAsync();
        await JudgeAsync(At(1));
        await _database.KillAsync();
        await RecoversAsync(() => JudgeAsync(At(71)));
        await _database.KillAsync();
        await RecoversAsync(() => PauseAsync(monitor, At(80)));
        await _database.KillAsync();
        await RecoversAsync(() => ReadAsync(monitor, 10));
        await _database.KillAsync();
        await RecoversAsync(() => StateAsync(monitor));
        await _database.KillAsync();
        await RecoversAsync(() => Engine.Upkeep.PruneChecksAsync(At(80), Stop));

        Assert.Equal([(MonitorStatus.New, 0, 70), (MonitorStatus.Down, 70, 80), (MonitorStatus.Paused, 80, null)], await PeriodsAsync(monitor));
        Assert.Single(await HistoryAsync(monitor));
    }

    [Fact]
    public async Task A_lock_that_somebody_else_holds_does_not_stop_verdicts_on_the_others()
    {
        var (held, free) = (await AddMonitorAsync(), await AddMonitorAsync());
        await Engine.WriteAsync(async unit =>
        {
            await unit.LockAsync(held.Number, Stop);
            Assert.Equal(free.Id, Assert.Single((await JudgeAsync(At(71))).Judged).MonitorId);
            return true;
        }, Stop);

        // What was passed over is found again, a second later at most.
        Assert.Equal(held.Id, Assert.Single((await JudgeAsync(At(72))).Judged).MonitorId);
    }

    [Fact]
    public async Task A_database_that_only_reads_is_unavailable_for_heartbeats()
    {
        var monitor = await AddMonitorAsync();
        await _database.SetReadOnlyAsync("on");
        // The first may only meet the killed connection.
        Assert.Throws<StorageUnavailableException>(() => SendBeat(monitor, At(1)));
        var exception = Assert.Throws<StorageUnavailableException>(() => SendBeat(monitor, At(1)));
        Assert.Contains("read-only", exception.Message, StringComparison.Ordinal);
        await _database.SetReadOnlyAsync("off");
        Assert.Throws<StorageUnavailableException>(() => SendBeat(monitor, At(1)));

        Assert.Equal(HeartbeatOutcome.Stored, SendBeat(monitor, At(2)).Outcome);
        await RecoversAsync(() => ReadAsync(monitor, 1));
        Assert.Equal(At(2), Assert.Single(await HistoryAsync(monitor)).At);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_unavailable_database()
    {
        await using var engine = new PostgresEngine("postgres://nobody@127.0.0.1:1/nowhere?connect_timeout=2");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.States.ReadAsync([1], Stop));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.Deadlines.NextDueAtAsync(Stop));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.WriteAsync(unit => unit.LockAsync(1, Stop), Stop));
        Assert.Throws<StorageUnavailableException>(() => engine.Heartbeats.Commit([new HeartbeatEntry()], Core.Outages.OutageLog.Empty));
    }

    /// <summary>One attempt may meet a dead connection of the pool; it says so, and nothing was stored.</summary>
    private static async Task RecoversAsync<T>(Func<Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await work();
                return;
            }
            catch (StorageUnavailableException) when (attempt < 4)
            {
            }
        }
    }
}
