using Exemplar.Core.Monitors;

namespace Exemplar.Core.Periods;

/// <summary>
/// What one UTC day of one monitor came to. Only days in which a period began are rolled up; a day without a roll-up
/// spent all of its time in the <see cref="LastStatus"/> of the latest roll-up before it.
/// </summary>
/// <param name="Day">The UTC day.</param>
/// <param name="Uptime">Its up and down time.</param>
/// <param name="LastStatus">The status at the day's end, which goes on into the next day.</param>
public sealed record DailyRollup(DateOnly Day, Uptime Uptime, MonitorStatus LastStatus)
{
    /// <summary>
    /// So old must a day be before it is rolled up: a delayed heartbeat may move the start of a period by up to
    /// 7 days, and what is rolled up must not change any more.
    /// </summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromDays(8);

    /// <summary>The first moment of <paramref name="day"/>.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>The UTC day that holds <paramref name="moment"/>.</summary>
    public static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(moment.UtcDateTime);

    /// <summary>The first day that may not be rolled up yet at <paramref name="now"/>.</summary>
    public static DateOnly SettledBefore(DateTimeOffset now) => DayOf(now - SettledAfter);

    /// <summary>
    /// Rolls up <paramref name="day"/> from the periods that overlap it, ordered by start; null when none began in it.
    /// </summary>
    public static DailyRollup? Of(DateOnly day, IReadOnlyList<Period> periods)
    {
        var from = StartOf(day);
        var to = from.AddDays(1);
        if (!periods.Any(p => p.From >= from && p.From < to)) return null;
        return new DailyRollup(day, Uptime.Of(periods, from, to), periods.Last(p => p.From < to).Status);
    }

    /// <summary>
    /// The uptime of the whole days [<paramref name="from"/>, <paramref name="to"/>) from roll-ups alone.
    /// </summary>
    /// <param name="rollups">Those within the range, ordered by day.</param>
    /// <param name="before">The status that the range begins with: that of the latest roll-up before it; null when there is none.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The day after the last.</param>
    public static Uptime UptimeOf(IEnumerable<DailyRollup> rollups, MonitorStatus? before, DateOnly from, DateOnly to)
    {
        var sum = default(Uptime);
        var status = before ?? MonitorStatus.New;
        var day = from;
        foreach (var rollup in rollups)
        {
            sum = sum.Plus(Uptime.Of(status, TimeSpan.FromDays(rollup.Day.DayNumber - day.DayNumber))).Plus(rollup.Uptime);
            status = rollup.LastStatus;
            day = rollup.Day.AddDays(1);
        }
        return sum.Plus(Uptime.Of(status, TimeSpan.FromDays(to.DayNumber - day.DayNumber)));
    }
}
