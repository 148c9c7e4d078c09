using Exemplar.Core.Monitors;
using Exemplar.Server.Boards;
using Exemplar.Server.Console.Schedules;

namespace Exemplar.Server.Console.Boards;

/// <summary>What boards and walls say in the same words.</summary>
internal static class BoardWords
{
    /// <summary>"3 of 5 up": late counts as up, as it does in uptime.</summary>
    public static string Share(ServiceStanding service)
    {
        var up = service.Monitors.Count(m => m.Status is MonitorStatus.Up or MonitorStatus.Late);
        if (service.Monitors.Count == 0) return "";
        return service.Monitors.Count == 1 ? "1 monitor" : $"{up} of {service.Monitors.Count} up";
    }

    /// <summary>How long the service stands so.</summary>
    public static string For(ServiceStanding service, BoardStanding board) => service switch
    {
        { Status: null } => "",
        { Since: { } since } => TimeWords.Long(board.At - since),
        _ => "over 24 h",
    };

    /// <summary>The monitors that explain why a service does not stand well, worst first.</summary>
    public static IEnumerable<MonitorStanding> Troubled(ServiceStanding service) => service.Monitors
        .Where(m => m.Status is MonitorStatus.Down or MonitorStatus.Unknown or MonitorStatus.Late)
        .OrderBy(m => m.Status switch { MonitorStatus.Down => 0, MonitorStatus.Unknown => 1, _ => 2 });
}
