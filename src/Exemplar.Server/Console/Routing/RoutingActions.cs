using System.Text.Json;
using Exemplar.Core.Accounts;
using Exemplar.Core.Ids;
using Exemplar.Core.Routing;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Channels;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Requests;
using Exemplar.Server.Routing;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Console.Routing;

/// <summary>What admins do with routes and rotations, under the same rules as the API.</summary>
internal sealed class RoutingActions(ActionGate gate, RouteStore routes, RotationStore rotations, RouteFields routeFields, RotationFields rotationFields)
{
    private const string RouteGone = "This route does not exist any more.";
    private const string RotationGone = "This rotation does not exist any more.";

    public Task<Outcome<StoredRoute>> CreateRouteAsync(Dictionary<string, object?> form) => AsAdminAsync<StoredRoute>(async (by, now) =>
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: true);
        if (await routeFields.ReadNewAsync(fields, by.OrganizationNumber, CancellationToken.None) is not { } route) return new(null, fields.Errors);
        return await routes.CreateAsync(by, route, now, CancellationToken.None) is { } created
            ? new(created)
            : new(null, Refusal: $"An organization has at most {RoutingLimits.Routes} routes.");
    });

    public Task<Outcome<StoredRoute>> EditRouteAsync(EntityId id, Dictionary<string, object?> form) => AsAdminAsync<StoredRoute>(async (by, now) =>
    {
        if (await routes.FindAsync(by.OrganizationNumber, id, CancellationToken.None) is not { } stored) return new(null, Refusal: RouteGone);
        while (true)
        {
            var fields = new JsonFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: false);
            if (await routeFields.ReadEditAsync(fields, stored, CancellationToken.None) is not { } change) return new(null, fields.Errors);
            var route = await routes.UpdateAsync(by, id, change, now, CancellationToken.None);
            if (route is not { ChangedMeanwhile: true }) return Found(route, RouteGone);
            stored = route;
        }
    });

    public Task<Outcome<StoredRoute>> DeleteRouteAsync(StoredRoute route) => AsAdminAsync<StoredRoute>(async (by, now) =>
        Found(await routes.DeleteAsync(by, route.Route.Id, now, CancellationToken.None) ? route : null, RouteGone));

    public Task<Outcome<StoredRotation>> CreateRotationAsync(Dictionary<string, object?> form) => AsAdminAsync<StoredRotation>(async (by, now) =>
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: true);
        if (await rotationFields.ReadNewAsync(fields, by.OrganizationNumber, CancellationToken.None) is not { } rotation) return new(null, fields.Errors);
        return await rotations.CreateAsync(by, rotation, now, CancellationToken.None) is { } created
            ? new(created)
            : new(null, Refusal: $"An organization has at most {RoutingLimits.Rotations} rotations.");
    });

    public Task<Outcome<StoredRotation>> EditRotationAsync(EntityId id, Dictionary<string, object?> form) => AsAdminAsync<StoredRotation>(async (by, now) =>
    {
        if (await rotations.FindAsync(by.OrganizationNumber, id, CancellationToken.None) is not { } stored) return new(null, Refusal: RotationGone);
        while (true)
        {
            var fields = new JsonFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: false);
            if (await rotationFields.ReadEditAsync(fields, stored, CancellationToken.None) is not { } change) return new(null, fields.Errors);
            var rotation = await rotations.UpdateAsync(by, id, change, now, CancellationToken.None);
            if (rotation is not { ChangedMeanwhile: true }) return Found(rotation, RotationGone);
            stored = rotation;
        }
    });

    public Task<Outcome<StoredRotation>> DeleteRotationAsync(StoredRotation rotation) => AsAdminAsync<StoredRotation>(async (by, now) =>
    {
        var removal = await rotations.DeleteAsync(by, rotation.Rotation.Id, now, CancellationToken.None);
        return removal is { WasFound: true, IsDone: false } ? new(null, Refusal: InUse.Words(removal)) : Found(removal.IsDone ? rotation : null, RotationGone);
    });

    private static Outcome<T> Found<T>(T? value, string gone) where T : class => value is null ? new(null, Refusal: gone) : new(value);

    private Task<Outcome<T>> AsAdminAsync<T>(Func<Actor, DateTimeOffset, Task<Outcome<T>>> act) where T : class =>
        gate.AsAsync(MemberRole.Admin, (_, by, now) => act(by, now), ChannelActions.NotAllowed);
}
