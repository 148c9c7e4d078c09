using System.Runtime.InteropServices;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Heartbeats;
using Npgsql;
using NpgsqlTypes;

namespace Exemplar.Storage.Postgres;

/// <summary>
/// Nearly every heartbeat arrives as it was sent, in time, for a monitor that is up: its moments move and nothing else. Those are
/// decided on the states that this process remembers and stored in one round trip, each guarded by the very state it was
/// decided on. A monitor that is not as remembered takes nothing and is left to the caller, who locks and reads it.
/// </summary>
internal sealed class PunctualHeartbeats
{
    // The set of stored monitors is wrapped so that it stays a hashed look-up: as a join it would be compared row by row.
    // A due moment is never later than the deadline it was made for, so it may stay where it is: no index is written.
    private const string Store =
        """
        WITH stored AS (
            UPDATE monitor_states s SET last_heartbeat_at_ms = v.heartbeat_at_ms, counts_from_ms = v.counts_from_ms,
                next_expected_at_ms = v.next_expected_at_ms, check_count = s.check_count + v.heartbeats
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS v(monitor_number, heartbeats, heartbeat_at_ms, counts_from_ms,
                next_expected_at_ms, since_ms, before_heartbeat_at_ms, before_counts_from_ms, before_next_expected_at_ms, interval_ms, grace_ms)
            WHERE s.monitor_number = v.monitor_number AND s.status = 1 AND s.since_ms = v.since_ms
                AND s.last_heartbeat_at_ms = v.before_heartbeat_at_ms AND s.counts_from_ms = v.before_counts_from_ms
                AND s.next_expected_at_ms = v.before_next_expected_at_ms AND s.interval_ms = v.interval_ms AND s.grace_ms = v.grace_ms
                AND s.due_at_ms <= v.next_expected_at_ms + v.grace_ms
            RETURNING s.monitor_number
        ), added AS (
            INSERT INTO checks (monitor_number, at_ms, check_random, outcome, source, metadata, received_at_ms)
            SELECT c.monitor_number, c.at_ms, c.check_random, 1, 0, c.metadata, c.at_ms
            FROM unnest($12, $13, $14, $15) AS c(monitor_number, at_ms, check_random, metadata)
            WHERE (c.monitor_number IN (SELECT monitor_number FROM stored)) IS TRUE
        )
        SELECT monitor_number FROM stored
        """;

    private readonly RememberedMonitors _remembered;
    private readonly Dictionary<EntityId, int> _slots = [];
    private readonly List<Slot> _monitors = [];
    private readonly List<HeartbeatEntry> _heartbeats = [];
    private readonly HashSet<int> _stored = [];

    private readonly List<int> _numbers = [];
    private readonly List<int> _counts = [];
    private readonly List<long> _heartbeatAtMs = [];
    private readonly List<long> _countsFromMs = [];
    private readonly List<long> _nextExpectedAtMs = [];
    private readonly List<long> _sinceMs = [];
    private readonly List<long> _beforeHeartbeatAtMs = [];
    private readonly List<long> _beforeCountsFromMs = [];
    private readonly List<long> _beforeNextExpectedAtMs = [];
    private readonly List<long> _intervalMs = [];
    private readonly List<long> _graceMs = [];

    private readonly List<int> _checkNumbers = [];
    private readonly List<long> _checkAtMs = [];
    private readonly List<long> _checkRandoms = [];
    private readonly List<ReadOnlyMemory<byte>?> _checkMetadata = [];

    public PunctualHeartbeats(RememberedMonitors remembered) => _remembered = remembered;

    public bool IsEmpty => _heartbeats.Count == 0;

    /// <summary>The command that <see cref="Send"/> runs; its parameters hold on to the lists of this object.</summary>
    public NpgsqlCommand Command(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(Store, connection);
        NpgsqlParameter[] columns =
        [
            Column(_numbers, NpgsqlDbType.Integer), Column(_counts, NpgsqlDbType.Integer), Column(_heartbeatAtMs, NpgsqlDbType.Bigint),
            Column(_countsFromMs, NpgsqlDbType.Bigint), Column(_nextExpectedAtMs, NpgsqlDbType.Bigint), Column(_sinceMs, NpgsqlDbType.Bigint),
            Column(_beforeHeartbeatAtMs, NpgsqlDbType.Bigint), Column(_beforeCountsFromMs, NpgsqlDbType.Bigint),
            Column(_beforeNextExpectedAtMs, NpgsqlDbType.Bigint), Column(_intervalMs, NpgsqlDbType.Bigint), Column(_graceMs, NpgsqlDbType.Bigint),
            Column(_checkNumbers, NpgsqlDbType.Integer), Column(_checkAtMs, NpgsqlDbType.Bigint), Column(_checkRandoms, NpgsqlDbType.Bigint),
            Column(_checkMetadata, NpgsqlDbType.Bytea),
        ];
        command.Parameters.AddRange(columns);
        return command;
    }

    public void Clear()
    {
        _slots.Clear();
        _monitors.Clear();
        _heartbeats.Clear();
        _checkNumbers.Clear();
        _checkAtMs.Clear();
        _checkRandoms.Clear();
        _checkMetadata.Clear();
    }

