using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Storage.Retention;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Periods;

/// <summary>Stored periods of a range.</summary>
/// <param name="Periods">Those that overlap the range, unclipped, ordered by start.</param>
/// <param name="NextFrom">Where the first one begins that the limit left out; null when there is none.</param>
public sealed record PeriodRange(IReadOnlyList<Period> Periods, DateTimeOffset? NextFrom);

/// <summary>Reads the timeline, measures uptime, and keeps both small.</summary>
public sealed class PeriodStore(StorageEngine engine)
{
    private readonly PeriodUpkeep _upkeep = new(engine);

    /// <summary>Rolls up the days of some more periods that are settled; long ranges of uptime are read from that.</summary>
    /// <exception cref="StorageUnavailableException">The step did not take place.</exception>
    public Task<UpkeepStep> RollUpAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _upkeep.RollUpAsync(now, cancellationToken);

    /// <summary>Removes some periods that ended longer ago than <see cref="Core.Organizations.Retention.PeriodDays"/> and are rolled up.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public Task<UpkeepStep> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _upkeep.PruneAsync(now, cancellationToken);

    /// <summary>The stored periods of one monitor that overlap [<paramref name="from"/>, <paramref name="to"/>), at most <paramref name="limit"/>.</summary>
    public async Task<PeriodRange> ReadAsync(
        int monitorNumber, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await Overlapping(db, monitorNumber, from, to).Take(limit + 1).ToListAsync(cancellationToken);
        return new PeriodRange(
            [.. rows.Take(limit).Select(Read)],
            rows.Count > limit ? UnixTime.FromMs(rows[limit].FromMs) : null);
    }

    /// <summary>
    /// The stored periods of several monitors that overlap [<paramref name="from"/>, <paramref name="to"/>), by monitor number,
    /// for a page of bars: at most <paramref name="limit"/> together, the latest ones where there are more.
    /// </summary>
    public async Task<ILookup<int, Period>> ReadAsync(
        IReadOnlyCollection<int> monitorNumbers, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await Overlapping(db, monitorNumbers, from, to)
            .OrderByDescending(p => p.FromMs)
            .Take(limit)
            .ToListAsync(cancellationToken);
        rows.Reverse();
        return rows.ToLookup(p => p.MonitorNumber, Read);
    }

    /// <summary>
    /// Up and down time of one monitor in [<paramref name="from"/>, <paramref name="to"/>): whole days that are rolled up from
    /// roll-ups, the rest from periods. <paramref name="to"/> is at most the present moment.
    /// </summary>
    public async Task<Uptime> UptimeAsync(
        int monitorNumber, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var firstDay = DailyRollup.DayOf(from);
        if (DailyRollup.StartOf(firstDay) < from) firstDay = firstDay.AddDays(1);
        var endDay = DailyRollup.DayOf(to);
        var rolledUpTo = await PeriodUpkeep.RolledUpToAsync(db, cancellationToken);
        if (rolledUpTo is not { } done) return await FromPeriodsAsync(db, monitorNumber, from, to, cancellationToken);
        if (done < endDay) endDay = done;
        if (endDay <= firstDay) return await FromPeriodsAsync(db, monitorNumber, from, to, cancellationToken);

        var head = await FromPeriodsAsync(db, monitorNumber, from, DailyRollup.StartOf(firstDay), cancellationToken);
        var days = await FromRollupsAsync(db, monitorNumber, firstDay, endDay, cancellationToken);
        var tail = await FromPeriodsAsync(db, monitorNumber, DailyRollup.StartOf(endDay), to, cancellationToken);
        return head.Plus(days).Plus(tail);
    }

    /// <summary>
    /// Up and down time of several monitors in [<paramref name="from"/>, <paramref name="to"/>), by monitor number: what
    /// <see cref="UptimeAsync"/> says of each, in a few statements for all. Monitors that do not exist are left out.
    /// </summary>
    public async Task<IReadOnlyDictionary<int, Uptime>> UptimesAsync(
        IReadOnlyCollection<int> monitorNumbers, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var firstDay = DailyRollup.DayOf(from);
        if (DailyRollup.StartOf(firstDay) < from) firstDay = firstDay.AddDays(1);
        var endDay = DailyRollup.DayOf(to);
        var done = await PeriodUpkeep.RolledUpToAsync(db, cancellationToken);
        if (done < endDay) endDay = done.Value;
        var sums = new Dictionary<int, Uptime>(monitorNumbers.Count);
        if (done is null || endDay <= firstDay)
        {
            await AddPeriodsAsync(db, sums, monitorNumbers, from, to, cancellationToken);
            return sums;
        }
        await AddPeriodsAsync(db, sums, monitorNumbers, from, DailyRollup.StartOf(firstDay), cancellationToken);
        await AddRollupsAsync(db, sums, monitorNumbers, firstDay, endDay, cancellationToken);
        await AddPeriodsAsync(db, sums, monitorNumbers, DailyRollup.StartOf(endDay), to, cancellationToken);
        return sums;
    }

