using Exemplar.Core.Maintenance;
using Exemplar.Core.Periods;

namespace Exemplar.Server.StatusPages;

/// <summary>A status page as JSON.</summary>
internal sealed record StatusPageResource
{
    public required string Name { get; init; }

    /// <summary><c>up</c>, <c>down</c>, <c>unknown</c>, <c>maintenance</c> or <c>not_watched</c>: the worst of the services.</summary>
    public required string Status { get; init; }

    public required IReadOnlyList<StatusServiceResource> Services { get; init; }

    /// <summary>Of the last 90 days, newest first, at most 50.</summary>
    public required IReadOnlyList<StatusDowntimeResource> Downtimes { get; init; }

    /// <summary>Planned work, now or within the next 7 days, what takes place now first; at most 10.</summary>
    public required IReadOnlyList<StatusMaintenanceResource> Maintenance { get; init; }

    public required DateTimeOffset At { get; init; }

    public static StatusPageResource Of(StatusPageView page) => new()
    {
        Name = page.Title,
        Status = page.Status.Key,
        At = page.At,
        Services =
        [
            .. page.Services.Select(s => new StatusServiceResource
            {
                Name = s.Name,
                Slug = s.Slug,
                Status = s.Status.Key,
                Since = s.Since,
                Uptime = s.Uptime,
                Days = [.. s.Days.Select(d => new StatusDayResource { Day = d.Day, Uptime = d.Uptime.Ratio, DowntimeSeconds = Seconds(d.Uptime) })],
                Monitors = s.Monitors.Count == 0 ? null : [.. s.Monitors.Select(m => new StatusMonitorResource { Name = m.Name, Slug = m.Slug, Status = m.Status.Key })],
            }),
        ],
        Maintenance =
        [
            .. page.Maintenance.Select(m => new StatusMaintenanceResource
            {
                Title = m.Title, Severity = m.Severity, StartsAt = m.From, EndsAt = m.To, Current = m.IsCurrent,
                Services = [.. m.Services.Select(s => new StatusTouchedServiceResource { Name = s.Name, Slug = s.Slug })],
                Updates = [.. m.Updates.Select(u => new StatusUpdateResource { At = u.At, Text = u.Text })],
            }),
        ],
        Downtimes = [.. page.Downtimes.Select(d => new StatusDowntimeResource { Service = d.ServiceSlug, From = d.From, To = d.To })],
    };

    private static double Seconds(Uptime uptime) => uptime.Down.TotalMilliseconds / 1000;
}

/// <summary>One service of a status page.</summary>
internal sealed record StatusServiceResource
{
    public required string Name { get; init; }

    public required string Slug { get; init; }

    public required string Status { get; init; }

    /// <summary>Since when it is down or unknown; null where that is not known, or where it is neither.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>Of the last 90 days; null where nothing was watched.</summary>
    public required double? Uptime { get; init; }

    /// <summary>90 days in UTC, the last of them today.</summary>
    public required IReadOnlyList<StatusDayResource> Days { get; init; }

    /// <summary>Null where the page does not name monitors.</summary>
    public required IReadOnlyList<StatusMonitorResource>? Monitors { get; init; }
}

/// <summary>One day of one service.</summary>
internal sealed record StatusDayResource
{
    public required DateOnly Day { get; init; }

    public required double? Uptime { get; init; }

    public required double DowntimeSeconds { get; init; }
}

/// <summary>One monitor behind a service.</summary>
internal sealed record StatusMonitorResource
{
    public required string Name { get; init; }

    /// <summary>Its badge is at <c>/status/{board}/{service}/{slug}.svg</c>. It follows from the name.</summary>
    public required string Slug { get; init; }

    public required string Status { get; init; }
}

/// <summary>Planned work that touches a service.</summary>
internal sealed record StatusMaintenanceResource
{
    public required string Title { get; init; }

    public required MaintenanceSeverity Severity { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Whether it takes place now.</summary>
    public required bool Current { get; init; }

    /// <summary>The services of this page that it touches, in their order.</summary>
    public required IReadOnlyList<StatusTouchedServiceResource> Services { get; init; }

    /// <summary>Newest first, at most 20.</summary>
    public required IReadOnlyList<StatusUpdateResource> Updates { get; init; }
}

/// <summary>A service of the page that planned work touches.</summary>
internal sealed record StatusTouchedServiceResource
{
    public required string Name { get; init; }

    public required string Slug { get; init; }
}

/// <summary>What was told about planned work.</summary>
internal sealed record StatusUpdateResource
{
    public required DateTimeOffset At { get; init; }

    public required string Text { get; init; }
}

/// <summary>One downtime of one service.</summary>
internal sealed record StatusDowntimeResource
{
    /// <summary>The slug of the service.</summary>
    public required string Service { get; init; }

    public required DateTimeOffset From { get; init; }

    /// <summary>Null while it lasts.</summary>
    public required DateTimeOffset? To { get; init; }
}
