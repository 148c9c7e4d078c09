using Exemplar.Core.Audit;
using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Routing;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Boards;

/// <summary>
/// Reads and changes boards. A change takes the board's row first, so that two changes of one board follow one another;
/// services are written anew as a whole.
/// </summary>
public sealed class BoardStore(StorageEngine engine)
{
    /// <summary>Makes a board, or says everything that stands against it.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<BoardWrite> CreateAsync(Actor by, NewBoard board, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var organizationNumber = by.OrganizationNumber;
        return WriteAsync(organizationNumber, board.Slug, async unit =>
        {
            var faults = await FaultsAsync(unit.Db, organizationNumber, present: null, board.Slug, board.Services, cancellationToken);
            if (faults.Any) return new BoardWrite(null, faults);
            var row = new BoardRow
            {
                Id = FreshId.At(now).ToBytes(),
                OrganizationNumber = organizationNumber,
                Name = board.Name,
                Slug = board.Slug,
                IsPublished = board.IsPublished,
                Title = board.Title,
                ShowsMonitors = board.ShowsMonitors,
                Version = 1,
                CreatedAtMs = now.ToMs(),
                UpdatedAtMs = now.ToMs(),
            };
            unit.Db.Boards.Add(row);
            await unit.Db.SaveChangesAsync(cancellationToken);
            await AddServicesAsync(unit.Db, row, board.Services, cancellationToken);
            var stored = await StoredAsync(unit.Db, row, cancellationToken);
            await unit.NoteAsync(by, now, AuditAction.BoardCreated, $"{stored.Board!.Id}", row.Name, BoardChanges.Of(null, stored.Board), cancellationToken);
            return stored;
        }, cancellationToken);
    }

    /// <summary>What stands against a board of this slug with these services; nothing is stored.</summary>
    /// <param name="organizationNumber">Whose it is.</param>
    /// <param name="present">The board that is to be changed; null for a new one.</param>
    /// <param name="slug">Null where it does not change.</param>
    /// <param name="services">Null where they do not change.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BoardFaults> FaultsAsync(
        int organizationNumber, EntityId? present, string? slug, IReadOnlyList<Service>? services, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await FaultsAsync(db, organizationNumber, present?.ToBytes(), slug, services, cancellationToken);
    }

    /// <summary>One board; null when the organization has none with this id.</summary>
    public async Task<Board?> FindAsync(int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await Mine(db, organizationNumber, id).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } row
            ? (await BoardsAsync(db, [row], cancellationToken))[0]
            : null;
    }

    /// <summary>The boards of an organization, oldest first.</summary>
    public async Task<BoardPage> ListAsync(int organizationNumber, int after, int limit, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await db.Boards.AsNoTracking()
            .Where(b => b.OrganizationNumber == organizationNumber && b.Number > after)
            .OrderBy(b => b.Number)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        return new BoardPage(
            await BoardsAsync(db, [.. rows.Take(limit)], cancellationToken),
            rows.Count > limit ? rows[limit - 1].Number : null);
    }

    /// <summary>Changes the given fields, or says everything that stands against it.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<BoardWrite> UpdateAsync(Actor by, EntityId id, BoardChange change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var organizationNumber = by.OrganizationNumber;
        return WriteAsync(organizationNumber, change.Slug, async unit =>
        {
            if (!await Mine(unit.Db, organizationNumber, id).AnyAsync(cancellationToken)) return new BoardWrite(null, new BoardFaults(NotFound: true));
            var faults = await FaultsAsync(unit.Db, organizationNumber, id.ToBytes(), change.Slug, change.Services, cancellationToken);
            if (faults.Any) return new BoardWrite(null, faults);
            var row = await LockAsync(unit.Db, organizationNumber, id, change.OnlyVersion, now, cancellationToken);
            if (row is null) return new BoardWrite(null, new BoardFaults(ChangedMeanwhile: true));
            var before = (await BoardsAsync(unit.Db, [row], cancellationToken))[0];
            row.Name = change.Name ?? row.Name;
            row.Slug = change.Slug ?? row.Slug;
            row.IsPublished = change.IsPublished ?? row.IsPublished;
            row.Title = change.ClearsTitle ? null : change.Title ?? row.Title;
            row.ShowsMonitors = change.ShowsMonitors ?? row.ShowsMonitors;
            await unit.Db.SaveChangesAsync(cancellationToken);
            if (change.Services is { } services)
            {
                await RemoveServicesAsync(unit.Db, row.Number, cancellationToken);
                await AddServicesAsync(unit.Db, row, services, cancellationToken);
            }
            var stored = await StoredAsync(unit.Db, row, cancellationToken);
            if (BoardChanges.Of(before, stored.Board!) is { Count: > 0 } changes)
                await unit.NoteAsync(by, now, BoardChanges.Action(before, stored.Board!), $"{id}", row.Name, changes, cancellationToken);
            return stored;
        }, cancellationToken);
    }

    /// <summary>Puts a monitor on a board: into the service with this slug, or into one of its own that is named like it.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public async Task<BoardWrite> AddMonitorAsync(
        Actor by, EntityId id, string? serviceSlug, EntityId monitorId, string monitorName, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        // Somebody else may change the board between the read and the write; then it is read again. It ends: each time
        // another change was stored.
        while (true)
        {
            if (await FindAsync(by.OrganizationNumber, id, cancellationToken) is not { } board) return new BoardWrite(null, new BoardFaults(NotFound: true));
            if (WithMonitor(board.Services, serviceSlug, monitorId, monitorName) is not { } services) return new BoardWrite(board, new BoardFaults());
            var write = await UpdateAsync(
                by, id, new BoardChange(Services: services) { OnlyVersion = board.Version }, now, cancellationToken);
            if (!write.Faults.ChangedMeanwhile) return write;
        }
    }

    /// <summary>Removes a board with its status page, unless a route names it.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public Task<Removal> DeleteAsync(Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var board = await Mine(unit.Db, by.OrganizationNumber, id).Select(b => new { b.Number, b.Name }).SingleOrDefaultAsync(cancellationToken);
            if (board is not { Number: var found }) return Removal.NotFound;
            if (await RoutingUse.OfBoardAsync(unit.Db, by.OrganizationNumber, id, cancellationToken) is { Count: > 0 } usedBy) return Removal.Refused(usedBy);
            if (await unit.Db.Boards.Where(b => b.Number == found).ExecuteDeleteAsync(cancellationToken) == 0) return Removal.NotFound;
            await RemoveServicesAsync(unit.Db, found, cancellationToken);
            await unit.Db.BoardLogos.Where(l => l.BoardNumber == found).ExecuteDeleteAsync(cancellationToken);
            await unit.NoteAsync(by, now, AuditAction.BoardDeleted, $"{id}", board.Name, [], cancellationToken);
            return Removal.Done;
        }, cancellationToken);

    /// <summary>Every published board of the server, by its slug.</summary>
    public async Task<IReadOnlyDictionary<string, PublishedBoard>> PublishedAsync(CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.Boards.AsNoTracking()
            .Where(b => b.IsPublished)
            .Select(b => new { b.Slug, b.OrganizationNumber, b.Id })
            .ToDictionaryAsync(b => b.Slug, b => new PublishedBoard(b.OrganizationNumber, EntityId.FromBytes(b.Id)), StringComparer.Ordinal, cancellationToken);
    }

    /// <summary>The logo of a board; null when it has none.</summary>
    public async Task<Logo?> LogoAsync(int boardNumber, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.BoardLogos.AsNoTracking().SingleOrDefaultAsync(l => l.BoardNumber == boardNumber, cancellationToken) is { } row
            ? new Logo(row.ContentType, row.Bytes)
            : null;
    }

    /// <summary>Sets the logo of a board, or takes it away; false when the organization has no such board.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<bool> SetLogoAsync(Actor by, EntityId id, Logo? logo, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var board = await LockAsync(unit.Db, by.OrganizationNumber, id, onlyVersion: null, now, cancellationToken);
            if (board is null) return false;
            var had = await unit.Db.BoardLogos.Where(l => l.BoardNumber == board.Number).ExecuteDeleteAsync(cancellationToken) > 0;
            if (logo is not null) unit.Db.BoardLogos.Add(new BoardLogoRow { BoardNumber = board.Number, ContentType = logo.ContentType, Bytes = logo.Bytes });
            if (had || logo is not null)
                await unit.NoteAsync(
                    by, now, AuditAction.BoardChanged, $"{id}", board.Name,
                    [new AuditChange("logo", had ? "an image" : null, logo is null ? null : had ? "another image" : "an image")], cancellationToken);
            return true;
        }, cancellationToken);

    private async Task<BoardWrite> WriteAsync(
        int organizationNumber, string? slug, Func<WriteUnit, Task<BoardWrite>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.WriteAsync(work, cancellationToken);
        }
        catch (DbUpdateException) when (slug is not null && !cancellationToken.IsCancellationRequested)
        {
            // On PostgreSQL two boards may look for one slug together; its index lets one of them through.
            var faults = await FaultsAsync(organizationNumber, present: null, slug, services: null, cancellationToken);
            if (faults.SlugTaken) return new BoardWrite(null, new BoardFaults(SlugTaken: true));
            throw;
        }
    }

    // Null when the board is gone or has another version by now.
    private static async Task<BoardRow?> LockAsync(
        ExemplarDb db, int organizationNumber, EntityId id, int? onlyVersion, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var mine = Mine(db, organizationNumber, id);
        var nowMs = now.ToMs();
        var locked = await mine.Where(b => onlyVersion == null || b.Version == onlyVersion)
            .ExecuteUpdateAsync(set => set.SetProperty(b => b.Version, b => b.Version + 1).SetProperty(b => b.UpdatedAtMs, nowMs), cancellationToken);
        return locked == 1 ? await mine.SingleAsync(cancellationToken) : null;
    }

    private static async Task<BoardFaults> FaultsAsync(
        ExemplarDb db, int organizationNumber, byte[]? present, string? slug, IReadOnlyList<Service>? services, CancellationToken cancellationToken)
    {
        var wanted = (services ?? []).SelectMany(s => s.MonitorIds).ToHashSet();
        var known = await NumbersAsync(db, organizationNumber, wanted, cancellationToken);
        var isNew = present is null;
        return new BoardFaults(
            TooMany: isNew && await db.Boards.CountAsync(b => b.OrganizationNumber == organizationNumber, cancellationToken) >= BoardLimits.Boards,
            SlugTaken: slug is not null && await db.Boards.AnyAsync(b => b.Slug == slug && (isNew || b.Id != present), cancellationToken),
            UnknownMonitors: wanted.Where(id => !known.ContainsKey(id)).ToHashSet());
    }

    private static async Task AddServicesAsync(
        ExemplarDb db, BoardRow board, IReadOnlyList<Service> services, CancellationToken cancellationToken)
    {
        var numbers = await NumbersAsync(db, board.OrganizationNumber, services.SelectMany(s => s.MonitorIds).ToHashSet(), cancellationToken);
        for (var position = 0; position < services.Count; position++)
        {
            var service = services[position];
            db.Services.Add(new ServiceRow
            {
                BoardNumber = board.Number, Position = position, Name = service.Name, Slug = service.Slug, Tags = [.. service.Tags],
            });
            // On PostgreSQL one may have been deleted since it was looked up.
            db.ServiceMonitors.AddRange(service.MonitorIds.Distinct().Where(numbers.ContainsKey).Select((id, place) => new ServiceMonitorRow
            {
                BoardNumber = board.Number, ServicePosition = position, MonitorNumber = numbers[id], Position = place,
            }));
        }
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task RemoveServicesAsync(ExemplarDb db, int boardNumber, CancellationToken cancellationToken)
    {
        await db.ServiceMonitors.Where(m => m.BoardNumber == boardNumber).ExecuteDeleteAsync(cancellationToken);
        await db.Services.Where(s => s.BoardNumber == boardNumber).ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task<Dictionary<EntityId, int>> NumbersAsync(
        ExemplarDb db, int organizationNumber, IReadOnlySet<EntityId> ids, CancellationToken cancellationToken)
    {
        var numbers = new Dictionary<EntityId, int>();
        foreach (var some in ids.Select(id => id.ToBytes()).Chunk(500).Select(c => c.ToList()))
        {
            var rows = await db.Monitors.AsNoTracking()
                .Where(m => m.OrganizationNumber == organizationNumber && some.Contains(m.Id))
                .Select(m => new { m.Id, m.Number })
                .ToListAsync(cancellationToken);
            foreach (var row in rows) numbers[EntityId.FromBytes(row.Id)] = row.Number;
        }
        return numbers;
    }

    // Null when the service has the monitor already.
    private static List<Service>? WithMonitor(IReadOnlyList<Service> services, string? slug, EntityId monitorId, string monitorName)
    {
        var changed = services.ToList();
        var at = changed.FindIndex(s => string.Equals(s.Slug, slug, StringComparison.Ordinal));
        if (at < 0)
        {
            var name = monitorName.Length > BoardLimits.LongestName ? monitorName[..BoardLimits.LongestName].Trim() : monitorName;
            changed.Add(new Service(name, Slug.ForService(name, changed.Select(s => s.Slug).ToHashSet(StringComparer.Ordinal)), [monitorId], []));
            return changed;
        }
        if (changed[at].MonitorIds.Contains(monitorId)) return null;
        changed[at] = changed[at] with { MonitorIds = [.. changed[at].MonitorIds, monitorId] };
        return changed;
    }

    private static IQueryable<BoardRow> Mine(ExemplarDb db, int organizationNumber, EntityId id)
    {
        var idBytes = id.ToBytes();
        return db.Boards.Where(b => b.OrganizationNumber == organizationNumber && b.Id == idBytes);
    }

    private static async Task<BoardWrite> StoredAsync(ExemplarDb db, BoardRow row, CancellationToken cancellationToken) =>
        new((await BoardsAsync(db, [row], cancellationToken))[0], new BoardFaults());

    private static async Task<IReadOnlyList<Board>> BoardsAsync(ExemplarDb db, IReadOnlyList<BoardRow> rows, CancellationToken cancellationToken)
    {
        var numbers = rows.Select(r => r.Number).ToList();
        var services = (await db.Services.AsNoTracking().Where(s => numbers.Contains(s.BoardNumber)).ToListAsync(cancellationToken))
            .OrderBy(s => s.Position).ToLookup(s => s.BoardNumber);
        var chosen = from c in db.ServiceMonitors
                     join m in db.Monitors on c.MonitorNumber equals m.Number
                     where numbers.Contains(c.BoardNumber)
                     select new { c.BoardNumber, c.ServicePosition, c.Position, m.Id };
        var monitors = (await chosen.AsNoTracking().ToListAsync(cancellationToken))
            .OrderBy(c => c.Position).ToLookup(c => (c.BoardNumber, c.ServicePosition), c => EntityId.FromBytes(c.Id));
        return
        [
            .. rows.Select(row => new Board(
                row.Number, EntityId.FromBytes(row.Id), row.OrganizationNumber, row.Name, row.Slug, row.IsPublished, row.Title, row.ShowsMonitors,
                [.. services[row.Number].Select(s => new Service(s.Name, s.Slug, [.. monitors[(row.Number, s.Position)]], [.. s.Tags]))],
                row.Version, UnixTime.FromMs(row.CreatedAtMs), UnixTime.FromMs(row.UpdatedAtMs))),
        ];
    }
}
