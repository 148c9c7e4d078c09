using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Deadlines;

public sealed class SqliteDeadlineTests() : DeadlineContract(new SqliteDatabase());

public sealed class PostgresDeadlineTests(PostgresServer server) : DeadlineContract(new PostgresDatabase(server));

public abstract class DeadlineContract(TestDatabase database) : StorageContract(database)
{
    [Fact]
    public async Task A_missed_deadline_stands_in_the_history_at_the_deadline_and_begins_the_downtime_there()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        Clock.SetUtcNow(At(75.75).AddTicks(4_321));
        var run = await JudgeAsync(At(75.5));

        var judged = Assert.Single(run.Judged);
        Assert.Equal(monitor.Id, judged.MonitorId);
        Assert.Equal([new StatusChange(MonitorStatus.Down, At(75), judged.Missed[0].Error)], judged.Changes);
        var check = (await HistoryAsync(monitor))[0];
        Assert.Equal((At(75), At(75.75)), (check.At, check.ReceivedAt));
        Assert.Equal((CheckOutcome.Down, CheckSource.Deadline), (check.Outcome, check.Source));
        Assert.Equal(MissedHeartbeatError.For(EveryMinute, At(5)), check.Error);
        Assert.Equal([(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Down, 75, null)], await PeriodsAsync(monitor));
        Assert.Equal(check.Error, (await PeriodRowsAsync(monitor.Number))[^1].Error);
        Assert.Equal(new MonitorState(MonitorStatus.Down, At(75), At(5), At(5), At(125)), await StateAsync(monitor));
    }

    [Fact]
    public async Task A_deadline_is_not_judged_at_its_own_moment()
    {
        var monitor = await AddMonitorAsync();

        Assert.Equal(0, (await JudgeAsync(At(70))).Looked);
        Assert.Empty(await HistoryAsync(monitor));
        Assert.Single((await JudgeAsync(At(70.001))).Judged);
    }

    [Fact]
    public async Task A_monitor_whose_heartbeat_came_in_time_only_moves_on()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(40));
        var run = await JudgeAsync(At(71));

        Assert.Empty(run.Judged);
        Assert.Equal(0, run.Failed);
        Assert.Equal(At(110), await Engine.Deadlines.NextDueAtAsync(Stop));
        Assert.Single(await HistoryAsync(monitor));
        Assert.Single((await JudgeAsync(At(110.001))).Judged);
    }

    [Fact]
    public async Task A_silent_monitor_gets_one_more_check_for_every_interval_and_stays_in_one_period()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        await JudgeAsync(At(76));
        await JudgeAsync(At(136));
        var run = await JudgeAsync(At(300));

        Assert.Equal([At(195), At(255)], Assert.Single(run.Judged).Missed.Select(missed => missed.At));
        Assert.Empty(run.Judged[0].Changes);
        Assert.Equal([At(255), At(195), At(135), At(75)], (await HistoryAsync(monitor, CheckOutcome.Down)).Select(check => check.At));
        Assert.Equal([(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Down, 75, null)], await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task A_long_silence_is_judged_to_its_end_in_several_runs()
    {
        var monitor = await AddMonitorAsync();
        var runs = 0;
        while ((await JudgeAsync(At(70 + (60 * 250)))).Looked > 0) runs++;

        Assert.True(runs > 1);
        Assert.Equal(250, (await HistoryAsync(monitor)).Count);
        Assert.Equal(At(70 + (60 * 250)), await Engine.Deadlines.NextDueAtAsync(Stop));
    }

    [Fact]
    public async Task What_was_expected_during_an_outage_becomes_unknown_once_and_the_next_expected_moment_counts()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        var outage = new Outage(At(30), At(400), OutageCause.NotRunning);
        var log = new OutageLog([outage]);
        await JudgeAsync(At(401), log);

        var check = Assert.Single(await HistoryAsync(monitor, CheckOutcome.Unknown));
        Assert.Equal((At(75), outage.Reason), (check.At, check.Error));
        Assert.Equal([(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Unknown, 75, null)], await PeriodsAsync(monitor));
        Assert.Empty((await JudgeAsync(At(435), log)).Judged);
        await JudgeAsync(At(436), log);
        Assert.Equal(MonitorStatus.Down, (await StateAsync(monitor)).Status);
        Assert.Equal(At(435), (await StateAsync(monitor)).Since);
    }

    [Fact]
    public async Task At_most_the_limit_is_judged_at_once_and_the_run_says_that_there_is_more()
    {
        var organization = await AddOrganizationAsync();
        for (var i = 0; i < 5; i++) await AddMonitorAsync(organization, at: At(i));

        var runs = new[] { await JudgeAsync(At(80), limit: 2), await JudgeAsync(At(80), limit: 2), await JudgeAsync(At(80), limit: 2) };
        Assert.Equal([(2, true), (2, true), (1, false)], runs.Select(run => (run.Judged.Count, run.More)));
        Assert.Equal(5, runs.SelectMany(run => run.Judged).Select(judged => judged.MonitorId).Distinct().Count());
    }

    [Fact]
    public async Task The_longest_overdue_come_first()
    {
        var organization = await AddOrganizationAsync();
        var late = await AddMonitorAsync(organization, at: At(3));
        var earlier = await AddMonitorAsync(organization, at: At(1));

        Assert.Equal(earlier.Id, Assert.Single((await JudgeAsync(At(80), limit: 1)).Judged).MonitorId);
        Assert.Equal(late.Id, Assert.Single((await JudgeAsync(At(80), limit: 1)).Judged).MonitorId);
    }

    [Fact]
    public async Task A_monitor_that_cannot_be_judged_does_not_keep_the_others_from_it()
    {
        var organization = await AddOrganizationAsync();
        var broken = await AddMonitorAsync(organization);
        var sound = await AddMonitorAsync(organization, at: At(1));
        // Without an open period the change of status finds nothing to end.
        await Engine.WriteAsync(unit => unit.Db.Periods.Where(p => p.MonitorNumber == broken.Number).ExecuteDeleteAsync(Stop), Stop);

        var run = await JudgeAsync(At(75));
        Assert.Equal((2, 1), (run.Looked, run.Failed));
        Assert.Equal(sound.Id, Assert.Single(run.Judged).MonitorId);
        Assert.Equal(MonitorStatus.New, (await StateAsync(broken)).Status);
        Assert.Empty(await HistoryAsync(broken));
        Assert.Equal(0, (await JudgeAsync(At(105))).Looked);
        Assert.Equal(1, (await JudgeAsync(At(105.001))).Failed);
    }

    [Fact]
    public async Task Nothing_is_due_where_nothing_is_expected()
    {
        Assert.Null(await Engine.Deadlines.NextDueAtAsync(Stop));
        var monitor = await AddMonitorAsync();
        await AddMonitorAsync(starts: FirstDeadline.FirstHeartbeat);
        await PauseAsync(monitor, At(1));

        Assert.Empty((await JudgeAsync(At(10_000))).Judged);
        Assert.Null(await Engine.Deadlines.NextDueAtAsync(Stop));
    }

    [Fact]
    public async Task The_next_due_moment_is_never_too_late()
    {
        await AddMonitorAsync(at: At(30));
        Assert.Equal(At(100), await Engine.Deadlines.NextDueAtAsync(Stop));
        var early = await AddMonitorAsync(at: At(10));
        Assert.Equal(At(80), await Engine.Deadlines.NextDueAtAsync(Stop));
        await JudgeAsync(At(90));
        SendBeat(early, At(95));

        Assert.True(await Engine.Deadlines.NextDueAtAsync(Stop) <= At(100));
    }

    [Fact]
    public async Task What_becomes_due_earlier_after_a_look_is_found_by_the_next()
    {
        var monitor = await AddMonitorAsync(new Core.Schedules.Schedule(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)));
        await AddMonitorAsync(at: At(-1_000));
        await JudgeAsync(At(100));
        await JudgeAsync(At(100.1));
        Commit(Beat(monitor, At(100.2), occurredAt: At(-7_000)));
        var other = await AddMonitorAsync(at: At(20));

        Assert.True(await Engine.Deadlines.NextDueAtAsync(Stop) <= At(90));
        Assert.Equal(other.Id, Assert.Single((await JudgeAsync(At(100.3))).Judged).MonitorId);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_is_waited_for_no_longer_than_an_interval()
    {
        var monitor = await AddMonitorAsync(at: At(5_000));
        var untouched = await AddMonitorAsync(at: At(-10));
        Assert.Equal(1, await Engine.Deadlines.SetClockBackAsync(At(0), Stop));

        Assert.Equal(At(60), (await StateAsync(monitor)).NextExpectedAt);
        Assert.Equal(At(50), (await StateAsync(untouched)).NextExpectedAt);
        Assert.Equal(At(60), await Engine.Deadlines.NextDueAtAsync(Stop));
        Assert.Equal(0, await Engine.Deadlines.SetClockBackAsync(At(0), Stop));
        Assert.Equal(2, (await JudgeAsync(At(71))).Judged.Count);
    }
}
