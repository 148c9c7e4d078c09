using Exemplar.Core.Ids;
using Exemplar.Core.Routing;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Routing;

/// <summary>What routes and rotations of an organization may name, and what it is called.</summary>
/// <param name="Channels">All channels.</param>
/// <param name="Rotations">All rotations.</param>
/// <param name="Boards">All boards.</param>
/// <param name="Monitors">Those of the monitors that were asked for.</param>
public sealed record RoutingNames(
    IReadOnlyDictionary<EntityId, string> Channels, IReadOnlyDictionary<EntityId, string> Rotations,
    IReadOnlyDictionary<EntityId, string> Boards, IReadOnlyDictionary<EntityId, string> Monitors)
{
    /// <summary>What a route names and the organization does not have any more.</summary>
    public IReadOnlyList<EntityId> MissingIn(Route route) =>
    [
        .. route.Monitors.MonitorIds.Where(id => !Monitors.ContainsKey(id)),
        .. route.Monitors.BoardIds.Where(id => !Boards.ContainsKey(id)),
        .. route.Steps.SelectMany(s => s.Targets).Where(t => !(t is RouteTarget.OnCall ? Rotations : Channels).ContainsKey(t.Id)).Select(t => t.Id).Distinct(),
    ];

    /// <summary>What a rotation names and the organization does not have any more.</summary>
    public IReadOnlyList<EntityId> MissingIn(Rotation rotation) =>
        [.. rotation.Participants.Select(p => p.ChannelId).Where(id => !Channels.ContainsKey(id)).Distinct()];

    internal static async Task<RoutingNames> ReadAsync(
        StorageEngine engine, int organizationNumber, IReadOnlyCollection<EntityId> monitors, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var channels = await db.Channels.AsNoTracking().Where(c => c.OrganizationNumber == organizationNumber)
            .Select(c => new { c.Id, c.Name }).ToListAsync(cancellationToken);
        var rotations = await db.Rotations.AsNoTracking().Where(r => r.OrganizationNumber == organizationNumber)
            .Select(r => new { r.Id, r.Name }).ToListAsync(cancellationToken);
        var boards = await db.Boards.AsNoTracking().Where(b => b.OrganizationNumber == organizationNumber)
            .Select(b => new { b.Id, b.Name }).ToListAsync(cancellationToken);
        var names = new Dictionary<EntityId, string>();
        foreach (var some in monitors.Distinct().Select(id => id.ToBytes()).Chunk(500).Select(chunk => chunk.ToList()))
            foreach (var monitor in await db.Monitors.AsNoTracking().Where(m => m.OrganizationNumber == organizationNumber && some.Contains(m.Id))
                .Select(m => new { m.Id, m.Name }).ToListAsync(cancellationToken))
                names[EntityId.FromBytes(monitor.Id)] = monitor.Name;
        return new RoutingNames(
            channels.ToDictionary(c => EntityId.FromBytes(c.Id), c => c.Name), rotations.ToDictionary(r => EntityId.FromBytes(r.Id), r => r.Name),
            boards.ToDictionary(b => EntityId.FromBytes(b.Id), b => b.Name), names);
    }
}
