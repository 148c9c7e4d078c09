using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Npgsql;
using NpgsqlTypes;

namespace Exemplar.Storage.Postgres;

/// <summary>
/// What a transaction has to write for a set of decisions, column by column: each table takes one statement, however
/// many monitors there are. Reused: the commands' parameters hold on to these very lists.
/// </summary>
internal sealed class LifecycleWrites
{
    private const string InsertChecks =
        """
        INSERT INTO checks (monitor_number, at_ms, check_random, outcome, source, error, metadata, received_at_ms)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    // Each condition keeps away a plan that cost ten thousand verdicts seconds to a minute: for each period that ends, by the index on
    // to_ms it read every open one (nothing was counted yet), by the index on from_ms every one begun at the same moment (counted when
    // each had begun at its own).
    // to_ms as an expression has no index, and a range of from_ms seems to be many rows to all but the primary key.
    internal const string ClosePeriods =
        """
        UPDATE periods p SET to_ms = v.to_ms FROM unnest($1, $2, $3) AS v(monitor_number, from_ms, to_ms)
        WHERE p.monitor_number = v.monitor_number AND p.from_ms BETWEEN v.from_ms AND v.from_ms AND p.to_ms + 0 IS NULL
        """;

    private const string OpenPeriods =
        """
        INSERT INTO periods (monitor_number, from_ms, to_ms, status, error) SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (monitor_number, from_ms) DO UPDATE SET to_ms = excluded.to_ms, status = excluded.status, error = excluded.error
        """;

    private const string NoteChanges =
        """
        INSERT INTO status_changes (monitor_number, from_status, to_status, at_ms, error) SELECT * FROM unnest($1, $2, $3, $4, $5)
        """;

    private readonly Checks _checks = new();
    private readonly States _states = new();
    private readonly Closes _closes = new();
    private readonly Opens _opens = new();
    private readonly Noted _noted = new();

    /// <summary>True when periods begin or end.</summary>
    public bool HasPeriods => _opens.Numbers.Count > 0;

    /// <summary>True when there are changes that have to be followed up.</summary>
    public bool LeavesWord => _noted.Any;

    /// <summary>True when there is nothing to write.</summary>
    public bool IsEmpty => _states.Numbers.Count == 0 && _checks.Numbers.Count == 0 && !HasPeriods;

    public void Clear()
    {
        _checks.Clear();
        _states.Clear();
        _closes.Clear();
        _opens.Clear();
        _noted.Clear();
    }

    public void AddHeartbeat(int monitorNumber, EntityId checkId, long atMs, byte[]? metadata, long receivedAtMs) =>
        _checks.Add(monitorNumber, atMs, checkId.Random, CheckOutcome.Up, CheckSource.Heartbeat, error: null, metadata, receivedAtMs);

    public void AddMissed(int monitorNumber, IReadOnlyList<MissedDeadline> missed, long storedAtMs)
    {
        for (var i = 0; i < missed.Count; i++)
        {
            var random = unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue));
            _checks.Add(monitorNumber, missed[i].At.ToMs(), random, missed[i].Outcome, CheckSource.Deadline, missed[i].Error, metadata: null, storedAtMs);
        }
    }

    /// <param name="monitorNumber">Whose; once in a set.</param>
    /// <param name="state">The new state.</param>
    /// <param name="dueAtMs">When the scheduler has to look next; null when never.</param>
    /// <param name="heartbeats">How many heartbeats are added to the history.</param>
    /// <param name="others">How many other checks are.</param>
    public void AddState(int monitorNumber, in MonitorState state, long? dueAtMs, int heartbeats, int others) =>
        _states.Add(monitorNumber, state, dueAtMs, heartbeats, others);

    /// <summary>
    /// Ends the period of the state before, begins the ones that follow, and leaves word of the changes that have to be
    /// followed up. Changes of one monitor may come in several calls: what this set has begun itself is amended, for a
    /// statement must not meet a row twice.
    /// </summary>
    public void AddPeriods(int monitorNumber, in MonitorState before, IReadOnlyList<StatusChange> changes)
    {
        var sinceMs = before.Since.ToMs();
        var status = before.Status;
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i].ConcernsPeople(status)) _noted.Add(monitorNumber, status, changes[i]);
            status = changes[i].To;
            var atMs = changes[i].At.ToMs();
            var begun = _opens.Numbers.LastIndexOf(monitorNumber);
            if (atMs == sinceMs && begun >= 0) _opens.Replace(begun, changes[i]);
            else
            {
                if (atMs != sinceMs && begun >= 0) _opens.ToMs[begun] = atMs;
                else if (atMs != sinceMs) _closes.Add(monitorNumber, sinceMs, atMs);
                _opens.Add(monitorNumber, changes[i]);
            }
            sinceMs = atMs;
        }
    }

    /// <summary>The statements for checks and states.</summary>
    public void AddQuietCommands(NpgsqlBatch batch, DueAt due)
    {
        batch.BatchCommands.Add(_checks.Command(InsertChecks));
        batch.BatchCommands.Add(_states.Command(due));
    }

    /// <summary>All statements. Afterwards <see cref="Verify"/> has to agree, before the commit.</summary>
    public void AddAllCommands(NpgsqlBatch batch, DueAt due)
    {
        batch.BatchCommands.Add(_noted.Command(NoteChanges));
        AddQuietCommands(batch, due);
        batch.BatchCommands.Add(_closes.Command(ClosePeriods));
        batch.BatchCommands.Add(_opens.Command(OpenPeriods));
    }

    /// <summary>The guard: every state was updated and every ended period was open, in a batch that ends with <see cref="AddAllCommands"/>.</summary>
    /// <exception cref="InvalidOperationException">A row was not what the decision was made on.</exception>
    public void Verify(NpgsqlBatch batch)
    {
        var states = batch.BatchCommands[^3].RecordsAffected;
        var closes = batch.BatchCommands[^2].RecordsAffected;
        if (states != _states.Numbers.Count)
            throw new InvalidOperationException($"{states} states were updated instead of {_states.Numbers.Count}.");
        if (closes != _closes.Numbers.Count)
            throw new InvalidOperationException(
                $"{closes} periods were ended instead of {_closes.Numbers.Count}; one of monitor numbers {string.Join(", ", _closes.Numbers.Take(10))} has no open period.");
    }

    private static NpgsqlParameter<List<T>> Column<T>(List<T> values, NpgsqlDbType type) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> columns)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns) command.Parameters.Add(column);
        return command;
    }

    private sealed class Checks
    {
        public readonly List<int> Numbers = [];
        private readonly List<long> _atMs = [];
        private readonly List<long> _randoms = [];
        private readonly List<short> _outcomes = [];
        private readonly List<short> _sources = [];
        private readonly List<string?> _errors = [];
        private readonly List<byte[]?> _metadata = [];
        private readonly List<long> _receivedAtMs = [];

        public void Add(
            int number, long atMs, ulong random, CheckOutcome outcome, CheckSource source, string? error, byte[]? metadata, long receivedAtMs)
        {
            Numbers.Add(number);
            _atMs.Add(atMs);
            _randoms.Add(unchecked((long)random));
            _outcomes.Add((short)outcome);
            _sources.Add((short)source);
            _errors.Add(error);
            _metadata.Add(metadata);
            _receivedAtMs.Add(receivedAtMs);
        }

        public void Clear()
        {
            Numbers.Clear();
            _atMs.Clear();
            _randoms.Clear();
            _outcomes.Clear();
            _sources.Clear();
            _errors.Clear();
            _metadata.Clear();
            _receivedAtMs.Clear();
        }

        public NpgsqlBatchCommand Command(string sql) => LifecycleWrites.Command(
            sql, Column(Numbers, NpgsqlDbType.Integer), Column(_atMs, NpgsqlDbType.Bigint), Column(_randoms, NpgsqlDbType.Bigint),
            Column(_outcomes, NpgsqlDbType.Smallint), Column(_sources, NpgsqlDbType.Smallint), Column(_errors, NpgsqlDbType.Text),
            Column(_metadata, NpgsqlDbType.Bytea), Column(_receivedAtMs, NpgsqlDbType.Bigint));
    }

    private sealed class States
    {
        public readonly List<int> Numbers = [];
        private readonly List<int> _statuses = [];
        private readonly List<long> _sinceMs = [];
        private readonly List<long?> _lastHeartbeatAtMs = [];
        private readonly List<long?> _countsFromMs = [];
        private readonly List<long?> _nextExpectedAtMs = [];
        private readonly List<long?> _dueAtMs = [];
        private readonly List<int> _heartbeats = [];
        private readonly List<int> _others = [];

        public void Add(int number, in MonitorState state, long? dueAtMs, int heartbeats, int others)
        {
            Numbers.Add(number);
            _statuses.Add((int)state.Status);
            _sinceMs.Add(state.Since.ToMs());
            _lastHeartbeatAtMs.Add(state.LastHeartbeatAt.ToMs());
            _countsFromMs.Add(state.CountsFrom.ToMs());
            _nextExpectedAtMs.Add(state.NextExpectedAt.ToMs());
            _dueAtMs.Add(dueAtMs);
            _heartbeats.Add(heartbeats);
            _others.Add(others);
        }

        public void Clear()
        {
            Numbers.Clear();
            _statuses.Clear();
            _sinceMs.Clear();
            _lastHeartbeatAtMs.Clear();
            _countsFromMs.Clear();
            _nextExpectedAtMs.Clear();
            _dueAtMs.Clear();
            _heartbeats.Clear();
            _others.Clear();
        }

        public NpgsqlBatchCommand Command(DueAt due) => LifecycleWrites.Command(
            $"""
            UPDATE monitor_states s SET status = v.status, since_ms = v.since_ms, last_heartbeat_at_ms = v.last_heartbeat_at_ms,
                counts_from_ms = v.counts_from_ms, next_expected_at_ms = v.next_expected_at_ms,
                due_at_ms = {(due == DueAt.Exactly ? "v.due_at_ms" : "LEAST(s.due_at_ms, v.due_at_ms)")},
                check_count = s.check_count + v.heartbeats, other_check_count = s.other_check_count + v.others
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS v(monitor_number, status, since_ms, last_heartbeat_at_ms,
                counts_from_ms, next_expected_at_ms, due_at_ms, heartbeats, others)
            WHERE s.monitor_number = v.monitor_number
            """,
            Column(Numbers, NpgsqlDbType.Integer), Column(_statuses, NpgsqlDbType.Integer), Column(_sinceMs, NpgsqlDbType.Bigint),
            Column(_lastHeartbeatAtMs, NpgsqlDbType.Bigint), Column(_countsFromMs, NpgsqlDbType.Bigint),
            Column(_nextExpectedAtMs, NpgsqlDbType.Bigint), Column(_dueAtMs, NpgsqlDbType.Bigint),
            Column(_heartbeats, NpgsqlDbType.Integer), Column(_others, NpgsqlDbType.Integer));
    }

    private sealed class Closes
    {
        public readonly List<int> Numbers = [];
        private readonly List<long> _fromMs = [];
        private readonly List<long> _toMs = [];

        public void Add(int number, long fromMs, long toMs)
        {
            Numbers.Add(number);
            _fromMs.Add(fromMs);
            _toMs.Add(toMs);
        }

        public void Clear()
        {
            Numbers.Clear();
            _fromMs.Clear();
            _toMs.Clear();
        }

        public NpgsqlBatchCommand Command(string sql) => LifecycleWrites.Command(
            sql, Column(Numbers, NpgsqlDbType.Integer), Column(_fromMs, NpgsqlDbType.Bigint), Column(_toMs, NpgsqlDbType.Bigint));
    }

    private sealed class Noted
    {
        private readonly List<int> _numbers = [];
        private readonly List<int> _from = [];
        private readonly List<int> _to = [];
        private readonly List<long> _atMs = [];
        private readonly List<string?> _errors = [];

        public bool Any => _numbers.Count > 0;

        public void Add(int number, MonitorStatus from, StatusChange change)
        {
            _numbers.Add(number);
            _from.Add((int)from);
            _to.Add((int)change.To);
            _atMs.Add(change.At.ToMs());
            _errors.Add(change.Error);
        }

        public void Clear()
        {
            _numbers.Clear();
            _from.Clear();
            _to.Clear();
            _atMs.Clear();
            _errors.Clear();
        }

        public NpgsqlBatchCommand Command(string sql) => LifecycleWrites.Command(
            sql, Column(_numbers, NpgsqlDbType.Integer), Column(_from, NpgsqlDbType.Integer), Column(_to, NpgsqlDbType.Integer),
            Column(_atMs, NpgsqlDbType.Bigint), Column(_errors, NpgsqlDbType.Text));
    }

    private sealed class Opens
    {
        public readonly List<int> Numbers = [];
        public readonly List<long?> ToMs = [];
        private readonly List<long> _fromMs = [];
        private readonly List<int> _statuses = [];
        private readonly List<string?> _errors = [];

        public void Add(int number, StatusChange change)
        {
            Numbers.Add(number);
            ToMs.Add(null);
            _fromMs.Add(change.At.ToMs());
            _statuses.Add((int)change.To);
            _errors.Add(change.Error);
        }

        public void Replace(int index, StatusChange change)
        {
            _statuses[index] = (int)change.To;
            _errors[index] = change.Error;
        }

        public void Clear()
        {
            Numbers.Clear();
            ToMs.Clear();
            _fromMs.Clear();
            _statuses.Clear();
            _errors.Clear();
        }

        public NpgsqlBatchCommand Command(string sql) => LifecycleWrites.Command(
            sql, Column(Numbers, NpgsqlDbType.Integer), Column(_fromMs, NpgsqlDbType.Bigint), Column(ToMs, NpgsqlDbType.Bigint),
            Column(_statuses, NpgsqlDbType.Integer), Column(_errors, NpgsqlDbType.Text));
    }
}

/// <summary>How a new state moves the moment at which the scheduler looks at its monitor.</summary>
internal enum DueAt
{
    /// <summary>Only to an earlier moment: a heartbeat leaves the old, too early one in its place and so writes no index.</summary>
    Earlier,

    /// <summary>To the new deadline, whatever stood there.</summary>
    Exactly,
}
