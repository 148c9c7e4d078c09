using Exemplar.Core.Monitors;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>A management transaction. The row lock of <see cref="LockAsync"/> keeps heartbeats and verdicts away until its end.</summary>
internal sealed class PostgresWriteUnit(ExemplarDb db, DueFloor floor) : WriteUnit(db)
{
    private PostgresRowWriter? _rows;

    /// <summary>True when there are changes that have to be followed up.</summary>
    public bool LeavesWord { get; private set; }

    internal override RowWriter Rows => _rows ??= new PostgresRowWriter(Connection, Db.Model);

    private NpgsqlConnection Connection => (NpgsqlConnection)Db.Database.GetDbConnection();

    internal override async Task AddAsync(MonitorDefinition definition, LifecycleDecision decision, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(Connection);
        var insert = new NpgsqlBatchCommand(
            """
            INSERT INTO monitor_states (monitor_number, kind, interval_ms, grace_ms, status, since_ms, last_heartbeat_at_ms, counts_from_ms,
                next_expected_at_ms, due_at_ms, organization_number, check_count, other_check_count)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0)
            """);
        AddRow(insert, definition, decision.Next);
        Add(insert, definition.OrganizationNumber);
        batch.BatchCommands.Add(insert);

        var writes = new LifecycleWrites();
        writes.AddPeriods(definition.Number, decision.Next, decision.Changes);
        writes.AddAllCommands(batch, DueAt.Exactly);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        writes.Verify(batch);
        LeavesWord |= writes.LeavesWord;
    }

    internal override async Task<MonitorState?> LockAsync(int monitorNumber, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {StateRow.Columns} FROM monitor_states s WHERE s.monitor_number = $1 FOR NO KEY UPDATE", Connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = monitorNumber });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? StateRow.Read(reader).State : null;
    }

    internal override async Task ApplyAsync(
        MonitorDefinition definition, MonitorState before, LifecycleDecision decision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(Connection);
        // The guard: the row still is what the decision was made on.
        var update = new NpgsqlBatchCommand(
            """
            UPDATE monitor_states SET kind = $2, interval_ms = $3, grace_ms = $4, status = $5, since_ms = $6, last_heartbeat_at_ms = $7,
                counts_from_ms = $8, next_expected_at_ms = $9, due_at_ms = $10, other_check_count = other_check_count + $11
            WHERE monitor_number = $1 AND status = $12 AND since_ms = $13 AND last_heartbeat_at_ms IS NOT DISTINCT FROM $14
                AND counts_from_ms IS NOT DISTINCT FROM $15 AND next_expected_at_ms IS NOT DISTINCT FROM $16
            """);
        AddRow(update, definition, decision.Next);
        Add(update, decision.Missed.Count);
        AddState(update, before);
        batch.BatchCommands.Add(update);

        var writes = new LifecycleWrites();
        writes.AddPeriods(definition.Number, before, decision.Changes);
        writes.AddMissed(definition.Number, decision.Missed, now.ToMs());
        writes.AddAllCommands(batch, DueAt.Exactly);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        if (update.RecordsAffected != 1)
            throw new InvalidOperationException($"The decision on monitor number {definition.Number} was not made on its present state.");
        writes.Verify(batch);
        LeavesWord |= writes.LeavesWord;
    }

    internal override async Task RemoveAsync(int monitorNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        LeavesWord |= await Db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO status_changes (monitor_number, from_status, to_status, at_ms, error)
            SELECT s.monitor_number, s.status, NULL, {now.ToMs()}, NULL FROM monitor_states s
            WHERE s.monitor_number = {monitorNumber} AND s.status = {(int)MonitorStatus.Down}
            """, cancellationToken) > 0;
        await Db.MonitorStates.Where(s => s.MonitorNumber == monitorNumber).ExecuteDeleteAsync(cancellationToken);
        Db.RemovedMonitors.Add(new RemovedMonitorRow { MonitorNumber = monitorNumber });
        await Db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Ten parameters: number, kind, interval, grace, the state, and its deadline.</summary>
    private void AddRow(NpgsqlBatchCommand command, MonitorDefinition definition, in MonitorState state)
    {
        Add(command, definition.Number);
        Add(command, (int)definition.Kind);
        Add(command, (long)definition.Schedule.Interval.TotalMilliseconds);
        Add(command, (long)definition.Schedule.Grace.TotalMilliseconds);
        AddState(command, state);
        var dueAtMs = StateRow.DeadlineMs(state, definition.Schedule);
        if (dueAtMs is { } dueMs) floor.Lower(dueMs);
        Add(command, dueAtMs);
    }

    private static void AddState(NpgsqlBatchCommand command, in MonitorState state)
    {
        Add(command, (int)state.Status);
        Add(command, state.Since.ToMs());
        Add(command, state.LastHeartbeatAt.ToMs());
        Add(command, state.CountsFrom.ToMs());
        Add(command, state.NextExpectedAt.ToMs());
    }

    private static void Add<T>(NpgsqlBatchCommand command, T value) =>
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}
