using System.Globalization;
using Exemplar.Core.Audit;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Routing;

/// <summary>A route as it is stored.</summary>
public sealed record StoredRoute(Route Route, int OrganizationNumber, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>True when a change was refused, because the route took other monitors by then: <see cref="RouteChange.OnlyMonitors"/>.</summary>
    public bool ChangedMeanwhile { get; init; }
}

/// <summary>What a route is made of or changed to; null leaves a field as it is.</summary>
public sealed record RouteChange(
    string? Name = null, bool? AllMonitors = null, IReadOnlyList<string>? Tags = null, IReadOnlyList<EntityId>? MonitorIds = null,
    IReadOnlyList<EntityId>? BoardIds = null, IReadOnlyList<Severity>? Severities = null, RouteHours? Hours = null, IReadOnlyList<RouteStep>? Steps = null)
{
    /// <summary>Takes the hours away: from then on it takes everything.</summary>
    public bool ClearsHours { get; init; }

    /// <summary>Which monitors the route took when the change was found to be right: only while it still does. Null for whichever.</summary>
    public RouteMonitors? OnlyMonitors { get; init; }
}

/// <summary>One page of routes, oldest first.</summary>
public sealed record RoutePage(IReadOnlyList<StoredRoute> Items, int? NextAfter);

/// <summary>Reads and changes routes.</summary>
public sealed class RouteStore(StorageEngine engine)
{
    /// <summary>Makes a route; null when the organization has <see cref="RoutingLimits.Routes"/> already.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<StoredRoute?> CreateAsync(Actor by, RouteChange route, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            if (await unit.Db.Routes.CountAsync(r => r.OrganizationNumber == by.OrganizationNumber, cancellationToken) >= RoutingLimits.Routes) return null;
            var row = new RouteRow
            {
                Id = FreshId.At(now).ToBytes(), OrganizationNumber = by.OrganizationNumber, Name = "", Tags = [], MonitorIds = [], BoardIds = [],
                Severities = [], Days = [], Steps = "[]", CreatedAtMs = now.ToMs(), UpdatedAtMs = now.ToMs(),
            };
            Set(row, route);
            unit.Db.Routes.Add(row);
            await unit.NoteAsync(by, now, AuditAction.RouteCreated, $"{EntityId.FromBytes(row.Id)}", row.Name, Changes(null, row), cancellationToken);
            return Read(row);
        }, cancellationToken);

    /// <summary>The routes of an organization, oldest first.</summary>
    public async Task<RoutePage> ListAsync(int organizationNumber, int after, int limit, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await db.Routes.AsNoTracking().Where(r => r.OrganizationNumber == organizationNumber && r.Number > after)
            .OrderBy(r => r.Number).Take(limit + 1).ToListAsync(cancellationToken);
        return new RoutePage([.. rows.Take(limit).Select(Read)], rows.Count > limit ? rows[limit - 1].Number : null);
    }

    /// <summary>One route; null when the organization has none with this id.</summary>
    public async Task<StoredRoute?> FindAsync(int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await Mine(db, organizationNumber, id).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>What routes may name, and what it is called.</summary>
    public Task<RoutingNames> NamesAsync(int organizationNumber, IReadOnlyCollection<EntityId> monitors, CancellationToken cancellationToken) =>
        RoutingNames.ReadAsync(engine, organizationNumber, monitors, cancellationToken);

    /// <summary>How the routes of an organization look at one of its monitors.</summary>
    public async Task<RoutingBook> BookAsync(MonitorDefinition monitor, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return (await RoutingBook.ReadAsync(db, [monitor.OrganizationNumber], [monitor.Number], cancellationToken))
            .GetValueOrDefault(monitor.OrganizationNumber, RoutingBook.Empty);
    }

    /// <summary>Changes the given fields; null when there is no such route. Incidents that escalate already go on by the new steps.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<StoredRoute?> UpdateAsync(Actor by, EntityId id, RouteChange change, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var mine = Mine(unit.Db, by.OrganizationNumber, id);
            // Whoever comes second waits here and then reads what the first one left.
            if (await mine.ExecuteUpdateAsync(set => set.SetProperty(r => r.UpdatedAtMs, r => r.UpdatedAtMs), cancellationToken) == 0) return null;
            var row = await mine.SingleAsync(cancellationToken);
            if (change.OnlyMonitors is { } seen && !Same(seen, RoutingContent.Read(row).Monitors)) return Read(row) with { ChangedMeanwhile = true };
            var before = RoutingContent.Read(row);
            Set(row, change);
            row.UpdatedAtMs = now.ToMs();
            await unit.NoteAsync(by, now, AuditAction.RouteChanged, id.ToString(), row.Name, Changes(before, row), cancellationToken);
            return Read(row);
        }, cancellationToken);

    /// <summary>Removes a route: nobody is told by it any more, and what escalates by it does so no further. False when there is none.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public Task<bool> DeleteAsync(Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            if (await Mine(unit.Db, by.OrganizationNumber, id).SingleOrDefaultAsync(cancellationToken) is not { } row) return false;
            unit.Db.Routes.Remove(row);
            await unit.NoteAsync(by, now, AuditAction.RouteDeleted, id.ToString(), row.Name, [], cancellationToken);
            return true;
        }, cancellationToken);

    private static void Set(RouteRow row, RouteChange change)
    {
        row.Name = change.Name ?? row.Name;
        row.AllMonitors = change.AllMonitors ?? row.AllMonitors;
        if (change.Tags is { } tags) row.Tags = [.. tags];
        if (change.MonitorIds is { } monitors) row.MonitorIds = [.. monitors.Select(id => id.ToString())];
        if (change.BoardIds is { } boards) row.BoardIds = [.. boards.Select(id => id.ToString())];
        if (change.Severities is { } severities) row.Severities = [.. severities.Select(s => (int)s)];
        if (change.Steps is { } steps) row.Steps = RoutingContent.Write(steps);
        if (change.ClearsHours) row.TimeZone = null;
        if (change.Hours is not { } hours) return;
        row.TimeZone = hours.Zone.Id;
        row.Days = [.. hours.Days.Select(d => (int)d)];
        (row.FromMinute, row.ToMinute) = (RoutingContent.Minute(hours.From), RoutingContent.Minute(hours.To));
    }

    private static bool Same(RouteMonitors one, RouteMonitors other) =>
        one.All == other.All && one.Tags.SequenceEqual(other.Tags, StringComparer.Ordinal)
        && one.MonitorIds.SequenceEqual(other.MonitorIds) && one.BoardIds.SequenceEqual(other.BoardIds);

    private static IReadOnlyList<AuditChange> Changes(Route? before, RouteRow row)
    {
        var after = RoutingContent.Read(row);
        return AuditChange.Of(
            ("name", before?.Name, after.Name), ("monitors", Words(before?.Monitors), Words(after.Monitors)),
            ("hours", Words(before?.Hours), Words(after.Hours)), ("steps", Words(before?.Steps), Words(after.Steps)));
    }

    private static string? Words(RouteMonitors? monitors)
    {
        if (monitors is null) return null;
        var severities = monitors.Severities.Count == 0 ? "" : $", of severity {string.Join(" or ", monitors.Severities).ToLowerInvariant()}";
        return AuditTrail.Watched(monitors.All, monitors.Tags, monitors.MonitorIds, monitors.BoardIds) + severities;
    }

    private static string? Words(RouteHours? hours) => hours is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", hours.Days).ToLowerInvariant()} {hours.From:HH\\:mm} to {hours.To:HH\\:mm} {hours.Zone.Id}");

    private static string? Words(IReadOnlyList<RouteStep>? steps) => steps is null
        ? null
        : string.Join("; ", steps.Select(s => $"{(s.After > TimeSpan.Zero ? $"after {AuditTrail.Minutes(s.After)} min" : "at once")} {string.Join(", ", s.Targets.Select(t => t.Id))}"));

    private static IQueryable<RouteRow> Mine(ExemplarDb db, int organizationNumber, EntityId id)
    {
        var idBytes = id.ToBytes();
        return db.Routes.Where(r => r.OrganizationNumber == organizationNumber && r.Id == idBytes);
    }

    private static StoredRoute Read(RouteRow row) =>
        new(RoutingContent.Read(row), row.OrganizationNumber, UnixTime.FromMs(row.CreatedAtMs), UnixTime.FromMs(row.UpdatedAtMs));
}
