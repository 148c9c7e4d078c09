using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Maintenance;

/// <summary>Rows into windows and back.</summary>
internal static class MaintenanceReading
{
    /// <summary>The windows of these rows, with their monitors and updates, in the same order.</summary>
    public static async Task<IReadOnlyList<MaintenanceView>> ViewsAsync(
        ExemplarDb db, IReadOnlyList<MaintenanceWindowRow> rows, CancellationToken cancellationToken)
    {
        var numbers = rows.Select(r => r.Number).ToList();
        var monitors = (await (from c in db.MaintenanceMonitors
                               join m in db.Monitors on c.MonitorNumber equals m.Number
                               where numbers.Contains(c.WindowNumber)
                               orderby m.Number
                               select new { c.WindowNumber, m.Id }).ToListAsync(cancellationToken))
            .ToLookup(m => m.WindowNumber, m => EntityId.FromBytes(m.Id));
        var updates = (await db.MaintenanceUpdates.AsNoTracking().Where(u => numbers.Contains(u.WindowNumber)).ToListAsync(cancellationToken))
            .ToLookup(u => u.WindowNumber);
        return
        [
            .. rows.Select(r => new MaintenanceView(
                r.Number, Window(r, [.. monitors[r.Number]]),
                [.. updates[r.Number].OrderBy(u => u.Position).Select(u => new MaintenanceUpdate(UnixTime.FromMs(u.AtMs), u.By, u.Text))])
            {
                Version = r.Version,
            }),
        ];
    }

    public static MaintenanceWindow Window(MaintenanceWindowRow row, IReadOnlyList<EntityId> monitorIds) => new(
        EntityId.FromBytes(row.Id), row.OrganizationNumber, row.Title, (MaintenanceSeverity)row.Severity, row.Owner, Times(row),
        new MaintenanceTargets(row.AllMonitors, monitorIds, [.. row.Tags]), UnixTime.FromMs(row.DeclaredAtMs))
    {
        EndedAt = UnixTime.FromMs(row.EndedAtMs),
        CancelledAt = UnixTime.FromMs(row.CancelledAtMs),
        CreatedAt = UnixTime.FromMs(row.CreatedAtMs),
        UpdatedAt = UnixTime.FromMs(row.UpdatedAtMs),
        CreatedBy = row.CreatedBy,
    };

    public static void Set(MaintenanceWindowRow row, MaintenanceTimes times)
    {
        (row.FromMs, row.ToMs) = (times.Once?.From.ToMs(), times.Once?.To.ToMs());
        (row.BeginsAtMs, row.UntilMs) = (times.BeginsAt.ToMs(), times.Until.ToMs());
        var cron = times.Recurrence as CronRecurrence;
        (row.Cron, row.TimeZone, row.DurationMs) = (cron?.Expression, cron?.TimeZone, (long?)cron?.Duration.TotalMilliseconds);
        row.WeekHours = WeekHoursText.Write((times.Recurrence as WeeklyRecurrence)?.Hours);
    }

    /// <summary>In words, for the audit log.</summary>
    public static string Words(MaintenanceTimes times) => times switch
    {
        { Once: { } once } => $"{once.From.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} to {once.To.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}",
        { Recurrence: CronRecurrence cron } => $"{cron.Expression} {cron.TimeZone}, {cron.Duration.TotalMinutes} min{Until(times)}",
        _ => $"{(times.Recurrence as WeeklyRecurrence)?.Hours}{Until(times)}",
    };

    public static string Words(MaintenanceTargets targets) => AuditTrail.Watched(targets.AllMonitors, targets.Tags, targets.MonitorIds);

    private static string Until(MaintenanceTimes times) => times.Until is { } until ? $", until {until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "";

    private static MaintenanceTimes Times(MaintenanceWindowRow row) => new(
        row is { FromMs: { } from, ToMs: { } to } ? new Stretch(UnixTime.FromMs(from), UnixTime.FromMs(to)) : null,
        row.Cron is { } cron
            ? new CronRecurrence(
                cron, LocalTime.TryFind(row.TimeZone ?? "", out _) ? row.TimeZone! : "UTC", TimeSpan.FromMilliseconds(row.DurationMs ?? 0))
            : WeekHoursText.Read(row.WeekHours) is { } hours ? new WeeklyRecurrence(hours) : null,
        UnixTime.FromMs(row.BeginsAtMs), UnixTime.FromMs(row.UntilMs));
}
