using Exemplar.Core.Ids;
using Exemplar.Core.Routing;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Routing;

/// <summary>Which routes and rotations name a thing that is about to be removed. An organization has few of either.</summary>
internal static class RoutingUse
{
    public static async Task<IReadOnlyList<string>> OfChannelAsync(ExemplarDb db, int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        var routes = await RoutesAsync(db, organizationNumber, r => Targets(r, id), cancellationToken);
        var rotations = (await db.Rotations.AsNoTracking().Where(r => r.OrganizationNumber == organizationNumber).OrderBy(r => r.Number).ToListAsync(cancellationToken))
            .Select(RoutingContent.Read).Where(r => r.Participants.Any(p => p.ChannelId == id)).Select(r => $"rotation {r.Name}");
        return [.. routes, .. rotations];
    }

    public static Task<IReadOnlyList<string>> OfRotationAsync(ExemplarDb db, int organizationNumber, EntityId id, CancellationToken cancellationToken) =>
        RoutesAsync(db, organizationNumber, r => Targets(r, id), cancellationToken);

    public static Task<IReadOnlyList<string>> OfBoardAsync(ExemplarDb db, int organizationNumber, EntityId id, CancellationToken cancellationToken) =>
        RoutesAsync(db, organizationNumber, r => r.Monitors.BoardIds.Contains(id), cancellationToken);

    private static bool Targets(Route route, EntityId id) => route.Steps.Any(s => s.Targets.Any(t => t.Id == id));

    private static async Task<IReadOnlyList<string>> RoutesAsync(
        ExemplarDb db, int organizationNumber, Func<Route, bool> names, CancellationToken cancellationToken) =>
    [
        .. (await db.Routes.AsNoTracking().Where(r => r.OrganizationNumber == organizationNumber).OrderBy(r => r.Number).ToListAsync(cancellationToken))
            .Select(RoutingContent.Read).Where(names).Select(r => $"route {r.Name}"),
    ];
}
