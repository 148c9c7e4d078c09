using System.Text;
using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Heartbeats;

public sealed class SqliteHeartbeatTests() : HeartbeatContract(new SqliteDatabase());

public sealed class PostgresHeartbeatTests(PostgresServer server) : HeartbeatContract(new PostgresDatabase(server));

public abstract class HeartbeatContract(TestDatabase database) : StorageContract(database)
{
    [Fact]
    public async Task A_heartbeat_stands_in_the_history_with_its_metadata_and_answers_what_is_expected_next()
    {
        var monitor = await AddMonitorAsync();
        var entry = Commit(Beat(monitor, At(5), """{"hostname": "worker-01"}"""));

        Assert.Equal(HeartbeatOutcome.Stored, entry.Outcome);
        Assert.Equal(MonitorStatus.Up, entry.Status);
        Assert.Equal(At(65), entry.NextExpectedAt);
        Assert.Equal(At(75), entry.DeadlineAt);
        var check = Assert.Single(await HistoryAsync(monitor));
        Assert.Equal(entry.CheckId, check.Id);
        Assert.Equal(At(5), check.At);
        Assert.Equal(At(5), check.ReceivedAt);
        Assert.Equal(CheckOutcome.Up, check.Outcome);
        Assert.Equal(CheckSource.Heartbeat, check.Source);
        Assert.Null(check.Error);
        Assert.Null(check.LatencyMs);
        Assert.Equal("""{"hostname": "worker-01"}""", Encoding.UTF8.GetString(check.Metadata!));
    }

    [Fact]
    public async Task A_heartbeat_without_metadata_has_none_and_a_large_one_keeps_every_byte()
    {
        var monitor = await AddMonitorAsync();
        var large = $$"""{"text": "{{new string('x', 16_000)}} ☂"}""";
        Commit(Beat(monitor, At(1)));
        Commit(Beat(monitor, At(2), large));

        var history = await HistoryAsync(monitor);
        Assert.Equal(large, Encoding.UTF8.GetString(history[0].Metadata!));
        Assert.Null(history[1].Metadata);
    }

