using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;

namespace Exemplar.Core.Routing;

/// <summary>Who is told when some monitors go down, and who next when nobody acknowledges.</summary>
/// <param name="Number">Its number inside this database.</param>
/// <param name="Id">Its public id.</param>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Monitors">Which monitors.</param>
/// <param name="Hours">When it takes what goes down; null means always.</param>
/// <param name="Steps">1 to <see cref="RoutingLimits.Steps"/>, each later than the one before; the first at once.</param>
public sealed record Route(int Number, EntityId Id, string Name, RouteMonitors Monitors, RouteHours? Hours, IReadOnlyList<RouteStep> Steps);

/// <summary>Which monitors a route is about.</summary>
/// <param name="All">Every monitor of the organization, also those to come.</param>
/// <param name="Tags">Otherwise: monitors with any of these tags,</param>
/// <param name="MonitorIds">these monitors,</param>
/// <param name="BoardIds">and those on any of these boards, by hand or by tag.</param>
/// <param name="Severities">Of all of them only those that matter so much; none named means all.</param>
public sealed record RouteMonitors(
    bool All, IReadOnlyList<string> Tags, IReadOnlyList<EntityId> MonitorIds, IReadOnlyList<EntityId> BoardIds, IReadOnlyList<Severity> Severities)
{
    public bool Take(RoutedMonitor monitor) =>
        (Severities.Count == 0 || Severities.Contains(monitor.Severity))
        && (All || MonitorIds.Contains(monitor.Id) || BoardIds.Any(monitor.BoardIds.Contains)
            || monitor.Tags.Any(tag => Tags.Contains(tag, StringComparer.Ordinal)));
}

/// <summary>What a route looks at in a monitor.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="BoardIds">The boards it is on, by hand or by tag; only those that a route names have to be there.</param>
public sealed record RoutedMonitor(EntityId Id, IReadOnlyList<string> Tags, Severity Severity, IReadOnlySet<EntityId> BoardIds);

/// <summary>One step of a route.</summary>
/// <param name="After">How long after the first step; zero for the first.</param>
/// <param name="Targets">Who is told, 1 to <see cref="RoutingLimits.Targets"/>.</param>
public sealed record RouteStep(TimeSpan After, IReadOnlyList<RouteTarget> Targets);

/// <summary>A channel, or whoever is on call in a rotation.</summary>
public abstract record RouteTarget(EntityId Id)
{
    /// <summary>Always the same channel.</summary>
    public sealed record Channel(EntityId Id) : RouteTarget(Id);

    /// <summary>The channel of whoever is on call at that moment.</summary>
    public sealed record OnCall(EntityId Id) : RouteTarget(Id);
}

/// <summary>How large routes and rotations may grow.</summary>
public static class RoutingLimits
{
    /// <summary>Routes of one organization.</summary>
    public const int Routes = 100;

    /// <summary>Rotations of one organization.</summary>
    public const int Rotations = 100;

    /// <summary>Steps of one route.</summary>
    public const int Steps = 10;

    /// <summary>Targets of one step.</summary>
    public const int Targets = 20;

    /// <summary>Tags of one route.</summary>
    public const int Tags = 50;

    /// <summary>Monitors that one route names.</summary>
    public const int Monitors = 1_000;

    /// <summary>Boards of one route.</summary>
    public const int Boards = 50;

    /// <summary>Participants of one rotation.</summary>
    public const int Participants = 50;

    /// <summary>Overrides of one rotation.</summary>
    public const int Overrides = 200;

    /// <summary>Characters in a name.</summary>
    public const int LongestName = 100;

    /// <summary>The last step comes at most so long after the first.</summary>
    public static readonly TimeSpan LatestStep = TimeSpan.FromHours(24);

    /// <summary>An override lasts at most so long.</summary>
    public static readonly TimeSpan LongestOverride = TimeSpan.FromDays(366);
}
