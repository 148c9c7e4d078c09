using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Maintenance;

/// <summary>Reads the quiet times as deadlines need them, and takes monitors that are down into one that has begun.</summary>
public sealed class QuietTimesStore(StorageEngine engine)
{
    /// <summary>A deadline may be judged so much later, and a delayed heartbeat be so old: a window that is over longer matters to none.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(8);

    private const int MonitorsPerRead = 5_000;

    /// <inheritdoc cref="StorageEngine.IsUnavailable"/>
    public bool IsUnavailable(Exception exception) => engine.IsUnavailable(exception);

    /// <summary>Grows with every change of what <see cref="LoadAsync"/> reads.</summary>
    public async Task<long> VersionAsync(CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await QuietTimesVersion.ReadAsync(db, cancellationToken);
    }

    /// <summary>All quiet times that may matter to a deadline, and the version that they have at least.</summary>
    public async Task<(QuietTimes Times, long Version)> LoadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        // Before anything else: what changes while this reads makes the version grow beyond it.
        var version = await QuietTimesVersion.ReadAsync(db, cancellationToken);
        var windows = await WindowsAsync(db, now, cancellationToken);
        var hours = await HoursAsync(db, cancellationToken);
        var organizations = windows.Select(w => w.Key).Union(hours.Select(h => h.Key)).ToList();
        var observing = hours.Select(h => h.Key).ToList();
        var holidays = (await db.Holidays.AsNoTracking().Where(h => observing.Contains(h.OrganizationNumber)).ToListAsync(cancellationToken))
            .ToLookup(h => h.OrganizationNumber);
        return (
            new QuietTimes(organizations.Select(number => new OrganizationQuietTimes(
                number, [.. windows[number]], [.. hours[number]], HolidaysOf(holidays[number])))),
            version);
    }

    /// <summary>Numbers of monitors of the organization that are down, after a number, in order.</summary>
    public async Task<IReadOnlyList<int>> DownAsync(int organizationNumber, int after, int limit, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.MonitorStates
            .Where(s => s.OrganizationNumber == organizationNumber && s.Status == (int)MonitorStatus.Down && s.MonitorNumber > after)
            .OrderBy(s => s.MonitorNumber).Take(limit).Select(s => s.MonitorNumber).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Takes those of the monitors that are down into the quiet time that holds them at <paramref name="now"/>, all in one
    /// transaction. What is overdue is judged first.
    /// </summary>
    /// <param name="monitorNumbers">In order, so that two nodes never wait for each other in a circle.</param>
    /// <param name="excuses">What excuses a miss.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many went to maintenance, and what was judged on the way.</returns>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<(int Begun, IReadOnlyList<MissedDeadline> Missed)> BeginAsync(
        IReadOnlyList<int> monitorNumbers, Excuses excuses, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync<(int, IReadOnlyList<MissedDeadline>)>(async unit =>
        {
            var begun = 0;
            var missed = new List<MissedDeadline>();
            foreach (var number in monitorNumbers)
            {
                if (await unit.LockAsync(number, cancellationToken) is not { Status: MonitorStatus.Down } state) continue;
                if (await unit.Db.Monitors.AsNoTracking().SingleOrDefaultAsync(m => m.Number == number, cancellationToken) is not { } row) continue;
                if (excuses.QuietTimes.Covering(row.OrganizationNumber, number, now) is not { } quiet) continue;
                var definition = MonitorStore.Definition(row);
                var overdue = MonitorLifecycle.OnDeadline(state, definition.Schedule, excuses.For(row.OrganizationNumber, number), now);
                // Hours and tags are said with the monitor itself: no edit takes back a downtime either.
                var saidAt = definition.UpdatedAt > quiet.DeclaredAt ? definition.UpdatedAt : quiet.DeclaredAt;
                var decision = overdue.Then(MonitorLifecycle.OnMaintenanceBegan(overdue.Next, quiet, saidAt));
                if (decision.IsQuiet) continue;
                await unit.ApplyAsync(definition, state, decision, now, cancellationToken);
                missed.AddRange(decision.Missed);
                if (decision.Next.Status == MonitorStatus.Maintenance) begun++;
            }
            return (begun, missed);
        }, cancellationToken);

    private static async Task<ILookup<int, PlacedWindow>> WindowsAsync(ExemplarDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sinceMs = (now - Remembered).ToMs();
        var rows = await db.MaintenanceWindows.AsNoTracking().Where(w => w.OverAtMs == null || w.OverAtMs > sinceMs).ToListAsync(cancellationToken);
        var numbers = rows.Select(r => r.Number).ToList();
        var named = (await db.MaintenanceMonitors.AsNoTracking().Where(m => numbers.Contains(m.WindowNumber)).ToListAsync(cancellationToken))
            .ToLookup(m => m.WindowNumber, m => m.MonitorNumber);
        var placed = new List<(int Organization, PlacedWindow Window)>(rows.Count);
        foreach (var row in rows)
        {
            var touched = new HashSet<int>(named[row.Number]);
            if (!row.AllMonitors && row.Tags.Count > 0)
                touched.UnionWith(await db.MonitorTags
                    .Where(t => t.OrganizationNumber == row.OrganizationNumber && row.Tags.Contains(t.Tag))
                    .Select(t => t.MonitorNumber).ToListAsync(cancellationToken));
            int[] sorted = [.. touched.Order()];
            placed.Add((row.OrganizationNumber, new PlacedWindow(MaintenanceReading.Window(row, []), sorted)));
        }
        return placed.ToLookup(p => p.Organization, p => p.Window);
    }

    private static async Task<ILookup<int, MonitorHours>> HoursAsync(ExemplarDb db, CancellationToken cancellationToken)
    {
        // Thousands of monitors work the same hours, and hold on to one object.
        var known = new Dictionary<string, WeekHours>(StringComparer.Ordinal);
        var all = new List<(int Organization, MonitorHours Hours)>();
        for (var after = 0; ;)
        {
            var rows = await db.Monitors.AsNoTracking().Where(m => m.ActiveHours != null && m.Number > after).OrderBy(m => m.Number).Take(MonitorsPerRead)
                .Select(m => new { m.Number, m.OrganizationNumber, m.ActiveHours, m.ObservesHolidays }).ToListAsync(cancellationToken);
            foreach (var row in rows)
            {
                if (!known.TryGetValue(row.ActiveHours!, out var hours)) known[row.ActiveHours!] = hours = WeekHoursText.Read(row.ActiveHours)!;
                all.Add((row.OrganizationNumber, new MonitorHours(row.Number, hours, row.ObservesHolidays)));
            }
            if (rows.Count < MonitorsPerRead) return all.ToLookup(h => h.Organization, h => h.Hours);
            after = rows[^1].Number;
        }
    }

    private static Holidays HolidaysOf(IEnumerable<HolidayRow> rows)
    {
        var list = rows.ToList();
        return list.Count == 0
            ? Holidays.None
            : new Holidays(list.Select(h => new Holiday(DateOnly.FromDayNumber(h.Day), h.Name)), UnixTime.FromMs(list.Max(h => h.DeclaredAtMs)));
    }
}
