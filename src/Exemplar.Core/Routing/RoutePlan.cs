using Exemplar.Core.Ids;

namespace Exemplar.Core.Routing;

/// <summary>A channel as routing sees it.</summary>
/// <param name="Number">Its number inside this database.</param>
/// <param name="Id">Its public id.</param>
/// <param name="Name">Its name.</param>
public sealed record RouteChannel(int Number, EntityId Id, string Name);

/// <summary>Somebody who is to be told.</summary>
/// <param name="Channel">Over which channel.</param>
/// <param name="Participant">Who is on call and therefore told; null for a channel that is named itself.</param>
public sealed record Recipient(RouteChannel Channel, string? Participant)
{
    /// <summary>As a timeline names them.</summary>
    public string Words => Participant is null ? Channel.Name : $"{Participant} ({Channel.Name})";
}

/// <summary>The next step of a route in an incident.</summary>
/// <param name="RouteNumber">Which route.</param>
/// <param name="Step">Which step, from 0.</param>
/// <param name="DueAt">When it is told, unless somebody acknowledges before.</param>
public sealed record Escalation(int RouteNumber, int Step, DateTimeOffset DueAt);

/// <summary>A route that takes a downtime.</summary>
/// <param name="Route">Which.</param>
/// <param name="Told">Who is told at once; nobody outside its hours.</param>
/// <param name="Next">What comes next; null when nothing does.</param>
public sealed record RouteStart(Route Route, IReadOnlyList<Recipient> Told, Escalation? Next);

/// <summary>
/// Who is told of what: the routes of an organization with everything they name. Pure. What a route names and is no longer there is
/// passed over.
/// </summary>
/// <param name="routes">The routes of the organization.</param>
/// <param name="rotations">Its rotations, by id.</param>
/// <param name="channels">Its channels, by id.</param>
public sealed class RoutePlan(
    IReadOnlyList<Route> routes, IReadOnlyDictionary<EntityId, Rotation> rotations, IReadOnlyDictionary<EntityId, RouteChannel> channels)
{
    public static readonly RoutePlan Empty = new([], new Dictionary<EntityId, Rotation>(), new Dictionary<EntityId, RouteChannel>());

    /// <summary>The route with this number; null when it was removed.</summary>
    public Route? Find(int routeNumber) => routes.FirstOrDefault(r => r.Number == routeNumber);

    /// <summary>What the routes make of a monitor that went down.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="downAt">When it went down: this moment has to lie within the hours of a route.</param>
    /// <param name="now">When it is decided: the minutes of the steps count from here.</param>
    public IEnumerable<RouteStart> OnDown(RoutedMonitor monitor, DateTimeOffset downAt, DateTimeOffset now)
    {
        foreach (var route in routes)
        {
            if (!route.Monitors.Take(monitor)) continue;
            yield return route.Hours is { } hours && !hours.Contain(downAt)
                ? new RouteStart(route, [], new Escalation(route.Number, 0, hours.NextWithin(downAt)))
                : new RouteStart(route, Recipients(route.Steps[0], now), After(route, 0, now));
        }
    }

    /// <summary>
    /// Who is told of something that opens no incident, such as a late heartbeat: the first step of the routes that take the monitor at
    /// that moment. Nothing follows from it: there is nothing to acknowledge.
    /// </summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="at">When it happened: this moment has to lie within the hours of a route.</param>
    /// <param name="now">When it is decided: who is on call then is told.</param>
    public IEnumerable<Recipient> OnNotice(RoutedMonitor monitor, DateTimeOffset at, DateTimeOffset now) =>
        OnDown(monitor, at, now).SelectMany(start => start.Told);

    /// <summary>Who is told in a step, each channel once.</summary>
    public IReadOnlyList<Recipient> Recipients(RouteStep step, DateTimeOffset now) =>
        [.. step.Targets.Select(target => RecipientOf(target, now)).OfType<Recipient>().DistinctBy(r => r.Channel.Number)];

    /// <summary>Who a target is at a moment; null when it is no longer there or nobody is on call.</summary>
    public Recipient? RecipientOf(RouteTarget target, DateTimeOffset now) => target switch
    {
        RouteTarget.Channel => channels.TryGetValue(target.Id, out var channel) ? new Recipient(channel, null) : null,
        _ => rotations.TryGetValue(target.Id, out var rotation) && rotation.OnCallAt(now) is { } onCall && channels.TryGetValue(onCall.ChannelId, out var reaching)
            ? new Recipient(reaching, onCall.Name)
            : null,
    };

    /// <summary>The step after one that is told now; null when it is the last.</summary>
    public static Escalation? After(Route route, int step, DateTimeOffset now) => step + 1 < route.Steps.Count
        ? new Escalation(route.Number, step + 1, now + (route.Steps[step + 1].After - route.Steps[step].After))
        : null;
}
