using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Noise;

/// <summary>
/// Timers of noise policies that have come due, and what they led to. Invariant: a timer that was read is taken away in the
/// transaction of what it led to, and only as it was read; whoever moved it meanwhile is not overlooked.
/// </summary>
public sealed class NoiseTimerStore(StorageEngine engine, FollowUpStore followUps)
{
    /// <summary>True when an exception of this store means that the database cannot be used now.</summary>
    public bool IsUnavailable(Exception exception) => engine.IsUnavailable(exception);

    /// <summary>Up to <paramref name="limit"/> timers that are due, the oldest first, with what deciding on them needs; null when none is.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="without">Timers that are left out for now, because they failed.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<FollowUpBatch?> ReadDueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<long> without, CancellationToken cancellationToken)
    {
        var nowMs = now.ToMs();
        await using var db = engine.Read();
        var due = db.NoiseTimers.AsNoTracking().Where(t => t.DueAtMs <= nowMs);
        if (without.Count > 0) due = due.Where(t => !without.Contains(t.Number));
        var rows = await due.OrderBy(t => t.DueAtMs).Take(limit).ToListAsync(cancellationToken);
        return rows.Count == 0 ? null : await followUps.ReadAsync(db, [], [.. rows.Select(Read)], cancellationToken);
    }

