using Exemplar.Core.Monitors;
using Exemplar.Storage.Schema;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// A management transaction on the writing connection. Its caller holds the write gate, so a state that was read stays as
/// it is; memory follows only after the commit, in <see cref="Publish"/>.
/// </summary>
internal sealed class SqliteWriteUnit(ExemplarDb db, SqliteWriter writer, SqliteRowWriter rows, LiveMonitors live) : WriteUnit(db)
{
    private readonly Dictionary<int, LiveMonitor> _changed = [];
    private readonly List<Action> _afterCommit = [];

    internal override RowWriter Rows => rows;

    /// <summary>Makes the committed unit visible. Called under the live monitors' lock.</summary>
    public void Publish()
    {
        foreach (var action in _afterCommit) action();
    }

    internal override Task AddAsync(MonitorDefinition definition, LifecycleDecision decision, CancellationToken cancellationToken)
    {
        writer.InsertState(definition.Number, definition.OrganizationNumber, decision.Next);
        foreach (var change in decision.Changes) writer.OpenPeriod(definition.Number, change);

        var monitor = new LiveMonitor { Exists = true, QueuedDueAtMs = long.MaxValue, State = decision.Next };
        Configure(ref monitor, definition);
        _changed[definition.Number] = monitor;
        _afterCommit.Add(() =>
        {
            live.Add(definition.Number, monitor);
            live.Schedule(definition.Number);
        });
        return Task.CompletedTask;
    }

    internal override Task<MonitorState?> LockAsync(int monitorNumber, CancellationToken cancellationToken) =>
        Task.FromResult<MonitorState?>(Find(monitorNumber)?.State);

    internal override Task ApplyAsync(
        MonitorDefinition definition, MonitorState before, LifecycleDecision decision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var number = definition.Number;
        var after = Find(number) ?? throw new InvalidOperationException($"Monitor number {number} does not exist.");
        if (after.State != before)
            throw new InvalidOperationException($"The decision on monitor number {number} was not made on its present state.");
        after.State = decision.Next;
        Configure(ref after, definition);
        after.OtherCheckCount += decision.Missed.Count;
        writer.InsertMissed(number, decision.Missed, now.ToMs());
        writer.StoreDecision(number, before, decision.Changes, after);

        _changed[number] = after;
        _afterCommit.Add(() =>
        {
            ref var monitor = ref live[number];
            monitor.State = after.State;
            monitor.OtherCheckCount = after.OtherCheckCount;
            Configure(ref monitor, definition);
            live.Schedule(number);
        });
        return Task.CompletedTask;
    }

    internal override async Task RemoveAsync(int monitorNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var monitor = Find(monitorNumber);
        var chain = monitor?.Chain ?? default;
        if (monitor is { Status: MonitorStatus.Down }) writer.NoteChange(monitorNumber, MonitorStatus.Down, to: null, now.ToMs(), error: null);
        var row = await Db.MonitorStates.FindAsync([monitorNumber], cancellationToken);
        if (row is not null) Db.MonitorStates.Remove(row);
        Db.RemovedMonitors.Add(new RemovedMonitorRow { MonitorNumber = monitorNumber, HeadSeq = chain.HeadSeq });
        await Db.SaveChangesAsync(cancellationToken);
        _afterCommit.Add(() => live.Remove(monitorNumber));
    }

    private LiveMonitor? Find(int number) =>
        _changed.TryGetValue(number, out var changed) ? changed : live.Exists(number) ? live[number] : null;

    private static void Configure(ref LiveMonitor monitor, MonitorDefinition definition)
    {
        monitor.Id = definition.Id;
        monitor.OrganizationNumber = definition.OrganizationNumber;
        monitor.Kind = definition.Kind;
        monitor.IntervalMs = (long)definition.Schedule.Interval.TotalMilliseconds;
        monitor.GraceMs = (long)definition.Schedule.Grace.TotalMilliseconds;
    }
}
