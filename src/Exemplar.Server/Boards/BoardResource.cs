using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Server.Maintenance;

namespace Exemplar.Server.Boards;

/// <summary>A board: monitors in named services, and whether they are published as a status page.</summary>
internal sealed record BoardResource
{
    public required EntityId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The status page is at <c>/status/{slug}</c>; unique over the whole server.</summary>
    public required string Slug { get; init; }

    /// <summary>Whether everybody may read the status page.</summary>
    public required bool Published { get; init; }

    /// <summary>What the status page is headed with; null takes the name.</summary>
    public required string? Title { get; init; }

    /// <summary>Whether the status page tells the names of monitors, and not only those of services.</summary>
    public required bool ShowMonitors { get; init; }

    public required IReadOnlyList<ServiceResource> Services { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static BoardResource Of(Board board) => new()
    {
        Id = board.Id,
        Name = board.Name,
        Slug = board.Slug,
        Published = board.IsPublished,
        Title = board.Title,
        ShowMonitors = board.ShowsMonitors,
        Services = [.. board.Services.Select(s => new ServiceResource { Name = s.Name, Slug = s.Slug, MonitorIds = s.MonitorIds, Tags = s.Tags })],
        CreatedAt = board.CreatedAt,
        UpdatedAt = board.UpdatedAt,
    };
}

/// <summary>One service of a board.</summary>
internal sealed record ServiceResource
{
    public required string Name { get; init; }

    /// <summary>The badge is at <c>/status/{board slug}/{slug}.svg</c>.</summary>
    public required string Slug { get; init; }

    /// <summary>The monitors chosen by hand, in order.</summary>
    public required IReadOnlyList<EntityId> MonitorIds { get; init; }

    /// <summary>Every monitor with one of these tags belongs to the service as well.</summary>
    public required IReadOnlyList<string> Tags { get; init; }
}

/// <summary>How a board stands now.</summary>
internal sealed record BoardStatusResource
{
    /// <summary>The worst of its services; null where there is nothing to watch.</summary>
    public required MonitorStatus? Status { get; init; }

    public required IReadOnlyList<ServiceStatusResource> Services { get; init; }

    /// <summary>Maintenance windows that touch a service, now or within the next 7 days, what takes place now first; at most 10.</summary>
    public required IReadOnlyList<BoardMaintenanceResource> Maintenance { get; init; }

    public required DateTimeOffset At { get; init; }

    public static BoardStatusResource Of(BoardStanding standing, IReadOnlyList<MaintenanceBanner> maintenance) => new()
    {
        Status = standing.Status,
        At = standing.At,
        Maintenance =
        [
            .. maintenance.Select(m => new BoardMaintenanceResource
            {
                Id = m.View.Window.Id, Title = m.View.Window.Title, Severity = m.View.Window.Severity, StartsAt = m.Time.From, EndsAt = m.Time.To,
                Current = m.IsCurrent, Services = [.. standing.ServicesWith(m.Touches).Select(s => s.Slug)],
            }),
        ],
        Services =
        [
            .. standing.Services.Select(s => new ServiceStatusResource
            {
                Name = s.Service.Name,
                Slug = s.Service.Slug,
                Status = s.Status,
                Monitors = [.. s.Monitors.Select(m => new MonitorStatusResource { Id = m.Monitor.Definition.Id, Name = m.Monitor.Definition.Name, Status = m.Status, Since = m.Since })],
            }),
        ],
    };
}

/// <summary>How one service stands now.</summary>
internal sealed record ServiceStatusResource
{
    public required string Name { get; init; }

    public required string Slug { get; init; }

    /// <summary>The worst of its monitors. What is paused or new counts only where nothing else is there; null where there is no monitor.</summary>
    public required MonitorStatus? Status { get; init; }

    /// <summary>At most 1000: by hand first, then by tag.</summary>
    public required IReadOnlyList<MonitorStatusResource> Monitors { get; init; }
}

/// <summary>A maintenance window that touches a board.</summary>
internal sealed record BoardMaintenanceResource
{
    public required EntityId Id { get; init; }

    public required string Title { get; init; }

    public required MaintenanceSeverity Severity { get; init; }

    /// <summary>Of a window that recurs, the time that takes place now, or the next.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Whether it takes place now.</summary>
    public required bool Current { get; init; }

    /// <summary>The slugs of the services that it touches, in the board's order.</summary>
    public required IReadOnlyList<string> Services { get; init; }
}

/// <summary>How one monitor of a service stands now.</summary>
internal sealed record MonitorStatusResource
{
    public required EntityId Id { get; init; }

    public required string Name { get; init; }

    public required MonitorStatus Status { get; init; }

    public required DateTimeOffset Since { get; init; }
}

// Only for the documentation: BoardFields reads it field by field.
/// <summary>A board to be made.</summary>
internal sealed record BoardCreation
{
    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 60 lower-case letters, digits and single hyphens; unique over the whole server. Left out: it follows from the name.</summary>
    public string? Slug { get; init; }

    /// <summary>Left out: false.</summary>
    public bool? Published { get; init; }

    /// <summary>1 to 100 characters. Left out: the name.</summary>
    public string? Title { get; init; }

    /// <summary>Left out: false.</summary>
    public bool? ShowMonitors { get; init; }

    /// <summary>At most 100, in the order in which they are shown.</summary>
    public IReadOnlyList<ServiceCreation>? Services { get; init; }
}

// Only for the documentation: BoardFields reads it field by field.
/// <summary>One service of a board.</summary>
internal sealed record ServiceCreation
{
    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Unique on the board. Left out: a service of this name keeps the one it has, a new one gets one that follows from its name.</summary>
    public string? Slug { get; init; }

    /// <summary>At most 500 monitors of the organization.</summary>
    public IReadOnlyList<EntityId>? MonitorIds { get; init; }

    /// <summary>At most 20 tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}

// Only for the documentation: BoardFields reads it field by field.
/// <summary>The fields to change; what is left out stays as it is.</summary>
internal sealed record BoardEdit
{
    /// <summary>1 to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>A new address: whoever knows the old one finds nothing there any more.</summary>
    public string? Slug { get; init; }

    public bool? Published { get; init; }

    /// <summary>1 to 100 characters; null takes the name.</summary>
    public string? Title { get; init; }

    public bool? ShowMonitors { get; init; }

    /// <summary>Replaces all services.</summary>
    public IReadOnlyList<ServiceCreation>? Services { get; init; }
}
