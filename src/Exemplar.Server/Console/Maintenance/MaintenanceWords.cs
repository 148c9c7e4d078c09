using Exemplar.Core.Maintenance;
using Exemplar.Server.Console.Schedules;

namespace Exemplar.Server.Console.Maintenance;

/// <summary>Windows as people say them.</summary>
internal static class MaintenanceWords
{
    /// <summary>How a window recurs; null when it does not.</summary>
    public static string? Recurs(MaintenanceWindow window) => window.Times.Recurrence switch
    {
        CronRecurrence cron => $"{cron.Expression} {cron.TimeZone}, {TimeWords.Long(cron.Duration)} each",
        WeeklyRecurrence { Hours: var hours } => $"{hours}",
        _ => null,
    };

    /// <summary>What a quiet time means for a monitor now; null for a window, which is told of by itself.</summary>
    public static string? Of(QuietTime? quiet) => quiet switch
    {
        { Kind: QuietKind.OutsideActiveHours } => $"Outside active hours until {TimeWords.Utc(quiet.To)}",
        { Kind: QuietKind.Holiday } => $"Holiday: {quiet.Name}, until {TimeWords.Utc(quiet.To)}",
        _ => null,
    };
}
