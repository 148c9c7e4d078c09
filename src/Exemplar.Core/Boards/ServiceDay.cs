using Exemplar.Core.Periods;

namespace Exemplar.Core.Boards;

/// <summary>What one UTC day of a service came to.</summary>
/// <param name="Day">The day.</param>
/// <param name="Uptime">Its up and down time; neither where nothing was watched.</param>
public sealed record ServiceDay(DateOnly Day, Uptime Uptime)
{
    /// <summary>
    /// Splits a timeline into the days from that of <paramref name="from"/> up to that of <paramref name="to"/>, both included.
    /// </summary>
    /// <param name="periods">Ordered, without overlaps, every one with its end.</param>
    /// <param name="from">A moment of the first day.</param>
    /// <param name="to">A moment of the last day.</param>
    public static IReadOnlyList<ServiceDay> Split(IReadOnlyList<Period> periods, DateTimeOffset from, DateTimeOffset to)
    {
        var first = DailyRollup.DayOf(from);
        var days = new ServiceDay[DailyRollup.DayOf(to).DayNumber - first.DayNumber + 1];
        var next = 0;
        for (var i = 0; i < days.Length; i++)
        {
            var day = first.AddDays(i);
            var (start, end) = (DailyRollup.StartOf(day), DailyRollup.StartOf(day.AddDays(1)));
            while (next < periods.Count && periods[next].To <= start) next++;
            var sum = default(Uptime);
            for (var p = next; p < periods.Count && periods[p].From < end; p++) sum = sum.Plus(Uptime.Of([periods[p]], start, end));
            days[i] = new ServiceDay(day, sum);
        }
        return days;
    }
}
