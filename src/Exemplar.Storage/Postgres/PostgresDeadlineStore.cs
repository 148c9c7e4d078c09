using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Deadlines;
using Npgsql;
using NpgsqlTypes;

namespace Exemplar.Storage.Postgres;

/// <summary>
/// Claims due monitors by locking their rows. Nothing here waits for a row: one that somebody else holds, a heartbeat
/// on its way or another node's scheduler, is passed over and is still due afterwards.
/// </summary>
internal sealed class PostgresDeadlineStore(NpgsqlDataSource source, DueFloor floor, WakeSignal changeLeft) : IDeadlineStore
{
    /// <summary>A monitor that could not be judged is looked at again after this many milliseconds.</summary>
    private const long RetryAfterMs = 30_000;

    /// <summary>Monitors in one transaction: their heartbeats wait for its end.</summary>
    private const int AtOnce = 1_000;

    private const string Claim =
        $"""
        SELECT {StateRow.Columns} FROM monitor_states s WHERE s.due_at_ms < $1 AND s.due_at_ms >= $3
        ORDER BY s.due_at_ms LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
        """;

    private const string ClaimOne =
        $"SELECT {StateRow.Columns} FROM monitor_states s WHERE s.due_at_ms < $1 AND s.monitor_number = $2 FOR NO KEY UPDATE SKIP LOCKED";

