using Exemplar.Core.Boards;
using Exemplar.Core.Monitors;
using Exemplar.Server.Boards;
using Exemplar.Server.Maintenance;

namespace Exemplar.Server.StatusPages;

/// <summary>A downtime as the public sees it. <paramref name="To"/> is null while it lasts.</summary>
public sealed record PublicDowntime(string Service, string ServiceSlug, DateTimeOffset From, DateTimeOffset? To);

/// <summary>A monitor as the public sees it, where the board names monitors.</summary>
public sealed record PublicMonitor(string Name, string Slug, PublicStatus Status);

/// <summary>A service as the public sees it.</summary>
public sealed record PublicService(
    string Name, string Slug, PublicStatus Status, DateTimeOffset? Since, double? Uptime, IReadOnlyList<ServiceDay> Days, IReadOnlyList<PublicMonitor> Monitors);

/// <summary>
/// Everything that a status page tells: no id, no error, no metadata, no name of a monitor unless the board says so.
/// What is not in here cannot get out.
/// </summary>
public sealed record StatusPageView(
    string Slug, string Title, PublicStatus Status, IReadOnlyList<PublicService> Services, IReadOnlyList<PublicDowntime> Downtimes, bool HasLogo, DateTimeOffset At)
{
    /// <summary>Planned work that touches a service, now or within the next days, soonest first.</summary>
    public IReadOnlyList<PublicMaintenance> Maintenance { get; init; } = [];

    /// <summary>How many days the bars show.</summary>
    public const int Days = 90;

    private const int MostDowntimes = 50;
    private const int MostMonitors = 100;

    /// <summary>One sentence for the top of the page.</summary>
    public string Headline
    {
        get
        {
            var down = Services.Count(s => s.Status.Key == "down");
            var unknown = Services.Count(s => s.Status.Key == "unknown");
            if (down > 0) return down == Services.Count ? (down == 1 ? $"{Services[0].Name} is down" : "All services are down") : $"{down} of {Services.Count} services {(down == 1 ? "is" : "are")} down";
            if (unknown > 0) return $"{unknown} of {Services.Count} services {(unknown == 1 ? "is" : "are")} in an unknown state";
            var planned = Services.Where(s => s.Status.Key == "maintenance").ToList();
            if (planned is [var only]) return $"{only.Name} is under maintenance";
            if (planned.Count > 0) return $"{planned.Count} of {Services.Count} services are under maintenance";
            return Status.Key == "up" ? "All services are operational" : "Nothing is watched at the moment";
        }
    }

    internal static StatusPageView Of(BoardStanding standing, bool hasLogo, IReadOnlyList<MaintenanceBanner> maintenance)
    {
        var board = standing.Board;
        return new StatusPageView(
            board.Slug, board.Title ?? board.Name, PublicStatus.Of(standing.Status),
            [.. standing.Services.Select(s => ServiceOf(s, board.ShowsMonitors, standing.At))],
            [
                .. standing.Services.SelectMany(s => DowntimesOf(s, standing.At))
                    .OrderByDescending(d => d.From).ThenBy(d => d.ServiceSlug, StringComparer.Ordinal).Take(MostDowntimes),
            ],
            hasLogo, standing.At)
        {
            Maintenance = [.. maintenance.Select(m => PublicMaintenance.Of(m, standing))],
        };
    }

    private static PublicService ServiceOf(ServiceStanding standing, bool showsMonitors, DateTimeOffset at) => new(
        standing.Service.Name, standing.Service.Slug, PublicStatus.Of(standing.Status),
        standing.Status is MonitorStatus.Down or MonitorStatus.Unknown ? standing.Since : null,
        Core.Periods.Uptime.Of(standing.Periods, at.AddDays(-Days), at).Ratio,
        ServiceDay.Split(standing.Periods, at.AddDays(1 - Days), at),
        showsMonitors ? MonitorsOf(standing) : []);

    // The address of a badge is made out of the name: an id is nobody's business outside.
    private static List<PublicMonitor> MonitorsOf(ServiceStanding standing)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var monitors = new List<PublicMonitor>();
        foreach (var monitor in standing.Monitors.Take(MostMonitors))
        {
            var slug = Core.Boards.Slug.ForMonitor(monitor.Monitor.Definition.Name, taken);
            taken.Add(slug);
            monitors.Add(new PublicMonitor(monitor.Monitor.Definition.Name, slug, PublicStatus.Of(monitor.Status)));
        }
        return monitors;
    }

    private static IEnumerable<PublicDowntime> DowntimesOf(ServiceStanding standing, DateTimeOffset at) => standing.Periods
        .Where(p => p.Status == MonitorStatus.Down)
        .TakeLast(MostDowntimes)
        .Select(p => new PublicDowntime(standing.Service.Name, standing.Service.Slug, p.From, p.To == at ? null : p.To));
}
