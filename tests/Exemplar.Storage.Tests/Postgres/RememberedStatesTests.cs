using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Postgres;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Postgres;

/// <summary>
/// A node that took a heartbeat remembers how the monitor stands. Here another node changes it behind its back: the next
/// heartbeat has to be decided on what is in the database.
/// </summary>
public sealed class RememberedStatesTests : StorageContract
{
    private readonly PostgresDatabase _database;

    public RememberedStatesTests(PostgresServer server) : this(new PostgresDatabase(server))
    {
    }

    private RememberedStatesTests(PostgresDatabase database) : base(database) => _database = database;

    [Fact]
    public async Task A_heartbeat_after_another_node_s_verdict_ends_the_downtime()
    {
        var monitor = await RememberedAsync();
        await using var other = await OtherNodeAsync();
        Assert.Single((await other.Deadlines.JudgeAsync(At(72), OutageLog.Empty, 100, Clock, Stop)).Judged);

        Assert.Equal(MonitorStatus.Up, SendBeat(monitor, At(75)).Status);

        Assert.Equal(
            [(MonitorStatus.New, 0, 1), (MonitorStatus.Up, 1, 71), (MonitorStatus.Down, 71, 75), (MonitorStatus.Up, 75, null)],
            await PeriodsAsync(monitor));
        Assert.Equal([CheckOutcome.Up, CheckOutcome.Down, CheckOutcome.Up], (await HistoryAsync(monitor)).Select(c => c.Outcome));
    }

    [Fact]
    public async Task A_heartbeat_after_another_node_paused_the_monitor_leaves_it_paused()
    {
        var monitor = await RememberedAsync();
        await using var other = await OtherNodeAsync();
        await ChangeAsync(other, monitor, state => MonitorLifecycle.OnPaused(state, At(5)));

        Assert.Equal(MonitorStatus.Paused, SendBeat(monitor, At(10)).Status);

        Assert.Null((await StateAsync(monitor)).NextExpectedAt);
        Assert.Equal(2, (await HistoryAsync(monitor)).Count);
    }

    [Fact]
    public async Task A_heartbeat_after_another_node_changed_the_timing_counts_by_the_new_one()
    {
        var monitor = await RememberedAsync();
        await using var other = await OtherNodeAsync();
        var hourly = monitor with { Schedule = new Schedule(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)) };
        await ChangeAsync(other, hourly, state => MonitorLifecycle.OnScheduleChanged(state, hourly.Schedule, hourly.Starts, At(5)));

        var beat = SendBeat(monitor, At(10));

        Assert.Equal(At(3_610), beat.NextExpectedAt);
        Assert.Equal(At(3_910), beat.DeadlineAt);
        Assert.Equal(At(3_610), (await StateAsync(monitor)).NextExpectedAt);
    }

    [Fact]
    public async Task A_heartbeat_for_a_monitor_that_another_node_removed_finds_none()
    {
        var monitor = await RememberedAsync();
        await RemoveAsync(monitor);
        Assert.Equal(HeartbeatOutcome.MonitorNotFound, SendBeat(monitor, At(10)).Outcome);
    }

    [Fact]
    public async Task Another_organization_s_token_does_not_reach_a_remembered_monitor()
    {
        var monitor = await RememberedAsync();
        var stranger = await AddOrganizationAsync();
        Assert.Equal(HeartbeatOutcome.MonitorNotFound, Commit(Beat(monitor, At(10), organization: stranger)).Outcome);
        Assert.Single(await HistoryAsync(monitor));
    }

    [Fact]
    public async Task One_batch_takes_remembered_and_changed_monitors_each_in_its_way()
    {
        var same = await RememberedAsync();
        var changed = await RememberedAsync();
        var unseen = await AddMonitorAsync();
        await using var other = await OtherNodeAsync();
        other.Heartbeats.Commit([Beat(changed, At(3))], OutageLog.Empty);

        HeartbeatEntry[] batch =
        [
            Beat(changed, At(10)), Beat(same, At(10), """{"n":1}"""), Beat(unseen, At(10)), Beat(same, At(11)), Beat(same, At(11), occurredAt: At(9)),
        ];
        Engine.Heartbeats.Commit(batch, OutageLog.Empty);

        Assert.All(batch, beat => Assert.Equal(HeartbeatOutcome.Stored, beat.Outcome));
        Assert.Equal([At(11), At(10), At(9), At(1)], (await HistoryAsync(same)).Select(c => c.At));
        Assert.Equal([At(10), At(3), At(1)], (await HistoryAsync(changed)).Select(c => c.At));
        Assert.Equal(At(71), (await StateAsync(same)).NextExpectedAt);
        Assert.Equal(At(70), (await StateAsync(changed)).NextExpectedAt);
        Assert.Equal(MonitorStatus.Up, (await StateAsync(unseen)).Status);
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_the_older_half_goes_first()
    {
        var remembered = new RememberedMonitors(mostInHalf: 2);
        var ids = Enumerable.Range(0, 5).Select(_ => NewId(Start)).ToList();
        foreach (var id in ids) remembered.Remember(id, default);
        Assert.Equal([false, false, true, true, true], ids.Select(id => remembered.TryFind(id, out _)));
    }

    private async Task<MonitorDefinition> RememberedAsync()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(1));
        return monitor;
    }

    private static Task<bool> ChangeAsync(StorageEngine node, MonitorDefinition monitor, Func<MonitorState, LifecycleDecision> decide) =>
        node.WriteAsync(async unit =>
        {
            var state = await unit.LockAsync(monitor.Number, Stop) ?? throw new InvalidOperationException("No such monitor.");
            await unit.ApplyAsync(monitor, state, decide(state), At(5), Stop);
            return true;
        }, Stop);

    private async Task<StorageEngine> OtherNodeAsync()
    {
        var engine = _database.NewEngine();
        await engine.OpenAsync(At(2), Stop);
        return engine;
    }
}