    public async Task<DeadlineRun> JudgeAsync(
        DateTimeOffset horizon, Excuses excuses, int limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        limit = Math.Min(limit, AtOnce);
        var claimed = new List<int>();
        try
        {
            try
            {
                return await JudgeAsync(
                    connection => ClaimAsync(connection, horizon.ToMs(), limit, cancellationToken), horizon, excuses, limit, clock, claimed, cancellationToken);
            }
            catch (Exception exception) when (claimed.Count > 0 && exception is not OperationCanceledException && !exception.IsUnavailable())
            {
                // One of them cannot be stored. The others must not suffer for it.
                return await JudgeOneByOneAsync(horizon, excuses, limit, clock, claimed, cancellationToken);
            }
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    public async Task<DateTimeOffset?> NextDueAtAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand("SELECT min(due_at_ms) FROM monitor_states WHERE due_at_ms >= $1");
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = floor.Ms });
            return UnixTime.FromMs(await command.ExecuteScalarAsync(cancellationToken) as long?);
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    public async Task<int> SetClockBackAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var (changed, last) = (0, 0);
            while (true)
            {
                var step = await SetClockBackAsync(now, last, cancellationToken);
                changed += step.Changed;
                if (step.Last is not { } next) return changed;
                last = next;
            }
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    private async Task<DeadlineRun> JudgeAsync(
        Func<NpgsqlConnection, Task<List<StateRow>>> claim, DateTimeOffset horizon, Excuses excuses, int limit,
        TimeProvider clock, List<int> claimed, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var recordedAtMs = clock.GetUtcNow().ToMs();
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = await claim(connection);
        if (rows.Count == 0) return new DeadlineRun(0, [], 0, More: false);
        claimed.AddRange(rows.Select(row => row.MonitorNumber));

        var writes = new LifecycleWrites();
        var verdicts = new Dictionary<int, LifecycleDecision>();
        var failed = 0;
        foreach (var row in rows)
            if (!TryDecide(row, horizon, excuses, recordedAtMs, writes, verdicts)) failed++;

        var judged = new List<JudgedMonitor>(verdicts.Count);
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(IdsOf([.. verdicts.Keys]));
            writes.AddAllCommands(batch, DueAt.Exactly);
            await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    var decision = verdicts[reader.GetInt32(0)];
                    judged.Add(new JudgedMonitor(EntityId.FromBytes(reader.GetFieldValue<byte[]>(1)), decision.Changes, decision.Missed));
                }
            }
            writes.Verify(batch);
        }
        await transaction.CommitAsync(cancellationToken);
        if (writes.LeavesWord) changeLeft.Set();
        return new DeadlineRun(rows.Count, judged, failed, More: rows.Count == limit);
    }

    private async Task<List<StateRow>> ClaimAsync(NpgsqlConnection connection, long horizonMs, int limit, CancellationToken cancellationToken)
    {
        var (fromMs, ticket) = floor.Begin(horizonMs);
        var rows = await ReadAsync(connection, Claim, cancellationToken, horizonMs, limit, fromMs);
        floor.Raise(rows is [var first, ..] ? first.DueAtMs ?? horizonMs : horizonMs, ticket);
        return rows;
    }

    private static bool TryDecide(
        in StateRow row, DateTimeOffset horizon, Excuses excuses, long recordedAtMs, LifecycleWrites writes,
        Dictionary<int, LifecycleDecision> verdicts)
    {
        try
        {
            var decision = MonitorLifecycle.OnDeadline(row.State, row.Schedule, excuses.For(row.OrganizationNumber, row.MonitorNumber), horizon);
            var dueAtMs = StateRow.DeadlineMs(decision.Next, row.Schedule);
            writes.AddMissed(row.MonitorNumber, decision.Missed, recordedAtMs);
            writes.AddPeriods(row.MonitorNumber, row.State, decision.Changes);
            writes.AddState(row.MonitorNumber, decision.Next, dueAtMs, heartbeats: 0, decision.Missed.Count);
            if (!decision.IsQuiet) verdicts[row.MonitorNumber] = decision;
            return true;
        }
        catch (Exception)
        {
            writes.AddState(row.MonitorNumber, row.State, horizon.ToMs() + RetryAfterMs, heartbeats: 0, others: 0);
            return false;
        }
    }

    private async Task<DeadlineRun> JudgeOneByOneAsync(
        DateTimeOffset horizon, Excuses excuses, int limit, TimeProvider clock, List<int> claimed, CancellationToken cancellationToken)
    {
        var judged = new List<JudgedMonitor>();
        var (looked, failed) = (0, 0);
        foreach (var number in claimed)
        {
            try
            {
                var run = await JudgeAsync(
                    connection => ReadAsync(connection, ClaimOne, cancellationToken, horizon.ToMs(), number), horizon, excuses, limit, clock, [], cancellationToken);
                looked += run.Looked;
                failed += run.Failed;
                judged.AddRange(run.Judged);
            }
            catch (Exception exception) when (exception is not OperationCanceledException && !exception.IsUnavailable())
            {
                looked++;
                failed++;
                await PutOffAsync(number, horizon.ToMs(), cancellationToken);
            }
        }
        return new DeadlineRun(looked, judged, failed, More: claimed.Count == limit);
    }

    private async Task PutOffAsync(int number, long horizonMs, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("UPDATE monitor_states SET due_at_ms = $1 WHERE monitor_number = $2 AND due_at_ms < $3");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = horizonMs + RetryAfterMs });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = horizonMs });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<(int Changed, int? Last)> SetClockBackAsync(DateTimeOffset now, int after, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = await ReadAsync(
            connection,
            $"""
            SELECT {StateRow.Columns} FROM monitor_states s
            WHERE (s.counts_from_ms > $1 OR s.next_expected_at_ms > $1 + s.interval_ms) AND s.monitor_number > $2
            ORDER BY s.monitor_number LIMIT {AtOnce} FOR NO KEY UPDATE
            """,
            cancellationToken, now.ToMs(), after);
        if (rows.Count == 0) return (0, null);

        var writes = new LifecycleWrites();
        var changed = 0;
        foreach (var row in rows)
        {
            var next = MonitorLifecycle.OnClockSetBack(row.State, row.Schedule, now).Next;
            if (next == row.State) continue;
            var dueMs = StateRow.DeadlineMs(next, row.Schedule);
            if (dueMs is { } earlier) floor.Lower(earlier);
            writes.AddState(row.MonitorNumber, next, dueMs, heartbeats: 0, others: 0);
            changed++;
        }
        await using var batch = new NpgsqlBatch(connection);
        writes.AddAllCommands(batch, DueAt.Exactly);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        writes.Verify(batch);
        await transaction.CommitAsync(cancellationToken);
        return (changed, rows[^1].MonitorNumber);
    }

    private static async Task<List<StateRow>> ReadAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params long[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<StateRow>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(StateRow.Read(reader));
        return rows;
    }

    private static NpgsqlBatchCommand IdsOf(int[] numbers)
    {
        var command = new NpgsqlBatchCommand("SELECT number, id FROM monitors WHERE number = ANY($1)");
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        return command;
    }
}
