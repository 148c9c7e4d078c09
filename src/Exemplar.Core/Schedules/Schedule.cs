namespace Exemplar.Core.Schedules;

/// <summary>
/// When a heartbeat is expected and how much later it may come. Cron schedules will be a second way to answer
/// <see cref="After"/> and <see cref="FirstAfter"/>; nothing else in the lifecycle knows about intervals.
/// </summary>
/// <param name="Interval">How often a heartbeat is promised, <see cref="Shortest"/> to <see cref="Longest"/>.</param>
/// <param name="Grace">Extra slack before a miss counts, <see cref="Shortest"/> to <see cref="Longest"/>.</param>
public readonly record struct Schedule(TimeSpan Interval, TimeSpan Grace)
{
    /// <summary>The shortest interval or grace: 1 s.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The longest interval or grace: 400 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <summary>True when <paramref name="duration"/> may be an interval or a grace.</summary>
    public static bool Allows(TimeSpan duration) => duration >= Shortest && duration <= Longest;

    /// <summary>The expected moment that follows <paramref name="moment"/>: a heartbeat, or an expected moment.</summary>
    public DateTimeOffset After(DateTimeOffset moment) => moment + Interval;

    /// <summary>The last moment at which a heartbeat expected at <paramref name="expectedAt"/> is still in time.</summary>
    public DateTimeOffset DeadlineOf(DateTimeOffset expectedAt) => expectedAt + Grace;

    /// <summary>
    /// The first expected moment of the series that goes on from <paramref name="expectedAt"/> which lies after
    /// <paramref name="moment"/>. Computed, not stepped: an outage may span millions of intervals.
    /// </summary>
    public DateTimeOffset FirstAfter(DateTimeOffset expectedAt, DateTimeOffset moment)
    {
        if (expectedAt > moment) return expectedAt;
        var steps = ((moment - expectedAt).Ticks / Interval.Ticks) + 1;
        return expectedAt + TimeSpan.FromTicks(steps * Interval.Ticks);
    }
}
