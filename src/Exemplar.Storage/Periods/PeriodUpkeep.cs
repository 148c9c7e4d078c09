using Exemplar.Core.Periods;
using Exemplar.Storage.Retention;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Periods;

/// <summary>
/// Rolls settled days up and then removes old periods, each in small steps.
/// Invariant: every period that begins before the bookmark is in the roll-up of its day, and nothing is removed that
/// does not. The bookmark only moves forward, by a guarded update in the transaction of the roll-ups it stands for.
/// </summary>
internal sealed class PeriodUpkeep(StorageEngine engine)
{
    private const string FromBookmark = "rollup_from";
    private const string MonitorBookmark = "rollup_monitor";
    private const int PeriodsPerStep = 200;
    private const int RemovedPerStep = 500;

    private readonly record struct Position(long FromMs, long MonitorNumber);

    private readonly record struct MonitorDay(int MonitorNumber, int Day);

    /// <inheritdoc cref="PeriodStore.RollUpAsync"/>
    public async Task<UpkeepStep> RollUpAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = DailyRollup.StartOf(await SettledBeforeAsync(now, cancellationToken)).ToMs();
        Position? before;
        List<PeriodRow> next;
        Dictionary<MonitorDay, DailyRollup> rollups;
        await using (var db = engine.Read())
        {
            before = await ReadPositionAsync(db, cancellationToken);
            var start = before ?? new Position(long.MinValue, 0);
            if (start.FromMs >= until) return default;
            next = await NextAsync(db, start, until, cancellationToken);
            rollups = await RollupsAsync(db, next, cancellationToken);
        }

