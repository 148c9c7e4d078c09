using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Schema;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Monitors;

public sealed class SqliteWriteUnitTests() : WriteUnitContract(new SqliteDatabase());

public sealed class PostgresWriteUnitTests(PostgresServer server) : WriteUnitContract(new PostgresDatabase(server));

public abstract class WriteUnitContract(TestDatabase database) : StorageContract(database)
{
    private static readonly Schedule Hourly = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));

    [Fact]
    public async Task A_new_monitor_has_its_first_state_and_period()
    {
        var monitor = await AddMonitorAsync(Hourly);

        Assert.Equal(new MonitorState(MonitorStatus.New, Start, null, Start, At(3600)), await StateAsync(monitor));
        Assert.Equal([(MonitorStatus.New, 0, null)], await PeriodsAsync(monitor));
        Assert.Equal(At(3900), await Engine.Deadlines.NextDueAtAsync(Stop));
    }

    [Fact]
    public async Task A_unit_that_fails_leaves_nothing_behind()
    {
        var organization = await AddOrganizationAsync();
        MonitorDefinition? monitor = null;
        await Assert.ThrowsAsync<NotSupportedException>(() => Engine.WriteAsync<int>(async unit =>
        {
            monitor = await AddMonitorAsync(unit, organization, Hourly, Start, FirstDeadline.Creation, MonitorKind.Heartbeat);
            throw new NotSupportedException();
        }, Stop));

        Assert.Empty(await Engine.States.ReadAsync([monitor!.Number], Stop));
        Assert.Equal(HeartbeatOutcome.MonitorNotFound, SendBeat(monitor, At(1)).Outcome);
        Assert.Empty(await PeriodsAsync(monitor));
        Assert.Null(await Engine.Deadlines.NextDueAtAsync(Stop));
    }

    [Fact]
    public async Task An_edit_that_fails_leaves_the_state_as_it_was()
    {
        var monitor = await AddMonitorAsync(Hourly);
        await Assert.ThrowsAsync<NotSupportedException>(() => Engine.WriteAsync<int>(async unit =>
        {
            var state = await unit.LockAsync(monitor.Number, Stop);
            await unit.ApplyAsync(monitor, state!.Value, MonitorLifecycle.OnPaused(state.Value, At(5)), At(5), Stop);
            throw new NotSupportedException();
        }, Stop));

        Assert.Equal(MonitorStatus.New, (await StateAsync(monitor)).Status);
        Assert.Equal([(MonitorStatus.New, 0, null)], await PeriodsAsync(monitor));
        Assert.Equal(MonitorStatus.Up, SendBeat(monitor, At(6)).Status);
    }

    [Fact]
    public async Task Pausing_and_resuming_change_periods_and_what_is_due()
    {
        var monitor = await AddMonitorAsync(Hourly);
        SendBeat(monitor, At(1));
        await PauseAsync(monitor, At(10));
        Assert.Empty((await JudgeAsync(At(10_000))).Judged);
        Assert.Null(await Engine.Deadlines.NextDueAtAsync(Stop));
        await ChangeAsync(monitor, state => MonitorLifecycle.OnResumed(state, Hourly, FirstDeadline.Creation, At(20)));

        Assert.Equal(
            [(MonitorStatus.New, 0, 1), (MonitorStatus.Up, 1, 10), (MonitorStatus.Paused, 10, 20), (MonitorStatus.New, 20, null)],
            await PeriodsAsync(monitor));
        Assert.Equal(At(20 + 3900), await Engine.Deadlines.NextDueAtAsync(Stop));
    }

    [Fact]
    public async Task A_shorter_promise_holds_at_once_for_deadlines_and_heartbeats()
    {
        var monitor = await AddMonitorAsync(Hourly);
        SendBeat(monitor, At(1));
        var shorter = monitor with { Schedule = EveryMinute };
        await ChangeAsync(shorter, state => MonitorLifecycle.OnScheduleChanged(state, EveryMinute, FirstDeadline.Creation, At(5)));

        Assert.Equal(At(71), await Engine.Deadlines.NextDueAtAsync(Stop));
        Assert.Equal(At(70), SendBeat(shorter, At(10)).NextExpectedAt);
        Assert.Equal(At(80), Assert.Single((await JudgeAsync(At(81))).Judged).Missed[0].At);
    }

    [Fact]
    public async Task A_longer_promise_is_not_judged_by_the_shorter_ones_deadline()
    {
        var monitor = await AddMonitorAsync(EveryMinute);
        SendBeat(monitor, At(1));
        await ChangeAsync(monitor with { Schedule = Hourly }, state => MonitorLifecycle.OnScheduleChanged(state, Hourly, FirstDeadline.Creation, At(5)));

        Assert.Empty((await JudgeAsync(At(100))).Judged);
        Assert.Equal(At(3901), await Engine.Deadlines.NextDueAtAsync(Stop));
    }

    [Fact]
    public async Task Deadlines_that_an_edit_finds_unjudged_are_stored_with_it()
    {
        var monitor = await AddMonitorAsync();
        Clock.SetUtcNow(At(80));
        await ChangeAsync(monitor, state =>
        {
            var overdue = MonitorLifecycle.OnDeadline(state, EveryMinute, Core.Outages.OutageLog.Empty, At(80));
            return overdue.Then(MonitorLifecycle.OnPaused(overdue.Next, At(80)));
        });

        var check = Assert.Single(await HistoryAsync(monitor, CheckOutcome.Down));
        Assert.Equal((At(70), At(80)), (check.At, check.ReceivedAt));
        Assert.Equal([(MonitorStatus.New, 0, 70), (MonitorStatus.Down, 70, 80), (MonitorStatus.Paused, 80, null)], await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task A_decision_on_a_state_that_is_no_longer_there_is_refused()
    {
        var monitor = await AddMonitorAsync(Hourly);
        var stale = await StateAsync(monitor);
        SendBeat(monitor, At(1));

        await Assert.ThrowsAsync<InvalidOperationException>(() => Engine.WriteAsync(async unit =>
        {
            await unit.ApplyAsync(monitor, stale, MonitorLifecycle.OnPaused(stale, At(5)), At(5), Stop);
            return true;
        }, Stop));
        Assert.Equal(MonitorStatus.Up, (await StateAsync(monitor)).Status);
    }

    [Fact]
    public async Task A_monitor_can_be_added_and_paused_in_one_unit()
    {
        var organization = await AddOrganizationAsync();
        var monitor = await Engine.WriteAsync(async unit =>
        {
            var added = await AddMonitorAsync(unit, organization, Hourly, Start, FirstDeadline.Creation, MonitorKind.Heartbeat);
            var state = await unit.LockAsync(added.Number, Stop);
            await unit.ApplyAsync(added, state!.Value, MonitorLifecycle.OnPaused(state.Value, Start), Start, Stop);
            return added;
        }, Stop);

        Assert.Equal([(MonitorStatus.Paused, 0, null)], await PeriodsAsync(monitor));
        Assert.Equal(MonitorStatus.Paused, (await StateAsync(monitor)).Status);
        Assert.Empty((await JudgeAsync(At(10_000))).Judged);
    }

    [Fact]
    public async Task What_does_not_exist_cannot_be_locked()
    {
        var monitor = await AddMonitorAsync();
        await RemoveAsync(monitor);

        Assert.Null(await Engine.WriteAsync(unit => unit.LockAsync(monitor.Number, Stop), Stop));
        Assert.Null(await Engine.WriteAsync(unit => unit.LockAsync(123_456, Stop), Stop));
    }

    [Fact]
    public async Task A_removed_monitor_takes_no_heartbeat_and_is_never_due()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(1));
        await RemoveAsync(monitor);

        Assert.Equal(HeartbeatOutcome.MonitorNotFound, SendBeat(monitor, At(2)).Outcome);
        Assert.Equal(0, (await JudgeAsync(At(1_000))).Looked);
        Assert.Null(await Engine.Deadlines.NextDueAtAsync(Stop));
        Assert.Empty(await Engine.States.ReadAsync([monitor.Number], Stop));
    }

    [Fact]
    public async Task States_of_monitors_that_do_not_exist_are_left_out()
    {
        var (one, other) = (await AddMonitorAsync(), await AddMonitorAsync(at: At(1)));
        var states = await Engine.States.ReadAsync([other.Number, 999_999, one.Number], Stop);

        Assert.Equal([one.Number, other.Number], states.Keys.Order());
        Assert.Equal(At(1), states[other.Number].Since);
        Assert.Empty(await Engine.States.ReadAsync([], Stop));
    }

    [Fact]
    public async Task A_broken_rule_of_the_schema_is_not_an_unavailable_database()
    {
        var organization = await AddOrganizationAsync();
        byte[] id;
        await using (var db = Engine.Read()) id = (await db.Organizations.SingleAsync(o => o.Number == organization, Stop)).Id;

        await Assert.ThrowsAsync<DbUpdateException>(() => Engine.WriteAsync(unit =>
        {
            unit.Db.Organizations.Add(new OrganizationRow { Id = id, Name = "Twin" });
            return unit.Db.SaveChangesAsync(Stop);
        }, Stop));
        Assert.NotEqual(organization, await AddOrganizationAsync());
    }

    [Fact]
    public async Task Edits_of_one_monitor_at_the_same_time_follow_one_another()
    {
        var monitor = await AddMonitorAsync(Hourly);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(() => ChangeAsync(monitor, state => state.Status == MonitorStatus.Paused
            ? MonitorLifecycle.OnResumed(state, Hourly, FirstDeadline.Creation, state.Since.AddSeconds(1))
            : MonitorLifecycle.OnPaused(state, state.Since.AddSeconds(1))), Stop)));

        var periods = await PeriodsAsync(monitor);
        Assert.Equal(Enumerable.Range(0, 21).Select(i => (double)i), periods.Select(p => p.From));
        Assert.Equal(Enumerable.Range(0, 21).Select(i => i % 2 == 0 ? MonitorStatus.New : MonitorStatus.Paused), periods.Select(p => p.Status));
    }
}