    [Fact]
    public async Task The_first_heartbeat_ends_the_new_period_where_it_arrived()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));

        Assert.Equal([(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, null)], await PeriodsAsync(monitor));
        Assert.Equal(new MonitorState(MonitorStatus.Up, At(5), At(5), At(5), At(65)), await StateAsync(monitor));
    }

    [Fact]
    public async Task Deadlines_that_heartbeats_find_unjudged_are_stored_with_them_and_returned()
    {
        var (late, inTime) = (await AddMonitorAsync(), await AddMonitorAsync(at: At(60)));
        var missed = Engine.Heartbeats.Commit([Beat(inTime, At(80)), Beat(late, At(80)), Beat(late, At(81))], OutageLog.Empty);

        Assert.Equal(At(70), Assert.Single(missed).At);
        Assert.Equal(At(70), Assert.Single(await HistoryAsync(late, CheckOutcome.Down)).At);
        Assert.Empty(Engine.Heartbeats.Commit([Beat(late, At(82))], OutageLog.Empty));
        Assert.Single(missed);
    }

    [Fact]
    public async Task A_heartbeat_in_the_millisecond_of_the_creation_takes_the_place_of_the_empty_period()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, Start);

        Assert.Equal([(MonitorStatus.Up, 0, null)], await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task An_unknown_monitor_and_one_of_another_organization_do_not_hinder_the_others_of_a_batch()
    {
        var (mine, theirs) = (await AddMonitorAsync(), await AddMonitorAsync());
        var unknown = mine with { Id = NewId(Start) };
        HeartbeatEntry[] batch =
        [
            Beat(unknown, At(1)), Beat(theirs, At(1), organization: mine.OrganizationNumber), Beat(mine, At(1)), Beat(theirs, At(2)),
        ];
        Engine.Heartbeats.Commit(batch, OutageLog.Empty);

        Assert.Equal(
            [HeartbeatOutcome.MonitorNotFound, HeartbeatOutcome.MonitorNotFound, HeartbeatOutcome.Stored, HeartbeatOutcome.Stored],
            batch.Select(entry => entry.Outcome));
        Assert.Equal(batch[2].CheckId, Assert.Single(await HistoryAsync(mine)).Id);
        Assert.Equal(batch[3].CheckId, Assert.Single(await HistoryAsync(theirs)).Id);
    }

    [Fact]
    public async Task A_batch_of_which_nothing_can_be_stored_is_no_failure()
    {
        var monitor = await AddMonitorAsync();
        var refused = Commit(Beat(monitor, At(1), organization: monitor.OrganizationNumber + 1));
        var stored = SendBeat(monitor, At(2));

        Assert.Equal(HeartbeatOutcome.MonitorNotFound, refused.Outcome);
        Assert.Equal(HeartbeatOutcome.Stored, stored.Outcome);
        Assert.Single(await HistoryAsync(monitor));
    }

    [Fact]
    public async Task A_probed_monitor_takes_no_heartbeat()
    {
        var monitor = await AddMonitorAsync(await AddOrganizationAsync(), kind: MonitorKind.Endpoint);

        Assert.Equal(HeartbeatOutcome.NotAHeartbeatMonitor, SendBeat(monitor, At(1)).Outcome);
        Assert.Empty(await HistoryAsync(monitor));
        Assert.Equal(MonitorStatus.New, (await StateAsync(monitor)).Status);
    }

    [Fact]
    public async Task Several_heartbeats_of_one_monitor_in_one_batch_build_on_one_another()
    {
        var (one, other) = (await AddMonitorAsync(), await AddMonitorAsync());
        HeartbeatEntry[] batch = [Beat(one, At(1)), Beat(other, At(1)), Beat(one, At(2)), Beat(one, At(3)), Beat(other, At(4))];
        Engine.Heartbeats.Commit(batch, OutageLog.Empty);

        Assert.Equal([At(61), At(61), At(62), At(63), At(64)], batch.Select(entry => entry.NextExpectedAt!.Value));
        Assert.Equal([At(3), At(2), At(1)], (await HistoryAsync(one)).Select(check => check.At));
        Assert.Equal([(MonitorStatus.New, 0, 1), (MonitorStatus.Up, 1, null)], await PeriodsAsync(one));
        Assert.Equal(At(3), (await StateAsync(one)).LastHeartbeatAt);
    }

    [Fact]
    public async Task A_heartbeat_brings_a_monitor_that_is_down_up_at_once()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        await JudgeAsync(At(76));
        var entry = SendBeat(monitor, At(80));

        Assert.Equal(MonitorStatus.Up, entry.Status);
        Assert.Equal(
            [(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Down, 75, 80), (MonitorStatus.Up, 80, null)],
            await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task A_paused_monitor_takes_a_heartbeat_into_its_history_and_stays_paused()
    {
        var monitor = await AddMonitorAsync();
        await PauseAsync(monitor, At(1));
        var entry = SendBeat(monitor, At(2));

        Assert.Equal(MonitorStatus.Paused, entry.Status);
        Assert.Null(entry.DeadlineAt);
        Assert.Single(await HistoryAsync(monitor));
        Assert.Equal(At(2), (await StateAsync(monitor)).LastHeartbeatAt);
        Assert.Empty((await JudgeAsync(At(10_000))).Judged);
    }

    [Fact]
    public async Task The_first_heartbeat_of_a_monitor_that_waits_for_it_sets_its_deadline()
    {
        var monitor = await AddMonitorAsync(starts: FirstDeadline.FirstHeartbeat);
        Assert.Null(await Engine.Deadlines.NextDueAtAsync(Stop));
        SendBeat(monitor, At(5));

        Assert.Equal(At(75), await Engine.Deadlines.NextDueAtAsync(Stop));
        Assert.Single((await JudgeAsync(At(75.001))).Judged);
    }

    [Fact]
    public async Task Deadlines_that_nobody_judged_before_a_heartbeat_are_stored_with_it()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        var entry = SendBeat(monitor, At(200));

        Assert.Equal(MonitorStatus.Up, entry.Status);
        Assert.Equal([At(200), At(195), At(135), At(75), At(5)], (await HistoryAsync(monitor)).Select(check => check.At));
        Assert.Equal(
            [(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Down, 75, 200), (MonitorStatus.Up, 200, null)],
            await PeriodsAsync(monitor));
    }

    [Fact]
    public async Task Two_heartbeats_after_an_outage_end_up_in_one_unknown_period()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(5));
        var outage = new Outage(At(30), At(150), OutageCause.NotRunning);
        Engine.Heartbeats.Commit([Beat(monitor, At(160)), Beat(monitor, At(161))], new OutageLog([outage]));

        Assert.Equal(
            [(MonitorStatus.New, 0, 5), (MonitorStatus.Up, 5, 75), (MonitorStatus.Unknown, 75, 160), (MonitorStatus.Up, 160, null)],
            await PeriodsAsync(monitor));
        var unknown = Assert.Single(await HistoryAsync(monitor, CheckOutcome.Unknown));
        Assert.Equal(outage.Reason, unknown.Error);
    }

    [Fact]
    public async Task A_large_batch_over_many_monitors_is_stored_whole()
    {
        var organization = await AddOrganizationAsync();
        var monitors = await Engine.WriteAsync(async unit =>
        {
            var added = new List<MonitorDefinition>();
            for (var i = 0; i < 100; i++)
                added.Add(await AddMonitorAsync(unit, organization, EveryMinute, Start, FirstDeadline.Creation, MonitorKind.Heartbeat));
            return added;
        }, Stop);
        HeartbeatEntry[] batch = [.. Enumerable.Range(0, 1_000).Select(i => Beat(monitors[i * 37 % 100], At(1 + (i / 100))))];
        Engine.Heartbeats.Commit(batch, OutageLog.Empty);

        Assert.All(batch, entry => Assert.Equal(HeartbeatOutcome.Stored, entry.Outcome));
        foreach (var monitor in monitors)
            Assert.Equal(Enumerable.Range(1, 10).Reverse().Select(s => At(s)), (await HistoryAsync(monitor)).Select(check => check.At));
    }

    [Fact]
    public async Task Entries_are_used_again_for_other_heartbeats()
    {
        var (one, other) = (await AddMonitorAsync(), await AddMonitorAsync(new Schedule(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5))));
        var entry = Commit(Beat(one, At(1), """{"a": 1}"""));
        entry.Clear();
        (entry.MonitorId, entry.OrganizationNumber, entry.ReceivedAt, entry.CheckId) = (other.Id, other.OrganizationNumber, At(2), NewId(At(2)));
        Commit(entry);

        Assert.Equal(At(3602), entry.NextExpectedAt);
        Assert.Null(Assert.Single(await HistoryAsync(other)).Metadata);
        Assert.NotEqual(default(EntityId), Assert.Single(await HistoryAsync(one)).Id);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_lose_heartbeats()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(500));
        var entry = SendBeat(monitor, At(100));

        Assert.Equal(HeartbeatOutcome.Stored, entry.Outcome);
        Assert.Equal(At(160), entry.NextExpectedAt);
        Assert.Equal([At(500), At(100)], (await HistoryAsync(monitor, CheckOutcome.Up)).Select(check => check.At));
        Assert.Empty((await JudgeAsync(At(170))).Judged);
        Assert.Single((await JudgeAsync(At(170.001))).Judged);
    }
}
