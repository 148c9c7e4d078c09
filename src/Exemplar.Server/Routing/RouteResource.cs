using System.Globalization;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Server.Monitors;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Routing;

/// <summary>Who is told when some monitors go down, and who next when nobody acknowledges.</summary>
internal sealed record RouteResource
{
    public required EntityId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Whether it is about every monitor, also those to come.</summary>
    public required bool AllMonitors { get; init; }

    /// <summary>Otherwise: monitors with any of these tags,</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>these monitors,</summary>
    public required IReadOnlyList<EntityId> MonitorIds { get; init; }

    /// <summary>and those on any of these boards, by hand or by tag.</summary>
    public required IReadOnlyList<EntityId> BoardIds { get; init; }

    /// <summary>Of all of them only those that matter so much; none means all.</summary>
    public required IReadOnlyList<Severity> Severities { get; init; }

    /// <summary>When it takes what goes down; null means always.</summary>
    public required RouteHoursResource? Hours { get; init; }

    public required IReadOnlyList<RouteStepResource> Steps { get; init; }

    /// <summary>What it names and is no longer there: passed over when somebody is told.</summary>
    public required IReadOnlyList<EntityId> Missing { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static RouteResource Of(StoredRoute stored, RoutingNames names)
    {
        var route = stored.Route;
        return new RouteResource
        {
            Id = route.Id,
            Name = route.Name,
            AllMonitors = route.Monitors.All,
            Tags = route.Monitors.Tags,
            MonitorIds = route.Monitors.MonitorIds,
            BoardIds = route.Monitors.BoardIds,
            Severities = route.Monitors.Severities,
            Hours = route.Hours is { } hours ? RouteHoursResource.Of(hours) : null,
            Steps = [.. route.Steps.Select(RouteStepResource.Of)],
            Missing = names.MissingIn(route),
            CreatedAt = stored.CreatedAt,
            UpdatedAt = stored.UpdatedAt,
        };
    }
}

/// <summary>When a route takes what goes down. What goes down outside is told when the hours begin, if it is still down and nobody acknowledged.</summary>
internal sealed record RouteHoursResource
{
    /// <summary>A name of the tz database, such as Europe/Berlin.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The days on which the hours begin; left out: every day.</summary>
    public IReadOnlyList<DayOfWeek>? Days { get; init; }

    /// <summary>Local time, such as 08:00.</summary>
    public required string From { get; init; }

    /// <summary>Local time, up to 24:00. Not after from means on the next day.</summary>
    public required string To { get; init; }

    public static RouteHoursResource Of(RouteHours hours) => new()
    {
        TimeZone = hours.Zone.Id,
        Days = hours.Days,
        From = Text(hours.From),
        To = hours.To == TimeOnly.MinValue ? "24:00" : Text(hours.To),
    };

    public static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}

/// <summary>One step of a route.</summary>
internal sealed record RouteStepResource
{
    /// <summary>0 for the first step; then growing, up to 1440. The step is told when nobody has acknowledged within these minutes.</summary>
    public required double AfterMinutes { get; init; }

    /// <summary>1 to 20.</summary>
    public required IReadOnlyList<RouteTargetResource> Targets { get; init; }

    public static RouteStepResource Of(RouteStep step) => new()
    {
        AfterMinutes = MonitorResource.Minutes(step.After),
        Targets = [.. step.Targets.Select(t => t is RouteTarget.OnCall ? new RouteTargetResource { RotationId = t.Id } : new RouteTargetResource { ChannelId = t.Id })],
    };
}

/// <summary>Either a channel, or whoever is on call in a rotation.</summary>
internal sealed record RouteTargetResource
{
    public EntityId? ChannelId { get; init; }

    public EntityId? RotationId { get; init; }
}

// Only for the documentation: RouteFields reads it field by field.
/// <summary>A route to be made.</summary>
internal sealed record RouteCreation
{
    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Left out: true unless tags, monitors or boards are named.</summary>
    public bool? AllMonitors { get; init; }

    /// <summary>Up to 50 tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Up to 1000 monitors of the organization.</summary>
    public IReadOnlyList<EntityId>? MonitorIds { get; init; }

    /// <summary>Up to 50 boards of the organization.</summary>
    public IReadOnlyList<EntityId>? BoardIds { get; init; }

    public IReadOnlyList<Severity>? Severities { get; init; }

    public RouteHoursResource? Hours { get; init; }

    /// <summary>1 to 10 steps.</summary>
    public required IReadOnlyList<RouteStepResource> Steps { get; init; }
}

// Only for the documentation: RouteFields reads it field by field.
/// <summary>The fields to change; what is left out stays as it is.</summary>
internal sealed record RouteEdit
{
    /// <summary>1 to 100 characters.</summary>
    public string? Name { get; init; }

    public bool? AllMonitors { get; init; }

    /// <summary>Replaces all tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Replaces all monitors.</summary>
    public IReadOnlyList<EntityId>? MonitorIds { get; init; }

    /// <summary>Replaces all boards.</summary>
    public IReadOnlyList<EntityId>? BoardIds { get; init; }

    public IReadOnlyList<Severity>? Severities { get; init; }

    /// <summary>Null takes them away.</summary>
    public RouteHoursResource? Hours { get; init; }

    /// <summary>Replaces all steps.</summary>
    public IReadOnlyList<RouteStepResource>? Steps { get; init; }
}