    /// <summary>Takes a heartbeat if it is of the common kind; false leaves it to the caller.</summary>
    public bool TryAdd(HeartbeatEntry heartbeat, Excuses excuses)
    {
        if (heartbeat.OccurredAt is not null) return false;
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(_slots, heartbeat.MonitorId);
        var isKnown = !System.Runtime.CompilerServices.Unsafe.IsNullRef(ref known);
        RememberedMonitor monitor;
        if (isKnown) monitor = CollectionsMarshal.AsSpan(_monitors)[known].After;
        else if (!_remembered.TryFind(heartbeat.MonitorId, out monitor)) return false;
        if (monitor.OrganizationNumber != heartbeat.OrganizationNumber) return false;

        // Several heartbeats of one monitor in one batch build on one another.
        var decision = MonitorLifecycle.OnHeartbeat(monitor.State, monitor.Schedule, excuses.For(monitor.OrganizationNumber, monitor.Number), heartbeat.ReceivedAt);
        if (!decision.IsQuiet || !IsCounting(decision.Next)) return false;

        var after = monitor with { State = decision.Next };
        if (isKnown)
        {
            ref var slot = ref CollectionsMarshal.AsSpan(_monitors)[known];
            slot.After = after;
            slot.Heartbeats++;
        }
        else
        {
            _slots.Add(heartbeat.MonitorId, _monitors.Count);
            _monitors.Add(new Slot { Id = heartbeat.MonitorId, Before = monitor, After = after, Heartbeats = 1 });
        }
        AddCheck(heartbeat, monitor.Number);
        heartbeat.Status = decision.Next.StatusAt(heartbeat.ReceivedAt);
        heartbeat.NextExpectedAt = decision.Next.NextExpectedAt;
        heartbeat.DeadlineAt = decision.Next.DeadlineAt(monitor.Schedule);
        return true;
    }

    /// <summary>True for a state that the guard can name: up, with every moment known.</summary>
    public static bool IsCounting(in MonitorState state) =>
        state is { Status: MonitorStatus.Up, LastHeartbeatAt: not null, CountsFrom: not null, NextExpectedAt: not null };

    /// <summary>Stores them, durably when it returns. Those whose monitor was not as remembered are added to <paramref name="rest"/>.</summary>
    public void Send(NpgsqlCommand command, List<HeartbeatEntry> rest)
    {
        AddStates();
        _stored.Clear();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read()) _stored.Add(reader.GetInt32(0));
        }

        foreach (ref readonly var slot in CollectionsMarshal.AsSpan(_monitors))
        {
            if (_stored.Contains(slot.Before.Number)) _remembered.Remember(slot.Id, slot.After);
            else _remembered.Forget(slot.Id);
        }
        for (var i = 0; i < _heartbeats.Count; i++)
        {
            if (_stored.Contains(_checkNumbers[i])) _heartbeats[i].Outcome = HeartbeatOutcome.Stored;
            else rest.Add(_heartbeats[i]);
        }
    }

    private void AddCheck(HeartbeatEntry heartbeat, int monitorNumber)
    {
        _heartbeats.Add(heartbeat);
        _checkNumbers.Add(monitorNumber);
        _checkAtMs.Add(heartbeat.ReceivedAt.ToMs());
        _checkRandoms.Add(unchecked((long)heartbeat.CheckId.Random));
        _checkMetadata.Add(heartbeat.HasMetadata ? heartbeat.MetadataMemory : null);
    }

    private void AddStates()
    {
        // In the order of their numbers, as everybody locks them: two nodes must not wait for each other in a circle.
        _monitors.Sort(static (one, other) => one.Before.Number.CompareTo(other.Before.Number));
        foreach (var list in (ReadOnlySpan<List<long>>)[_heartbeatAtMs, _countsFromMs, _nextExpectedAtMs, _sinceMs, _beforeHeartbeatAtMs,
            _beforeCountsFromMs, _beforeNextExpectedAtMs, _intervalMs, _graceMs]) list.Clear();
        _numbers.Clear();
        _counts.Clear();
        foreach (ref readonly var slot in CollectionsMarshal.AsSpan(_monitors))
        {
            var (before, after, schedule) = (slot.Before.State, slot.After.State, slot.Before.Schedule);
            _numbers.Add(slot.Before.Number);
            _counts.Add(slot.Heartbeats);
            _heartbeatAtMs.Add(Ms(after.LastHeartbeatAt));
            _countsFromMs.Add(Ms(after.CountsFrom));
            _nextExpectedAtMs.Add(Ms(after.NextExpectedAt));
            _sinceMs.Add(before.Since.ToMs());
            _beforeHeartbeatAtMs.Add(Ms(before.LastHeartbeatAt));
            _beforeCountsFromMs.Add(Ms(before.CountsFrom));
            _beforeNextExpectedAtMs.Add(Ms(before.NextExpectedAt));
            _intervalMs.Add((long)schedule.Interval.TotalMilliseconds);
            _graceMs.Add((long)schedule.Grace.TotalMilliseconds);
        }
    }

    private static long Ms(DateTimeOffset? moment) => moment!.Value.ToMs();

    private static NpgsqlParameter<List<T>> Column<T>(List<T> values, NpgsqlDbType type) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private struct Slot
    {
        public EntityId Id;
        public RememberedMonitor Before;
        public RememberedMonitor After;
        public int Heartbeats;
    }
}
