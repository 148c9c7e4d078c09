using System.Runtime.InteropServices;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Heartbeats;
using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>
/// Commits heartbeats: the punctual ones in one round trip, on remembered states; all others in two more, of which one locks
/// and reads the states of their monitors, and the other writes and commits. Rows are locked in the order of their
/// numbers, so that two nodes never wait for each other in a circle. Called from one thread at a time; everything here
/// belongs to that caller.
/// </summary>
internal sealed class PostgresHeartbeatStore : IHeartbeatStore, IDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly DueFloor _floor;
    private readonly WakeSignal _changeLeft;
    private readonly Dictionary<EntityId, int> _slots = [];
    private readonly List<Slot> _monitors = [];
    private readonly List<byte[]> _ids = [];
    private readonly Stack<byte[]> _spareIds = [];
    private readonly LifecycleWrites _writes = new();
    private readonly RememberedMonitors _remembered;
    private readonly PunctualHeartbeats _punctual;
    private readonly List<HeartbeatEntry> _rest = [];
    private List<MissedDeadline>? _missed;
    private HeartbeatSession? _session;

    public PostgresHeartbeatStore(NpgsqlDataSource source, DueFloor floor, WakeSignal changeLeft)
    {
        (_source, _floor, _changeLeft, _remembered) = (source, floor, changeLeft, new RememberedMonitors());
        _punctual = new PunctualHeartbeats(_remembered);
    }

    public IReadOnlyList<MissedDeadline> Commit(ReadOnlySpan<HeartbeatEntry> batch, Excuses excuses)
    {
        if (batch.IsEmpty) return [];
        try
        {
            _session ??= HeartbeatSession.Open(_source, _punctual, _ids, _writes);
            _rest.Clear();
            _missed = null;
            _punctual.Clear();
            foreach (var entry in batch)
                if (!_punctual.TryAdd(entry, excuses)) _rest.Add(entry);
            if (!_punctual.IsEmpty) _session.Send(_punctual, _rest);
            if (_rest.Count > 0) CommitLocked(_session, CollectionsMarshal.AsSpan(_rest), excuses);
            return (IReadOnlyList<MissedDeadline>?)_missed ?? [];
        }
        catch (Exception exception)
        {
            // Whatever state the connection is in: the next batch begins with another one.
            Dispose();
            if (exception.IsUnavailable()) throw exception.ToUnavailable();
            throw;
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }

    private void CommitLocked(HeartbeatSession session, ReadOnlySpan<HeartbeatEntry> batch, Excuses excuses)
    {
        Collect(batch);
        ReadMonitors(session);
        foreach (var entry in batch) Decide(entry, excuses);
        AddStates();
        session.Commit(_writes);
        if (_writes.LeavesWord) _changeLeft.Set();
        Remember();
    }

    private void Remember()
    {
        foreach (var (id, index) in _slots)
        {
            ref readonly var monitor = ref CollectionsMarshal.AsSpan(_monitors)[index];
            if (monitor.Exists && monitor.Kind == MonitorKind.Heartbeat && PunctualHeartbeats.IsCounting(monitor.State))
                _remembered.Remember(id, new RememberedMonitor(monitor.Number, monitor.OrganizationNumber, monitor.Schedule, monitor.State));
        }
    }

    private void Collect(ReadOnlySpan<HeartbeatEntry> batch)
    {
        foreach (var id in _ids) _spareIds.Push(id);
        _ids.Clear();
        _slots.Clear();
        _monitors.Clear();
        _writes.Clear();
        foreach (var entry in batch)
        {
            if (!_slots.TryAdd(entry.MonitorId, _ids.Count)) continue;
            if (!_spareIds.TryPop(out var bytes)) bytes = new byte[EntityId.ByteLength];
            entry.MonitorId.WriteBytes(bytes);
            _ids.Add(bytes);
        }
        CollectionsMarshal.SetCount(_monitors, _ids.Count);
        CollectionsMarshal.AsSpan(_monitors).Clear();
    }

    private void ReadMonitors(HeartbeatSession session)
    {
        var monitors = CollectionsMarshal.AsSpan(_monitors);
        using var reader = session.LockMonitors();
        while (reader.Read())
        {
            ref var monitor = ref monitors[checked((int)reader.GetInt64(HeartbeatSession.SlotColumn)) - 1];
            (monitor.Number, monitor.Schedule, monitor.State, monitor.DueAtMs, monitor.OrganizationNumber) = StateRow.Read(reader);
            monitor.Exists = true;
            monitor.Kind = (MonitorKind)reader.GetInt32(HeartbeatSession.KindColumn);
        }
    }

    private void Decide(HeartbeatEntry entry, Excuses excuses)
    {
        ref var monitor = ref CollectionsMarshal.AsSpan(_monitors)[_slots[entry.MonitorId]];
        if (!monitor.Exists || monitor.OrganizationNumber != entry.OrganizationNumber)
        {
            entry.Outcome = HeartbeatOutcome.MonitorNotFound;
            return;
        }
        if (monitor.Kind != MonitorKind.Heartbeat)
        {
            entry.Outcome = HeartbeatOutcome.NotAHeartbeatMonitor;
            return;
        }

        // Several heartbeats of one monitor in one batch build on one another.
        var decision = entry.OccurredAt is { } occurredAt
            ? MonitorLifecycle.OnDelayedHeartbeat(monitor.State, monitor.Schedule, excuses.For(monitor.OrganizationNumber, monitor.Number), occurredAt, entry.ReceivedAt)
            : MonitorLifecycle.OnHeartbeat(monitor.State, monitor.Schedule, excuses.For(monitor.OrganizationNumber, monitor.Number), entry.ReceivedAt);

        var receivedAtMs = entry.ReceivedAt.ToMs();
        _writes.AddHeartbeat(monitor.Number, entry.CheckId, entry.At.ToMs(), entry.HasMetadata ? entry.Metadata.ToArray() : null, receivedAtMs);
        _writes.AddMissed(monitor.Number, decision.Missed, receivedAtMs);
        _writes.AddPeriods(monitor.Number, monitor.State, decision.Changes);
        monitor.Heartbeats++;
        monitor.Others += decision.Missed.Count;
        if (decision.Missed.Count > 0) (_missed ??= []).AddRange(decision.Missed);
        monitor.State = decision.Next;

        entry.Outcome = HeartbeatOutcome.Stored;
        entry.Status = monitor.State.StatusAt(entry.ReceivedAt);
        entry.NextExpectedAt = monitor.State.NextExpectedAt;
        entry.DeadlineAt = monitor.State.DeadlineAt(monitor.Schedule);
    }

    private void AddStates()
    {
        foreach (ref readonly var monitor in CollectionsMarshal.AsSpan(_monitors))
        {
            if (monitor.Heartbeats == 0) continue;
            var deadlineMs = StateRow.DeadlineMs(monitor.State, monitor.Schedule);
            if (deadlineMs is { } dueMs && !(monitor.DueAtMs <= dueMs)) _floor.Lower(dueMs);
            _writes.AddState(monitor.Number, monitor.State, deadlineMs, monitor.Heartbeats, monitor.Others);
        }
    }

    private struct Slot
    {
        public bool Exists;
        public int Number;
        public int OrganizationNumber;
        public MonitorKind Kind;
        public Schedule Schedule;
        public MonitorState State;
        public long? DueAtMs;
        public int Heartbeats;
        public int Others;
    }
}
