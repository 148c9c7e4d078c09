using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Routing;

/// <summary>The routing of one organization as it stands: its plan, and on which boards monitors are.</summary>
/// <param name="plan">The plan.</param>
/// <param name="boardsByTag">Of the boards that routes name: by tag.</param>
/// <param name="boardsByMonitor">And by the number of a monitor that was chosen by hand.</param>
public sealed class RoutingBook(RoutePlan plan, ILookup<string, EntityId> boardsByTag, ILookup<int, EntityId> boardsByMonitor)
{
    public static readonly RoutingBook Empty = new(RoutePlan.Empty, Nothing<string>(), Nothing<int>());

    public RoutePlan Plan => plan;

    /// <summary>A monitor as the routes look at it.</summary>
    public RoutedMonitor MonitorOf(MonitorDefinition monitor) => new(
        monitor.Id, monitor.Tags, monitor.Severity,
        monitor.Tags.SelectMany(tag => boardsByTag[tag]).Concat(boardsByMonitor[monitor.Number]).ToHashSet());

    /// <summary>
    /// The books of some organizations, read once for all monitors of a batch. Organizations without routes have none and cost one
    /// query altogether.
    /// </summary>
    /// <param name="db">The context to read with.</param>
    /// <param name="organizations">The organizations' numbers.</param>
    /// <param name="monitors">The numbers of the monitors that will be asked about.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<Dictionary<int, RoutingBook>> ReadAsync(
        ExemplarDb db, int[] organizations, int[] monitors, CancellationToken cancellationToken)
    {
        var routes = (await db.Routes.AsNoTracking().Where(r => organizations.Contains(r.OrganizationNumber)).OrderBy(r => r.Number)
            .ToListAsync(cancellationToken)).ToLookup(r => r.OrganizationNumber, RoutingContent.Read);
        int[] routed = [.. routes.Select(group => group.Key)];
        if (routed.Length == 0) return [];
        var channels = (await db.Channels.AsNoTracking().Where(c => routed.Contains(c.OrganizationNumber))
            .Select(c => new { c.OrganizationNumber, c.Number, c.Id, c.Name }).ToListAsync(cancellationToken)).ToLookup(c => c.OrganizationNumber);
        var rotations = routes.SelectMany(r => r).Any(r => r.Steps.Any(s => s.Targets.Any(t => t is RouteTarget.OnCall)))
            ? (await db.Rotations.AsNoTracking().Where(r => routed.Contains(r.OrganizationNumber)).ToListAsync(cancellationToken))
                .ToLookup(r => r.OrganizationNumber, RoutingContent.Read)
            : Array.Empty<Rotation>().ToLookup(_ => 0);
        var (byTag, byMonitor) = await ReadBoardsAsync(db, [.. routes.SelectMany(r => r).SelectMany(r => r.Monitors.BoardIds).Distinct()], monitors, cancellationToken);
        return routes.ToDictionary(group => group.Key, group => new RoutingBook(
            new RoutePlan(
                [.. group], rotations[group.Key].ToDictionary(r => r.Id),
                channels[group.Key].Select(c => new RouteChannel(c.Number, EntityId.FromBytes(c.Id), c.Name)).ToDictionary(c => c.Id)),
            byTag, byMonitor));
    }

    private static async Task<(ILookup<string, EntityId> ByTag, ILookup<int, EntityId> ByMonitor)> ReadBoardsAsync(
        ExemplarDb db, IReadOnlyList<EntityId> ids, int[] monitors, CancellationToken cancellationToken)
    {
        byte[][] bytes = [.. ids.Select(id => id.ToBytes())];
        var boards = bytes.Length == 0
            ? []
            : await db.Boards.AsNoTracking().Where(b => bytes.Contains(b.Id)).Select(b => new { b.Number, b.Id }).ToDictionaryAsync(b => b.Number, b => EntityId.FromBytes(b.Id), cancellationToken);
        if (boards.Count == 0) return (Nothing<string>(), Nothing<int>());
        int[] numbers = [.. boards.Keys];
        var services = await db.Services.AsNoTracking().Where(s => numbers.Contains(s.BoardNumber))
            .Select(s => new { s.BoardNumber, s.Tags }).ToListAsync(cancellationToken);
        var chosen = await db.ServiceMonitors.AsNoTracking().Where(m => numbers.Contains(m.BoardNumber) && monitors.Contains(m.MonitorNumber))
            .Select(m => new { m.BoardNumber, m.MonitorNumber }).ToListAsync(cancellationToken);
        return (
            services.SelectMany(s => s.Tags.Select(tag => (Tag: tag, Board: boards[s.BoardNumber]))).ToLookup(t => t.Tag, t => t.Board, StringComparer.Ordinal),
            chosen.ToLookup(m => m.MonitorNumber, m => boards[m.BoardNumber]));
    }

    private static ILookup<TKey, EntityId> Nothing<TKey>() where TKey : notnull => Array.Empty<TKey>().ToLookup(key => key, _ => default(EntityId));
}
