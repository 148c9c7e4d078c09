using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Checks;
using Microsoft.Data.Sqlite;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// The statements of the writing connection. Used only by the holder of the <see cref="WriteGate"/>; nothing here touches
/// the monitors in memory, so a rollback undoes all of it.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _appendHeartbeat;
    private readonly Statement _insertCheck;
    private readonly Statement _closePeriod;
    private readonly Statement _openPeriod;
    private readonly Statement _insertState;
    private readonly Statement _updateState;
    private readonly Statement _saveState;
    private readonly Statement _noteChange;
    private readonly WakeSignal _changeLeft;
    private bool _leavesWord;

    public SqliteWriter(SqliteConnection connection, WakeSignal changeLeft)
    {
        Connection = connection;
        _changeLeft = changeLeft;
        _begin = new Statement(connection, "BEGIN IMMEDIATE");
        _commit = new Statement(connection, "COMMIT");
        _rollback = new Statement(connection, "ROLLBACK");
        _appendHeartbeat = new Statement(connection,
            "INSERT INTO heartbeats (seq, monitor_number, at_ms, check_random, ordinal, prev, anchor, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        _insertCheck = new Statement(connection,
            "INSERT INTO checks (monitor_number, at_ms, check_random, outcome, source, error, latency_ms, metadata, received_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _closePeriod = new Statement(connection,
            "UPDATE periods SET to_ms = ? WHERE monitor_number = ? AND from_ms = ? AND to_ms IS NULL");
        _openPeriod = new Statement(connection,
            "INSERT INTO periods (monitor_number, from_ms, to_ms, status, error) VALUES (?, ?, NULL, ?, ?) " +
            "ON CONFLICT (monitor_number, from_ms) DO UPDATE SET to_ms = NULL, status = excluded.status, error = excluded.error");
        _insertState = new Statement(connection,
            "INSERT INTO monitor_states (status, since_ms, last_heartbeat_at_ms, counts_from_ms, next_expected_at_ms, head_seq, head_at_ms, head_ordinal, anchor_seq, pruned_ordinal, other_check_count, monitor_number, organization_number) " +
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        // The guard: the row still is what the decision was made on.
        _updateState = new Statement(connection,
            "UPDATE monitor_states SET status = ?, since_ms = ?, last_heartbeat_at_ms = ?, counts_from_ms = ?, next_expected_at_ms = ?, " +
            "head_seq = ?, head_at_ms = ?, head_ordinal = ?, anchor_seq = ?, pruned_ordinal = ?, other_check_count = ? " +
            "WHERE monitor_number = ? AND status = ? AND since_ms = ?");
        _saveState = new Statement(connection,
            "UPDATE monitor_states SET status = ?, since_ms = ?, last_heartbeat_at_ms = ?, counts_from_ms = ?, next_expected_at_ms = ?, " +
            "head_seq = ?, head_at_ms = ?, head_ordinal = ?, anchor_seq = ?, pruned_ordinal = ?, other_check_count = ? " +
            "WHERE monitor_number = ?");
        _noteChange = new Statement(connection,
            "INSERT INTO status_changes (monitor_number, from_status, to_status, at_ms, error) VALUES (?, ?, ?, ?, ?)");
    }

    public SqliteConnection Connection { get; }

    public void Begin() => _begin.Execute();

    public void Commit()
    {
        _commit.Execute();
        Committed();
    }

    /// <summary>A transaction was committed, by whomever.</summary>
    public void Committed()
    {
        if (!_leavesWord) return;
        _leavesWord = false;
        _changeLeft.Set();
    }

    /// <summary>Takes back what was not committed; SQLite may already have done so itself, as after a full disk.</summary>
    public void Rollback()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(Connection.Handle) == 0) _rollback.Execute();
    }

    /// <summary>Appends a heartbeat to the log as the new head of its monitor's chain.</summary>
    public void AppendHeartbeat(long seq, int monitorNumber, long atMs, EntityId checkId, in Chain before, ReadOnlySpan<byte> metadata) =>
        _appendHeartbeat.Bind(1, seq).Bind(2, monitorNumber).Bind(3, atMs).Bind(4, unchecked((long)checkId.Random))
            .Bind(5, before.Ordinal + 1).Bind(6, before.HeadSeq).Bind(7, before.AnchorSeq).Bind(8, metadata).Execute();

    public void InsertCheck(
        int monitorNumber, long atMs, ulong random, CheckOutcome outcome, CheckSource source, string? error,
        ReadOnlySpan<byte> metadata, long receivedAtMs) =>
        _insertCheck.Bind(1, monitorNumber).Bind(2, atMs).Bind(3, unchecked((long)random)).Bind(4, (int)outcome).Bind(5, (int)source)
            .Bind(6, error).Bind(7, (long?)null).Bind(8, metadata).Bind(9, receivedAtMs).Execute();

    /// <summary>Writes the checks of missed deadlines.</summary>
    public void InsertMissed(int monitorNumber, IReadOnlyList<MissedDeadline> missed, long storedAtMs)
    {
        for (var i = 0; i < missed.Count; i++)
        {
            var random = unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue));
            InsertCheck(monitorNumber, missed[i].At.ToMs(), random, missed[i].Outcome, CheckSource.Deadline, missed[i].Error, default, storedAtMs);
        }
    }

    /// <summary>Ends the period that began at <paramref name="sinceMs"/> and begins the next; an empty period is replaced.</summary>
    public void ChangePeriod(int monitorNumber, long sinceMs, StatusChange change)
    {
        var atMs = change.At.ToMs();
        if (atMs != sinceMs && _closePeriod.Bind(1, atMs).Bind(2, monitorNumber).Bind(3, sinceMs).Execute() != 1)
            throw new InvalidOperationException($"Monitor number {monitorNumber} has no open period since {sinceMs}.");
        OpenPeriod(monitorNumber, change);
    }

    public void OpenPeriod(int monitorNumber, StatusChange change) =>
        _openPeriod.Bind(1, monitorNumber).Bind(2, change.At.ToMs()).Bind(3, (int)change.To).Bind(4, change.Error).Execute();

    public void InsertState(int monitorNumber, int organizationNumber, in MonitorState state)
    {
        var monitor = new LiveMonitor { State = state };
        BindState(_insertState, monitor);
        _insertState.Bind(12, monitorNumber).Bind(13, organizationNumber).Execute();
    }

    /// <summary>Stores a decision: the periods it changes, and the state, guarded by the one it was made on.</summary>
    /// <param name="monitorNumber">Whose.</param>
    /// <param name="before">The state the decision was made on.</param>
    /// <param name="changes">The changes of status, in order.</param>
    /// <param name="after">The monitor as it will be.</param>
    public void StoreDecision(int monitorNumber, in MonitorState before, IReadOnlyList<StatusChange> changes, in LiveMonitor after)
    {
        var sinceMs = before.Since.ToMs();
        var status = before.Status;
        for (var i = 0; i < changes.Count; i++)
        {
            ChangePeriod(monitorNumber, sinceMs, changes[i]);
            if (changes[i].ConcernsPeople(status)) NoteChange(monitorNumber, status, changes[i].To, changes[i].At.ToMs(), changes[i].Error);
            (sinceMs, status) = (changes[i].At.ToMs(), changes[i].To);
        }

        BindState(_updateState, after);
        if (_updateState.Bind(12, monitorNumber).Bind(13, (int)before.Status).Bind(14, before.Since.ToMs()).Execute() != 1)
            throw new InvalidOperationException($"The state of monitor number {monitorNumber} on disk is not the one in memory.");
    }

    /// <summary>Leaves word of a change that has to be followed up; see <see cref="Schema.StatusChangeRow"/>.</summary>
    public void NoteChange(int monitorNumber, MonitorStatus from, MonitorStatus? to, long atMs, string? error)
    {
        // Stays set after a rollback: then somebody is woken for nothing.
        _leavesWord = true;
        _noteChange.Bind(1, monitorNumber).Bind(2, (int)from).Bind(3, (long?)to).Bind(4, atMs).Bind(5, error).Execute();
    }

    /// <summary>Saves moments that moved without a decision; the status on disk is already right.</summary>
    public void SaveState(int monitorNumber, in LiveMonitor monitor)
    {
        BindState(_saveState, monitor);
        _saveState.Bind(12, monitorNumber).Execute();
    }

    public void Dispose()
    {
        Statement[] statements =
        [
            _begin, _commit, _rollback, _appendHeartbeat, _insertCheck, _closePeriod, _openPeriod, _insertState, _updateState, _saveState, _noteChange,
        ];
        foreach (var statement in statements) statement.Dispose();
    }

    private static void BindState(Statement statement, in LiveMonitor monitor) =>
        statement.Bind(1, (int)monitor.Status).Bind(2, monitor.SinceMs).Bind(3, Nullable(monitor.LastHeartbeatAtMs))
            .Bind(4, Nullable(monitor.CountsFromMs)).Bind(5, Nullable(monitor.NextExpectedAtMs))
            .Bind(6, monitor.Chain.HeadSeq).Bind(7, monitor.Chain.HeadAtMs).Bind(8, monitor.Chain.Ordinal).Bind(9, monitor.Chain.AnchorSeq)
            .Bind(10, monitor.PrunedOrdinal).Bind(11, monitor.OtherCheckCount);

    private static long? Nullable(long ms) => ms == LiveMonitor.None ? null : ms;
}
