using Exemplar.Storage.Retention;
using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>
/// Removes checks that nobody keeps any more. The longest age that any organization keeps goes by whole partitions, which
/// costs next to nothing and lets a check outlive its age by a week at most; shorter ages and counts go row by row, in
/// steps. One node prunes at a time; how far it came is kept in bookmarks.
/// </summary>
internal sealed class PostgresPruner(NpgsqlDataSource source, CheckPartitions partitions)
{
    private const int RowsPerStep = 500;

    /// <summary>How many monitors one step asks for old checks.</summary>
    private const int MonitorsByAge = 500;

    /// <summary>How many monitors one step compares with the count they may keep. There is one each second, also when nothing is to be done.</summary>
    private const int MonitorsByCount = 5_000;

    private const long DayMs = 86_400_000;

    /// <summary>An age is swept again when so much has come of it.</summary>
    private const long SweepEveryMs = 600_000;

    /// <summary>
    /// A sweep looks so far back behind the one before: a heartbeat may come 7 days late, and the sweep itself takes time.
    /// </summary>
    private const long SweepOverlapMs = 8 * DayMs;

    private const string CountBookmark = "pruned_by_count_through_monitor";

    public async Task<UpkeepStep> StepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var removed = 0;
        long? longestAgeCutoffMs = null;
        await using (var connection = await source.OpenConnectionAsync(cancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            var step = new PruneStep(connection, cancellationToken);
            if (await step.ScalarAsync($"SELECT pg_try_advisory_xact_lock({CheckPartitions.UpkeepLock})::int::bigint") != 1) return default;
            removed += await RemoveDeletedMonitorsAsync(step);
            if (removed < RowsPerStep) removed += await RemoveByAgeAsync(step, now.ToMs());
            longestAgeCutoffMs = now.ToMs() - (await step.ScalarAsync("SELECT max(check_days)::bigint FROM organizations") * DayMs);
            if (removed < RowsPerStep && longestAgeCutoffMs is { } cutoffMs) removed += await RemoveStraysAsync(step, cutoffMs);
            if (removed < RowsPerStep) removed += await RemoveByCountAsync(step);
            await transaction.CommitAsync(cancellationToken);
        }
        if (removed < RowsPerStep && longestAgeCutoffMs is { } expiredMs)
            removed += await partitions.DropExpiredAsync(expiredMs, now, cancellationToken) ?? 0;
        return new UpkeepStep(removed, More: removed >= RowsPerStep / 2);
    }

    private static async Task<int> RemoveDeletedMonitorsAsync(PruneStep step)
    {
        if (await step.ScalarAsync("SELECT monitor_number::bigint FROM removed_monitors ORDER BY monitor_number LIMIT 1") is not { } number) return 0;
        // Up to the moment of the last check of this step; checks of one millisecond are few.
        var through = await step.ScalarAsync(
            $"SELECT at_ms FROM checks WHERE monitor_number = $1 ORDER BY at_ms OFFSET {RowsPerStep - 1} LIMIT 1", number);
        var removed = await step.ExecuteAsync("DELETE FROM checks WHERE monitor_number = $1 AND at_ms <= $2", number, through ?? long.MaxValue);
        if (through is not null) return removed;

        removed += await step.ExecuteAsync(
            $"DELETE FROM periods WHERE monitor_number = $1 AND from_ms IN (SELECT from_ms FROM periods WHERE monitor_number = $1 LIMIT {RowsPerStep})", number);
        removed += await step.ExecuteAsync(
            $"DELETE FROM rollups WHERE monitor_number = $1 AND day IN (SELECT day FROM rollups WHERE monitor_number = $1 LIMIT {RowsPerStep})", number);
        if (removed < RowsPerStep) await step.ExecuteAsync("DELETE FROM removed_monitors WHERE monitor_number = $1", number);
        return removed;
    }

