using Exemplar.Core.Audit;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Maintenance;

/// <summary>
/// Reads and changes maintenance windows. A change counts its row's version up, so that of two at the same moment one is
/// told; every change moves the version of the quiet times in the same transaction.
/// </summary>
public sealed class MaintenanceStore(StorageEngine engine)
{
    /// <summary>Makes a window, or says what stands against it.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<MaintenanceWrite> CreateAsync(Actor by, MaintenanceChange window, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var nowMs = now.ToMs();
            if (await Mine(unit.Db, by.OrganizationNumber).CountAsync(w => w.OverAtMs == null || w.OverAtMs > nowMs, cancellationToken) >= MaintenanceWindow.MostOpen)
                return MaintenanceWrite.Refused(new MaintenanceFaults(TooMany: true));
            var row = new MaintenanceWindowRow
            {
                Id = FreshId.At(now).ToBytes(),
                OrganizationNumber = by.OrganizationNumber,
                Title = window.Title ?? "",
                Severity = (int)(window.Severity ?? MaintenanceSeverity.Minor),
                Owner = window.Owner ?? "",
                Tags = [],
                DeclaredAtMs = nowMs,
                CreatedBy = by.Name,
                CreatedAtMs = nowMs,
                UpdatedAtMs = nowMs,
                Version = 1,
            };
            MaintenanceReading.Set(row, window.Times!);
            unit.Db.MaintenanceWindows.Add(row);
            await unit.Db.SaveChangesAsync(cancellationToken);
            if (await SetTargetsAsync(unit.Db, row, window.Targets!, cancellationToken) is { } faults)
            {
                // The unit is committed all the same: nothing of it may stay.
                unit.Db.MaintenanceWindows.Remove(row);
                await unit.Db.SaveChangesAsync(cancellationToken);
                return MaintenanceWrite.Refused(faults);
            }
            return await StoredAsync(unit, by, row, now, AuditAction.MaintenanceCreated, AuditChange.Of(
                ("severity", null, $"{(MaintenanceSeverity)row.Severity}".ToLowerInvariant()),
                ("times", null, MaintenanceReading.Words(window.Times!)), ("monitors", null, MaintenanceReading.Words(window.Targets!))), cancellationToken);
        }, cancellationToken);

    /// <summary>One window; null when the organization has none with this id.</summary>
    public async Task<MaintenanceView?> FindAsync(int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        var idBytes = id.ToBytes();
        await using var db = engine.Read();
        var row = await Mine(db, organizationNumber).AsNoTracking().SingleOrDefaultAsync(w => w.Id == idBytes, cancellationToken);
        return row is null ? null : (await MaintenanceReading.ViewsAsync(db, [row], cancellationToken))[0];
    }

    /// <summary>A page of the windows of an organization, newest first.</summary>
    /// <param name="organizationNumber">Whose.</param>
    /// <param name="state">Only those that stand so at <paramref name="now"/>; null for all.</param>
    /// <param name="before">Only those made before the one with this number; 0 for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<MaintenancePage> ListAsync(
        int organizationNumber, MaintenanceState? state, int before, int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var nowMs = now.ToMs();
        await using var db = engine.Read();
        var rows = Mine(db, organizationNumber).AsNoTracking();
        if (before > 0) rows = rows.Where(w => w.Number < before);
        if (state == MaintenanceState.Past) rows = rows.Where(w => w.OverAtMs <= nowMs);
        else if (state is not null) rows = rows.Where(w => w.OverAtMs == null || w.OverAtMs > nowMs);
        // Of those that are not over there are few: which of them take place now is found out here.
        var filters = state is MaintenanceState.Current or MaintenanceState.Upcoming;
        var found = await rows.OrderByDescending(w => w.Number).Take(filters ? MaintenanceWindow.MostOpen : limit + 1).ToListAsync(cancellationToken);
        if (filters) found = [.. found.Where(r => MaintenanceReading.Window(r, []).StateAt(now) == state).Take(limit + 1)];
        return new MaintenancePage(
            await MaintenanceReading.ViewsAsync(db, [.. found.Take(limit)], cancellationToken), found.Count > limit ? found[limit - 1].Number : null);
    }

    /// <summary>Changes the given fields of a window that is not over.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<MaintenanceWrite> UpdateAsync(
        Actor by, EntityId id, MaintenanceChange change, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(by, id, async (unit, row) =>
        {
            var before = (await MaintenanceReading.ViewsAsync(unit.Db, [row], cancellationToken))[0].Window;
            if (before.StateAt(now) == MaintenanceState.Past) return MaintenanceWrite.Refused(new MaintenanceFaults(Over: true));
            row.Title = change.Title ?? row.Title;
            row.Severity = (int?)change.Severity ?? row.Severity;
            row.Owner = change.Owner ?? row.Owner;
            if (change.Times is { } times && times != before.Times)
            {
                MaintenanceReading.Set(row, times);
                // A recurring window that was ended early stays ended until its next time; a single one gets a time of its own.
                if (times.Once is not null) row.EndedAtMs = null;
                row.DeclaredAtMs = now.ToMs();
            }
            if (change.Targets is { } targets && MaintenanceReading.Words(targets) is var words)
            {
                if (await SetTargetsAsync(unit.Db, row, targets, cancellationToken) is { } faults) return MaintenanceWrite.Refused(faults);
                if (words != MaintenanceReading.Words(before.Targets) || !targets.MonitorIds.ToHashSet().SetEquals(before.Targets.MonitorIds))
                    row.DeclaredAtMs = now.ToMs();
            }
            return await StoredAsync(unit, by, row, now, AuditAction.MaintenanceChanged, AuditChange.Of(
                ("title", before.Title, row.Title),
                ("severity", $"{before.Severity}".ToLowerInvariant(), $"{(MaintenanceSeverity)row.Severity}".ToLowerInvariant()),
                ("owner", before.Owner, row.Owner),
                ("times", MaintenanceReading.Words(before.Times), MaintenanceReading.Words(change.Times ?? before.Times)),
                ("monitors", MaintenanceReading.Words(before.Targets), MaintenanceReading.Words(change.Targets ?? before.Targets))), cancellationToken);
        }, cancellationToken, change.OnlyVersion);

    /// <summary>Tells something about a window, also when it is over.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<MaintenanceWrite> AddUpdateAsync(Actor by, EntityId id, string text, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(by, id, async (unit, row) =>
        {
            var count = await unit.Db.MaintenanceUpdates.CountAsync(u => u.WindowNumber == row.Number, cancellationToken);
            if (count >= MaintenanceWindow.MostUpdates) return MaintenanceWrite.Refused(new MaintenanceFaults(TooManyUpdates: true));
            unit.Db.MaintenanceUpdates.Add(new MaintenanceUpdateRow { WindowNumber = row.Number, Position = count, AtMs = now.ToMs(), By = by.Name, Text = text });
            return await StoredAsync(unit, by, row, now, AuditAction.MaintenanceUpdated, AuditChange.Of(("text", null, text)), cancellationToken);
        }, cancellationToken);

    /// <summary>Ends the time of a window that takes place now; one that recurs goes on with its next.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<MaintenanceWrite> EndAsync(Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(by, id, async (unit, row) =>
        {
            if (MaintenanceReading.Window(row, []).Covering(now) is not { } stretch) return MaintenanceWrite.Refused(new MaintenanceFaults(NotCurrent: true));
            row.EndedAtMs = now.ToMs();
            return await StoredAsync(unit, by, row, now, AuditAction.MaintenanceEnded, AuditChange.Of(
                ("ends_at", $"{stretch.To.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}", $"{now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}")), cancellationToken);
        }, cancellationToken);

    /// <summary>
    /// Takes a window away. One that has never begun is gone; one that has is called off and kept, because checks and
    /// periods name it. Doing it twice changes nothing. False when there is none.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing was changed.</exception>
    public async Task<bool> DeleteAsync(Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var write = await ChangeAsync(by, id, async (unit, row) =>
        {
            var view = (await MaintenanceReading.ViewsAsync(unit.Db, [row], cancellationToken))[0];
            if (view.Window.StateAt(now) == MaintenanceState.Past) return new MaintenanceWrite(view, new MaintenanceFaults());
            if (view.Window.HasBegun(now))
            {
                row.CancelledAtMs ??= now.ToMs();
                return await StoredAsync(unit, by, row, now, AuditAction.MaintenanceCancelled, [], cancellationToken);
            }
            await unit.Db.MaintenanceMonitors.Where(m => m.WindowNumber == row.Number).ExecuteDeleteAsync(cancellationToken);
            await unit.Db.MaintenanceUpdates.Where(u => u.WindowNumber == row.Number).ExecuteDeleteAsync(cancellationToken);
            unit.Db.MaintenanceWindows.Remove(row);
            await unit.NoteAsync(by, now, AuditAction.MaintenanceDeleted, id.ToString(), row.Title, [], cancellationToken);
            await unit.BumpAsync(cancellationToken);
            return new MaintenanceWrite(view, new MaintenanceFaults());
        }, cancellationToken);
        return !write.Faults.NotFound;
    }

    /// <summary>Finds the window, takes its row before anybody else, and lets <paramref name="change"/> work on it.</summary>
    private Task<MaintenanceWrite> ChangeAsync(
        Actor by, EntityId id, Func<WriteUnit, MaintenanceWindowRow, Task<MaintenanceWrite>> change, CancellationToken cancellationToken,
        int? onlyVersion = null) =>
        engine.WriteAsync(async unit =>
        {
            var idBytes = id.ToBytes();
            // Whoever comes second waits here and then reads what the first one left.
            var mine = Mine(unit.Db, by.OrganizationNumber).Where(w => w.Id == idBytes);
            if (await mine.Where(w => onlyVersion == null || w.Version == onlyVersion)
                    .ExecuteUpdateAsync(set => set.SetProperty(w => w.Version, w => w.Version + 1), cancellationToken) == 0)
                return MaintenanceWrite.Refused(await mine.AnyAsync(cancellationToken) ? new MaintenanceFaults(ChangedMeanwhile: true) : new MaintenanceFaults(NotFound: true));
            var row = await mine.SingleAsync(cancellationToken);
            return await change(unit, row);
        }, cancellationToken);

    private static async Task<MaintenanceWrite> StoredAsync(
        WriteUnit unit, Actor by, MaintenanceWindowRow row, DateTimeOffset now, string action, IReadOnlyList<AuditChange> changes,
        CancellationToken cancellationToken)
    {
        row.OverAtMs = MaintenanceReading.Window(row, []).OverAt.ToMs();
        row.UpdatedAtMs = now.ToMs();
        await unit.Db.SaveChangesAsync(cancellationToken);
        if (changes.Count > 0 || action == AuditAction.MaintenanceCancelled)
            await unit.NoteAsync(by, now, action, EntityId.FromBytes(row.Id).ToString(), row.Title, changes, cancellationToken);
        await unit.BumpAsync(cancellationToken);
        return new MaintenanceWrite((await MaintenanceReading.ViewsAsync(unit.Db, [row], cancellationToken))[0], new MaintenanceFaults());
    }

    private static async Task<MaintenanceFaults?> SetTargetsAsync(
        ExemplarDb db, MaintenanceWindowRow row, MaintenanceTargets targets, CancellationToken cancellationToken)
    {
        byte[][] ids = [.. targets.MonitorIds.Select(id => id.ToBytes())];
        var known = await db.Monitors.Where(m => m.OrganizationNumber == row.OrganizationNumber && ids.Contains(m.Id))
            .Select(m => new { m.Id, m.Number }).ToListAsync(cancellationToken);
        var unknown = targets.MonitorIds.Except(known.Select(m => EntityId.FromBytes(m.Id))).ToHashSet();
        if (unknown.Count > 0) return new MaintenanceFaults(UnknownMonitors: unknown);

        row.AllMonitors = targets.AllMonitors;
        row.Tags = [.. targets.Tags];
        await db.MaintenanceMonitors.Where(m => m.WindowNumber == row.Number).ExecuteDeleteAsync(cancellationToken);
        db.MaintenanceMonitors.AddRange(known.Select(m => new MaintenanceMonitorRow { WindowNumber = row.Number, MonitorNumber = m.Number }));
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }

    private static IQueryable<MaintenanceWindowRow> Mine(ExemplarDb db, int organizationNumber) =>
        db.MaintenanceWindows.Where(w => w.OrganizationNumber == organizationNumber);
}
