using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Heartbeats;

public sealed class SqliteDelayedHeartbeatTests() : DelayedHeartbeatContract(new SqliteDatabase());

public sealed class PostgresDelayedHeartbeatTests(PostgresServer server) : DelayedHeartbeatContract(new PostgresDatabase(server));

public abstract class DelayedHeartbeatContract(TestDatabase database) : StorageContract(database)
{
    private static readonly Schedule Hourly = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));

    [Fact]
    public async Task A_delayed_heartbeat_stands_at_the_moment_it_was_meant_for()
    {
        var monitor = await AddMonitorAsync(Hourly);
        var entry = Commit(Beat(monitor, At(600), occurredAt: At(120)));

        var check = Assert.Single(await HistoryAsync(monitor));
        Assert.Equal(entry.CheckId, check.Id);
        Assert.Equal((At(120), At(600)), (check.At, check.ReceivedAt));
        Assert.Equal(CheckSource.Heartbeat, check.Source);
        Assert.Equal([(MonitorStatus.New, 0, 120), (MonitorStatus.Up, 120, null)], await PeriodsAsync(monitor));
        Assert.Equal(At(120 + 3600), entry.NextExpectedAt);
    }

    [Fact]
    public async Task A_delayed_heartbeat_moves_the_last_one_only_forward()
    {
        var monitor = await AddMonitorAsync(Hourly);
        SendBeat(monitor, At(300));
        var entry = Commit(Beat(monitor, At(600), occurredAt: At(120)));

        Assert.Equal(At(300 + 3600), entry.NextExpectedAt);
        Assert.Equal(At(300), (await StateAsync(monitor)).LastHeartbeatAt);
        Assert.Equal([At(300), At(120)], (await HistoryAsync(monitor)).Select(check => check.At));
    }

    [Fact]
    public async Task A_delayed_heartbeat_that_is_still_good_brings_a_monitor_up_from_its_moment()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        await JudgeAsync(At(76));
        var entry = Commit(Beat(monitor, At(120), occurredAt: At(90)));

        Assert.Equal(MonitorStatus.Up, entry.Status);
        Assert.Equal(
            [(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Down, 75, 90), (MonitorStatus.Up, 90, null)],
            await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task A_delayed_heartbeat_from_before_the_downtime_takes_its_period_back()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        await JudgeAsync(At(76));
        Commit(Beat(monitor, At(100), occurredAt: At(60)));

        Assert.Equal([(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Up, 75, null)], await PeriodsAsync(monitor));
        Assert.Equal([At(75), At(60), At(5)], (await HistoryAsync(monitor)).Select(check => check.At));
    }

    [Fact]
    public async Task A_delayed_heartbeat_that_is_too_old_leaves_the_monitor_down()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        await JudgeAsync(At(300));
        var entry = Commit(Beat(monitor, At(300), occurredAt: At(90)));

        Assert.Equal(MonitorStatus.Down, entry.Status);
        Assert.Equal(MonitorStatus.Down, (await StateAsync(monitor)).Status);
        Assert.Equal(At(90), (await StateAsync(monitor)).LastHeartbeatAt);
    }

    [Fact]
    public async Task A_heartbeat_may_be_a_week_late()
    {
        var monitor = await AddMonitorAsync(Hourly, at: Start.AddDays(-30), starts: FirstDeadline.FirstHeartbeat);
        var occurredAt = Start.AddDays(-7);
        Commit(Beat(monitor, Start, """{"late": true}""", occurredAt));

        Assert.Equal(occurredAt, Assert.Single(await HistoryAsync(monitor)).At);
        // Its own deadline has passed as well: it is judged next.
        Assert.Equal(occurredAt + Hourly.Interval + Hourly.Grace, await Engine.Deadlines.NextDueAtAsync(Stop));
    }

    [Fact]
    public async Task Live_and_delayed_heartbeats_of_one_batch_build_on_one_another()
    {
        var monitor = await AddMonitorAsync(Hourly);
        Engine.Heartbeats.Commit(
            [Beat(monitor, At(600), occurredAt: At(60)), Beat(monitor, At(600)), Beat(monitor, At(601), occurredAt: At(90))],
            Core.Outages.OutageLog.Empty);

        Assert.Equal([At(600), At(90), At(60)], (await HistoryAsync(monitor)).Select(check => check.At));
        Assert.Equal(At(600), (await StateAsync(monitor)).LastHeartbeatAt);
        Assert.Equal([(MonitorStatus.New, 0, 60), (MonitorStatus.Up, 60, null)], await PeriodsAsync(monitor));
    }
}