    /// <summary>One window of monitors of one organization that keeps its checks shorter than another does.</summary>
    private static async Task<int> RemoveByAgeAsync(PruneStep step, long nowMs)
    {
        // The name carries the days: with another age an organization starts from the beginning.
        var due = await step.RowAsync(
            $"""
            SELECT o.number::bigint, o.check_days::bigint, coalesce(swept.value, 0) FROM organizations o
            LEFT JOIN bookmarks swept ON swept.name = 'pruned_' || o.number || '_through_' || o.check_days || '_days'
            WHERE o.check_days < (SELECT max(check_days) FROM organizations)
                AND coalesce(swept.value, 0) < $1 - o.check_days::bigint * {DayMs} - {SweepEveryMs}
            ORDER BY 3, 1 LIMIT 1
            """, nowMs);
        if (due is not [var organization, var days, var sweptMs]) return 0;

        var sweep = $"pruned_{organization}_through_{days}_days";
        var position = $"pruning_{organization}_of_{days}_days";
        var cutoffMs = nowMs - (days * DayMs);
        var after = await step.ScalarAsync("SELECT value FROM bookmarks WHERE name = $1", position) ?? 0;
        var last = await step.ScalarAsync(
            $"SELECT max(number)::bigint FROM (SELECT number FROM monitors WHERE organization_number = $1 AND number > $2 ORDER BY number LIMIT {MonitorsByAge}) m",
            organization, after);
        if (last is null)
        {
            await step.ExecuteAsync("DELETE FROM bookmarks WHERE name = $1", position);
            await step.SaveBookmarkAsync(sweep, cutoffMs);
            return 0;
        }

        var removed = await step.RemoveChecksAsync(
            $"""
            SELECT c.monitor_number, c.at_ms, c.check_random FROM monitors m CROSS JOIN LATERAL (
                SELECT monitor_number, at_ms, check_random FROM checks
                WHERE monitor_number = m.number AND at_ms >= $4 AND at_ms < $5 ORDER BY at_ms LIMIT {RowsPerStep}) c
            WHERE m.organization_number = $1 AND m.number > $2 AND m.number <= $3 LIMIT {RowsPerStep}
            """, organization, after, last, Math.Max(0, sweptMs - SweepOverlapMs), cutoffMs);
        // A full step may have left some of the window.
        if (removed < RowsPerStep) await step.SaveBookmarkAsync(position, last.Value);
        return removed;
    }

    /// <summary>What has no week of its own has no partition to be dropped with.</summary>
    private static Task<int> RemoveStraysAsync(PruneStep step, long cutoffMs) => step.RemoveChecksAsync(
        $"SELECT monitor_number, at_ms, check_random FROM checks_default WHERE at_ms < $1 LIMIT {RowsPerStep}", cutoffMs);

    /// <summary>The next monitor that has more checks than it may keep, heartbeats and others each by themselves.</summary>
    private static async Task<int> RemoveByCountAsync(PruneStep step)
    {
        // Some slack, so that a busy monitor is trimmed now and then and not at every heartbeat. A bookmark below zero
        // says that a monitor's trimming has begun: then it is carried to its end.
        var bookmark = await step.ScalarAsync("SELECT value FROM bookmarks WHERE name = $1", CountBookmark) ?? 0;
        var after = bookmark < 0 ? -bookmark - 1 : bookmark;
        const string Slack = "CASE WHEN s.monitor_number = -$2 THEN 0 ELSE greatest(256, o.check_count / 8) END";
        var over = await step.RowAsync(
            $"""
            SELECT s.monitor_number::bigint, o.check_count::bigint, (s.check_count > o.check_count + {Slack})::int::bigint
            FROM monitor_states s JOIN organizations o ON o.number = s.organization_number
            WHERE s.monitor_number > $1 AND s.monitor_number <= $1 + {MonitorsByCount}
                AND greatest(s.check_count, s.other_check_count) > o.check_count + {Slack}
            ORDER BY s.monitor_number LIMIT 1
            """, after, bookmark);
        if (over is not [var number, var keep, var heartbeats])
        {
            var end = await step.ScalarAsync("SELECT max(monitor_number)::bigint FROM monitor_states") ?? 0;
            await step.SaveBookmarkAsync(CountBookmark, after + MonitorsByCount < end ? after + MonitorsByCount : 0);
            return 0;
        }

        var removed = await TrimAsync(step, number, keep, heartbeats == 1);
        await step.SaveBookmarkAsync(CountBookmark, -number);
        return removed;
    }

    private static async Task<int> TrimAsync(PruneStep step, long number, long keep, bool heartbeats)
    {
        var (column, ofKind) = heartbeats ? ("check_count", "source = 0") : ("other_check_count", "source <> 0");
        var removed = 0;
        var newestToGo = await step.RowAsync(
            $"SELECT at_ms, check_random FROM checks WHERE monitor_number = $1 AND {ofKind} ORDER BY at_ms DESC, check_random DESC OFFSET $2 LIMIT 1",
            number, keep);
        if (newestToGo is [var atMs, var random])
        {
            removed = await step.RemoveChecksAsync(
                $"""
                SELECT monitor_number, at_ms, check_random FROM checks
                WHERE monitor_number = $1 AND {ofKind} AND at_ms <= $2 AND (at_ms < $2 OR check_random <= $3) ORDER BY at_ms LIMIT {RowsPerStep}
                """, number, atMs, random);
        }
        // Dropped partitions made the count too high: the rows that are there say how many they are.
        if (removed < RowsPerStep)
        {
            await step.ExecuteAsync(
                $"UPDATE monitor_states SET {column} = (SELECT count(*) FROM checks WHERE monitor_number = $1 AND {ofKind}) WHERE monitor_number = $1", number);
        }
        return removed;
    }
}
