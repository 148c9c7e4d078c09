using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Monitors;

public sealed class SqliteRestartTests() : RestartContract(new SqliteDatabase());

public sealed class PostgresRestartTests(PostgresServer server) : RestartContract(new PostgresDatabase(server));

public abstract class RestartContract(TestDatabase database) : StorageContract(database)
{
    [Fact]
    public async Task States_history_and_periods_are_the_same_after_a_restart()
    {
        var (up, down, paused) = (await AddMonitorAsync(), await AddMonitorAsync(), await AddMonitorAsync());
        for (var i = 1; i <= 300; i++) SendBeat(up, At(i));
        Commit(Beat(up, At(301), """{"n": 1}""", occurredAt: At(150)));
        SendBeat(down, At(2));
        await JudgeAsync(At(301));
        await PauseAsync(paused, At(302));
        MonitorDefinition[] monitors = [up, down, paused];
        var before = await SnapshotAsync(monitors);
        await ReopenAsync(At(310));

        Assert.Equal(before, await SnapshotAsync(monitors));
        Assert.Equal(MonitorStatus.Down, (await StateAsync(down)).Status);
        Assert.Equal(At(72), (await StateAsync(down)).Since);
    }

    [Fact]
    public async Task What_was_due_before_a_restart_is_due_after_it()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        await ReopenAsync(At(400));

        Assert.True(await Engine.Deadlines.NextDueAtAsync(Stop) <= At(75));
        var outage = new Outage(At(30), At(400), OutageCause.NotRunning);
        while ((await JudgeAsync(At(401), new OutageLog([outage]))).Judged.Count > 0) await ReopenAsync(At(401));
        Assert.Equal([(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Unknown, 75, null)], await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task Heartbeats_go_on_after_a_restart()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(1));
        await ReopenAsync(At(10));
        Assert.Equal(HeartbeatOutcome.Stored, SendBeat(monitor, At(11)).Outcome);
        await ReopenAsync(At(20));
        SendBeat(monitor, At(21));

        Assert.Equal([At(21), At(11), At(1)], (await HistoryAsync(monitor, pageSize: 2)).Select(check => check.At));
        Assert.Equal([(MonitorStatus.New, 0, 1), (MonitorStatus.Up, 1, null)], await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task A_cursor_outlives_a_restart()
    {
        var monitor = await AddMonitorAsync();
        for (var i = 1; i <= 5; i++) SendBeat(monitor, At(i));
        var first = await ReadAsync(monitor, 2);
        await ReopenAsync(At(10));
        SendBeat(monitor, At(11));

        Assert.Equal([At(3), At(2), At(1)], (await ReadAsync(monitor, 10, first!.NextCursor))!.Items.Select(check => check.At));
    }

    [Fact]
    public async Task A_start_with_a_clock_that_was_set_back_waits_no_longer_than_an_interval()
    {
        var monitor = await AddMonitorAsync(at: At(9_000));
        SendBeat(monitor, At(9_010));
        await ReopenAsync(At(100));

        Assert.Equal(At(160), (await StateAsync(monitor)).NextExpectedAt);
        Assert.True(await Engine.Deadlines.NextDueAtAsync(Stop) <= At(170));
    }

    private async Task<List<string>> SnapshotAsync(MonitorDefinition[] monitors)
    {
        var lines = new List<string>();
        foreach (var monitor in monitors)
        {
            lines.Add((await StateAsync(monitor)).ToString());
            lines.AddRange((await PeriodsAsync(monitor)).Select(p => p.ToString()));
            lines.AddRange((await HistoryAsync(monitor, pageSize: 90)).Select(c =>
                $"{c.Id} {c.At:O} {c.ReceivedAt:O} {c.Outcome} {c.Source} {c.Error} {(c.Metadata is null ? "-" : Convert.ToHexString(c.Metadata))}"));
        }
        return lines;
    }
}