    private static async Task AddPeriodsAsync(
        ExemplarDb db, Dictionary<int, Uptime> sums, IReadOnlyCollection<int> monitorNumbers, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken)
    {
        if (to <= from) return;
        await foreach (var row in Overlapping(db, monitorNumbers, from, to).AsAsyncEnumerable().WithCancellation(cancellationToken))
            sums[row.MonitorNumber] = sums.GetValueOrDefault(row.MonitorNumber).Plus(Uptime.Of([Read(row)], from, to));
    }

    private static async Task AddRollupsAsync(
        ExemplarDb db, Dictionary<int, Uptime> sums, IReadOnlyCollection<int> monitorNumbers, DateOnly from, DateOnly to,
        CancellationToken cancellationToken)
    {
        var (first, end) = (from.DayNumber, to.DayNumber);
        var before = await db.Monitors
            .Where(m => monitorNumbers.Contains(m.Number))
            .Select(m => new
            {
                m.Number,
                Status = db.Rollups.Where(r => r.MonitorNumber == m.Number && r.Day < first)
                    .OrderByDescending(r => r.Day).Select(r => (int?)r.LastStatus).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        var rollups = (await db.Rollups.AsNoTracking()
            .Where(r => monitorNumbers.Contains(r.MonitorNumber) && r.Day >= first && r.Day < end)
            .OrderBy(r => r.Day)
            .ToListAsync(cancellationToken)).ToLookup(r => r.MonitorNumber, Read);
        foreach (var monitor in before)
            sums[monitor.Number] = sums.GetValueOrDefault(monitor.Number)
                .Plus(DailyRollup.UptimeOf(rollups[monitor.Number], (MonitorStatus?)monitor.Status, from, to));
    }

    private static async Task<Uptime> FromRollupsAsync(
        ExemplarDb db, int monitorNumber, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var (first, end) = (from.DayNumber, to.DayNumber);
        var before = await db.Rollups.AsNoTracking()
            .Where(r => r.MonitorNumber == monitorNumber && r.Day < first)
            .OrderByDescending(r => r.Day)
            .Select(r => (int?)r.LastStatus)
            .FirstOrDefaultAsync(cancellationToken);
        var rows = await db.Rollups.AsNoTracking()
            .Where(r => r.MonitorNumber == monitorNumber && r.Day >= first && r.Day < end)
            .OrderBy(r => r.Day)
            .ToListAsync(cancellationToken);
        return DailyRollup.UptimeOf(rows.Select(Read), (MonitorStatus?)before, from, to);
    }

    // Summed while they are read: a monitor that flaps has more periods than should stand in memory.
    private static async Task<Uptime> FromPeriodsAsync(
        ExemplarDb db, int monitorNumber, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var sum = default(Uptime);
        if (to <= from) return sum;
        await foreach (var row in Overlapping(db, monitorNumber, from, to).AsAsyncEnumerable().WithCancellation(cancellationToken))
            sum = sum.Plus(Uptime.Of([Read(row)], from, to));
        return sum;
    }

    /// <summary>
    /// Periods follow one another without a gap, so the first that overlaps is the latest to begin at or before
    /// <paramref name="from"/>: found by the primary key, where a condition on the end would read the whole past.
    /// </summary>
    internal static IQueryable<PeriodRow> Overlapping(ExemplarDb db, int monitorNumber, DateTimeOffset from, DateTimeOffset to)
    {
        var (fromMs, toMs) = (from.ToMs(), to.ToMs());
        return db.Periods.AsNoTracking()
            .Where(p => p.MonitorNumber == monitorNumber && p.FromMs < toMs && (p.ToMs == null || p.ToMs > fromMs)
                && p.FromMs >= (db.Periods
                    .Where(q => q.MonitorNumber == monitorNumber && q.FromMs <= fromMs)
                    .Max(q => (long?)q.FromMs) ?? fromMs))
            .OrderBy(p => p.FromMs);
    }

    /// <summary>Those of several monitors, in no order.</summary>
    private static IQueryable<PeriodRow> Overlapping(
        ExemplarDb db, IReadOnlyCollection<int> monitorNumbers, DateTimeOffset from, DateTimeOffset to)
    {
        var (fromMs, toMs) = (from.ToMs(), to.ToMs());
        // Driven by the monitors, so that the first period of each is found by the primary key.
        return (from m in db.Monitors
                join p in db.Periods on m.Number equals p.MonitorNumber
                where monitorNumbers.Contains(m.Number) && p.FromMs < toMs && (p.ToMs == null || p.ToMs > fromMs)
                    && p.FromMs >= (db.Periods
                        .Where(q => q.MonitorNumber == m.Number && q.FromMs <= fromMs)
                        .Max(q => (long?)q.FromMs) ?? fromMs)
                select p).AsNoTracking();
    }

    internal static Period Read(PeriodRow row) => new(
        (MonitorStatus)row.Status,
        UnixTime.FromMs(row.FromMs),
        UnixTime.FromMs(row.ToMs),
        row.Error);

    private static DailyRollup Read(RollupRow row) => new(
        DateOnly.FromDayNumber(row.Day),
        new Uptime(TimeSpan.FromMilliseconds(row.UpMs), TimeSpan.FromMilliseconds(row.DownMs)),
        (MonitorStatus)row.LastStatus);
}