    /// <summary>Stores what the timers of a batch led to. False when somebody was faster: nothing was stored, and the caller reads anew.</summary>
    /// <param name="taken">The timers, as they were read.</param>
    /// <param name="drafts">What becomes of incidents.</param>
    /// <param name="again">Timers to look at again.</param>
    /// <param name="late">Late heartbeats to tell of.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<bool> StoreAsync(
        IReadOnlyList<NoiseTimer> taken, IReadOnlyList<IncidentDraft> drafts, IReadOnlyList<NoiseTimer> again, IReadOnlyList<LateDraft> late,
        DateTimeOffset now, CancellationToken cancellationToken) =>
        FollowUpStore.GuardedAsync(engine, async unit =>
        {
            await TakeAsync(unit.Db, taken, cancellationToken);
            await DraftWrites.StoreAsync(unit, drafts, now, cancellationToken);
            await unit.Rows.InsertAsync([.. again.Select(Row)], cancellationToken);
            await TellAsync(unit.Rows, late, now, cancellationToken);
        }, cancellationToken);

    private static async Task TakeAsync(ExemplarDb db, IReadOnlyList<NoiseTimer> taken, CancellationToken cancellationToken)
    {
        long[] numbers = [.. taken.Select(t => t.Number)];
        // Locks them: from here on nobody moves them.
        await db.NoiseTimers.Where(t => numbers.Contains(t.Number)).ExecuteUpdateAsync(set => set.SetProperty(t => t.Looks, t => t.Looks), cancellationToken);
        var present = await db.NoiseTimers.AsNoTracking().Where(t => numbers.Contains(t.Number))
            .ToDictionaryAsync(t => t.Number, t => t.DueAtMs, cancellationToken);
        if (taken.Any(t => !present.TryGetValue(t.Number, out var dueAtMs) || dueAtMs != t.DueAt.ToMs())) throw new SomebodyWasFasterException();
        await db.NoiseTimers.Where(t => numbers.Contains(t.Number)).ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task TellAsync(RowWriter writer, IReadOnlyList<LateDraft> late, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var told = late.Where(l => l.Alert.Channels.Count > 0).ToList();
        if (told.Count == 0) return;
        var numbers = await writer.ReserveAsync<AlertRow>(told.Count, cancellationToken);
        AlertRow[] alerts =
        [
            .. told.Zip(numbers, (draft, number) => new AlertRow
            {
                Number = number,
                OrganizationNumber = draft.OrganizationNumber,
                Event = (int)AlertEvent.Late,
                AtMs = draft.Alert.At.ToMs(),
                Content = draft.Alert.Content,
            }),
        ];
        await writer.InsertAsync(alerts, cancellationToken);
        await writer.InsertAsync(
            [
                .. told.Zip(alerts).SelectMany(t => t.First.Alert.Channels.Select(
                    channel => IncidentWrites.Delivery(incidentNumber: null, t.Second, t.First.Alert.MonitorNumber, channel, now))),
            ], cancellationToken);
    }

    /// <summary>Sees to it that a monitor has a timer for late heartbeats; whether it needs one is decided when it is due.</summary>
    internal static async Task WatchLateAsync(ExemplarDb db, int monitorNumber, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO noise_timers (monitor_number, kind, due_at_ms, looks) VALUES ({monitorNumber}, {(int)NoiseTimerKind.Late}, 0, 0)
            ON CONFLICT (monitor_number, kind) DO NOTHING
            """, cancellationToken);

    /// <summary>The same for all monitors of an organization.</summary>
    internal static async Task WatchAllLateAsync(ExemplarDb db, int organizationNumber, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO noise_timers (monitor_number, kind, due_at_ms, looks)
            SELECT number, {(int)NoiseTimerKind.Late}, 0, 0 FROM monitors WHERE organization_number = {organizationNumber}
            ON CONFLICT (monitor_number, kind) DO NOTHING
            """, cancellationToken);

    /// <summary>Nothing of a monitor that goes stays.</summary>
    internal static async Task ForgetAsync(ExemplarDb db, int monitorNumber, CancellationToken cancellationToken)
    {
        await db.NoiseTimers.Where(t => t.MonitorNumber == monitorNumber && t.Kind == (int)NoiseTimerKind.Late).ExecuteDeleteAsync(cancellationToken);
        await db.MonitorDependencies.Where(d => d.MonitorNumber == monitorNumber || d.ParentNumber == monitorNumber).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Sets timers; one of the same kind that a monitor has already makes place.</summary>
    internal static async Task SetAsync(WriteUnit unit, IReadOnlyList<IncidentDraft> drafts, CancellationToken cancellationToken)
    {
        foreach (var group in drafts.SelectMany(d => d.Ended.Concat(d.Timers.Select(t => (t.MonitorNumber, t.Kind)))).GroupBy(e => e.Kind, e => e.MonitorNumber))
        {
            int[] numbers = [.. group.Distinct()];
            await unit.Db.NoiseTimers.Where(t => t.Kind == (int)group.Key && numbers.Contains(t.MonitorNumber)).ExecuteDeleteAsync(cancellationToken);
        }
        await unit.Rows.InsertAsync([.. drafts.SelectMany(d => d.Timers).Select(Row)], cancellationToken);
    }

    /// <summary>Wakes what these monitors held: they are no longer down.</summary>
    internal static async Task ReleaseAsync(ExemplarDb db, int[] monitorNumbers, CancellationToken cancellationToken) =>
        await db.NoiseTimers.Where(t => t.HeldByNumber != null && monitorNumbers.Contains(t.HeldByNumber.Value))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.DueAtMs, 0L), cancellationToken);

    private static NoiseTimer Read(NoiseTimerRow row) => new(row.MonitorNumber, (NoiseTimerKind)row.Kind, UnixTime.FromMs(row.DueAtMs))
    {
        Number = row.Number,
        Looks = row.Looks,
        HeldBy = row.HeldByNumber,
        ToldFor = UnixTime.FromMs(row.ToldForMs),
    };

    private static NoiseTimerRow Row(NoiseTimer timer) => new()
    {
        MonitorNumber = timer.MonitorNumber,
        Kind = (int)timer.Kind,
        DueAtMs = timer.DueAt.ToMs(),
        Looks = timer.Looks,
        HeldByNumber = timer.HeldBy,
        ToldForMs = timer.ToldFor.ToMs(),
    };
}

/// <summary>A late heartbeat to tell of; it belongs to no incident.</summary>
public sealed record LateDraft(int OrganizationNumber, AlertDraft Alert);
