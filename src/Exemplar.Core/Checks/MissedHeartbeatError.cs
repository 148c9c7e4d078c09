using System.Globalization;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Checks;

/// <summary>The error text of a missed heartbeat; the words before the bracket are part of the HTTP contract.</summary>
public static class MissedHeartbeatError
{
    /// <summary>The part that is always the same.</summary>
    public const string Prefix = "no heartbeat received within expected_interval_minutes + grace_period_minutes";

    /// <summary>The whole text: timing in minutes, then the last heartbeat if there ever was one.</summary>
    public static string For(Schedule schedule, DateTimeOffset? lastHeartbeatAt)
    {
        var last = lastHeartbeatAt is { } at
            ? "last heartbeat " + at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : "no heartbeat yet";
        return $"{Prefix} ({Minutes(schedule.Interval)} + {Minutes(schedule.Grace)} min; {last})";
    }

    private static string Minutes(TimeSpan duration) =>
        duration.TotalMinutes.ToString("0.######", CultureInfo.InvariantCulture);
}
