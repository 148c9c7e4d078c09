using Exemplar.Core.Monitors;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Maintenance;

/// <summary>
/// A number that grows with everything that quiet times are made of, in the transaction of the change: whoever holds them in
/// memory reads them again when it has grown, on whatever node that happened.
/// </summary>
internal static class QuietTimesVersion
{
    private const string Bookmark = "quiet_times";

    public static Task BumpAsync(this WriteUnit unit, CancellationToken cancellationToken) => unit.Db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO bookmarks (name, value, ballast) VALUES ({Bookmark}, 1, NULL)
        ON CONFLICT (name) DO UPDATE SET value = bookmarks.value + 1
        """, cancellationToken);

    public static async Task<long> ReadAsync(ExemplarDb db, CancellationToken cancellationToken) =>
        await db.Bookmarks.Where(b => b.Name == Bookmark).Select(b => (long?)b.Value).SingleOrDefaultAsync(cancellationToken) ?? 0;

    /// <summary>A monitor was made or changed: a window by tags may hold for it now, or no longer, and its hours may be others.</summary>
    public static async Task NoteQuietChangeAsync(
        this WriteUnit unit, MonitorDefinition? before, MonitorDefinition after, CancellationToken cancellationToken)
    {
        var hoursChanged = before is null
            ? after.ActiveHours is not null
            : !Equals(before.ActiveHours, after.ActiveHours) || (after.ActiveHours is not null && before.ObservesHolidays != after.ObservesHolidays);
        var tagsChanged = before is null ? after.Tags.Count > 0 : !before.Tags.ToHashSet(StringComparer.Ordinal).SetEquals(after.Tags);
        // Thousands of monitors are made one after the other: only where a window asks for tags does any of them write this row.
        if (hoursChanged || (tagsChanged && await AsksForTagsAsync(unit.Db, after, cancellationToken)))
            await unit.BumpAsync(cancellationToken);
    }

    private static async Task<bool> AsksForTagsAsync(ExemplarDb db, MonitorDefinition monitor, CancellationToken cancellationToken)
    {
        var nowMs = monitor.UpdatedAt.ToMs();
        // Of those that can still take place there are few; lists of tags cannot be asked for in the database.
        var tags = await db.MaintenanceWindows.AsNoTracking()
            .Where(w => w.OrganizationNumber == monitor.OrganizationNumber && !w.AllMonitors && (w.OverAtMs == null || w.OverAtMs > nowMs))
            .Select(w => w.Tags).ToListAsync(cancellationToken);
        return tags.Exists(t => t.Count > 0);
    }
}