        var more = next.Count == PeriodsPerStep;
        // With nothing left the bookmark goes to the border itself, so that quiet days count as rolled up too.
        var after = more ? new Position(next[^1].FromMs, next[^1].MonitorNumber) : new Position(until, 0);
        return await engine.WriteAsync(async unit =>
        {
            // When somebody else took the step, their roll-ups are the same as ours.
            if (await MoveAsync(unit.Db, before, after, cancellationToken))
                foreach (var (at, rollup) in rollups) await StoreAsync(unit.Db, at.MonitorNumber, rollup, cancellationToken);
            return new UpkeepStep(Removed: 0, more);
        }, cancellationToken);
    }

    /// <inheritdoc cref="PeriodStore.PruneAsync"/>
    public Task<UpkeepStep> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            if (await RolledUpToAsync(unit.Db, cancellationToken) is not { } rolledUpTo) return default;
            var rolledUpMs = DailyRollup.StartOf(rolledUpTo).ToMs();
            var endedMs = now.AddDays(-Core.Organizations.Retention.PeriodDays).ToMs();
            var removed = await unit.Db.Database.ExecuteSqlAsync(
                $"""
                DELETE FROM periods WHERE (monitor_number, from_ms) IN
                    (SELECT monitor_number, from_ms FROM periods
                     WHERE to_ms < {endedMs} AND from_ms < {rolledUpMs} ORDER BY to_ms LIMIT {RemovedPerStep})
                """, cancellationToken);
            return new UpkeepStep(removed, removed == RemovedPerStep);
        }, cancellationToken);

    /// <summary>The first day that is not wholly rolled up; null when nothing ever was.</summary>
    internal static async Task<DateOnly?> RolledUpToAsync(ExemplarDb db, CancellationToken cancellationToken) =>
        await db.Bookmarks.Where(b => b.Name == FromBookmark).Select(b => (long?)b.Value).SingleOrDefaultAsync(cancellationToken) is { } ms
            ? DailyRollup.DayOf(UnixTime.FromMs(ms))
            : null;

    // A deadline that waits to be judged, after a long stop for example, will begin a period in its own past: the days
    // from there on are not settled yet, however old they are.
    private async Task<DateOnly> SettledBeforeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settled = DailyRollup.SettledBefore(now);
        var due = await engine.Deadlines.NextDueAtAsync(cancellationToken);
        return due is { } at && DailyRollup.DayOf(at) < settled ? DailyRollup.DayOf(at) : settled;
    }

    private static async Task<Position?> ReadPositionAsync(ExemplarDb db, CancellationToken cancellationToken)
    {
        var values = await db.Bookmarks.AsNoTracking()
            .Where(b => b.Name == FromBookmark || b.Name == MonitorBookmark)
            .ToDictionaryAsync(b => b.Name, b => b.Value, StringComparer.Ordinal, cancellationToken);
        return values.TryGetValue(FromBookmark, out var from) ? new Position(from, values[MonitorBookmark]) : null;
    }

    private static Task<List<PeriodRow>> NextAsync(
        ExemplarDb db, Position start, long until, CancellationToken cancellationToken) =>
        db.Periods.AsNoTracking()
            .Where(p => p.FromMs >= start.FromMs && p.FromMs < until
                && (p.FromMs > start.FromMs || p.MonitorNumber > start.MonitorNumber))
            .OrderBy(p => p.FromMs).ThenBy(p => p.MonitorNumber)
            .Take(PeriodsPerStep)
            .ToListAsync(cancellationToken);

    private static async Task<Dictionary<MonitorDay, DailyRollup>> RollupsAsync(
        ExemplarDb db, IEnumerable<PeriodRow> periods, CancellationToken cancellationToken)
    {
        var rollups = new Dictionary<MonitorDay, DailyRollup>();
        foreach (var at in periods.Select(DayOf).Distinct())
        {
            var day = DateOnly.FromDayNumber(at.Day);
            var from = DailyRollup.StartOf(day);
            var rows = await PeriodStore.Overlapping(db, at.MonitorNumber, from, from.AddDays(1)).ToListAsync(cancellationToken);
            if (DailyRollup.Of(day, [.. rows.Select(PeriodStore.Read)]) is { } rollup) rollups[at] = rollup;
        }
        return rollups;
    }

    private static MonitorDay DayOf(PeriodRow period) =>
        new(period.MonitorNumber, DailyRollup.DayOf(UnixTime.FromMs(period.FromMs)).DayNumber);

    private static async Task<bool> MoveAsync(
        ExemplarDb db, Position? before, Position after, CancellationToken cancellationToken)
    {
        if (before is not { } from)
        {
            return await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO bookmarks (name, value) VALUES ({FromBookmark}, {after.FromMs}), ({MonitorBookmark}, {after.MonitorNumber})
                ON CONFLICT (name) DO NOTHING
                """, cancellationToken) == 2;
        }
        // One statement guards both halves; the second may then move without a question.
        var moved = await db.Bookmarks
            .Where(b => b.Name == FromBookmark && b.Value == from.FromMs
                && db.Bookmarks.Any(m => m.Name == MonitorBookmark && m.Value == from.MonitorNumber))
            .ExecuteUpdateAsync(set => set.SetProperty(b => b.Value, after.FromMs), cancellationToken);
        if (moved != 1) return false;
        await db.Bookmarks.Where(b => b.Name == MonitorBookmark)
            .ExecuteUpdateAsync(set => set.SetProperty(b => b.Value, after.MonitorNumber), cancellationToken);
        return true;
    }

    private static Task<int> StoreAsync(
        ExemplarDb db, int monitorNumber, DailyRollup rollup, CancellationToken cancellationToken)
    {
        var upMs = (long)rollup.Uptime.Up.TotalMilliseconds;
        var downMs = (long)rollup.Uptime.Down.TotalMilliseconds;
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO rollups (monitor_number, day, up_ms, down_ms, last_status)
            SELECT number, {rollup.Day.DayNumber}, {upMs}, {downMs}, {(int)rollup.LastStatus} FROM monitors WHERE number = {monitorNumber}
            ON CONFLICT (monitor_number, day) DO UPDATE SET
                up_ms = excluded.up_ms, down_ms = excluded.down_ms, last_status = excluded.last_status
            """, cancellationToken);
    }
}
