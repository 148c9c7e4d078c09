using Exemplar.Core.Monitors;

namespace Exemplar.Core.Periods;

/// <summary>Cuts stored periods to a range, so that they neither overlap nor leave a gap.</summary>
public static class Timeline
{
    /// <summary>
    /// The periods of [<paramref name="from"/>, <paramref name="to"/>), clipped to it. Empty periods are left out: they are
    /// what remains of a status that a delayed heartbeat took back; neighbours of one status become one. The end of an up period that is late now is shown
    /// as late.
    /// </summary>
    /// <param name="stored">Stored periods that overlap the range, ordered by start.</param>
    /// <param name="state">The monitor's state, for the late stretch at the end.</param>
    /// <param name="from">Where the range begins.</param>
    /// <param name="to">Where it ends; at most <paramref name="now"/>.</param>
    /// <param name="now">The present moment.</param>
    public static IReadOnlyList<Period> Cut(
        IEnumerable<Period> stored, in MonitorState state, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        var periods = new List<Period>();
        foreach (var period in stored)
        {
            var start = period.From > from ? period.From : from;
            var end = period.To is { } until && until < to ? until : to;
            if (end <= start) continue;
            if (periods is [.., var before] && before.Status == period.Status && before.To == start)
                periods[^1] = before with { To = end };
            else periods.Add(period with { From = start, To = end });
        }

        if (state is { Status: MonitorStatus.Up, NextExpectedAt: { } expected } && expected < now && expected < to
            && periods is [.., { Status: MonitorStatus.Up } last] && last.To == to)
        {
            periods.RemoveAt(periods.Count - 1);
            if (expected > last.From) periods.Add(last with { To = expected });
            periods.Add(last with { Status = MonitorStatus.Late, From = expected > last.From ? expected : last.From });
        }
        return periods;
    }
}
