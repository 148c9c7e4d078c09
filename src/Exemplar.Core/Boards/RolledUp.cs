using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;

namespace Exemplar.Core.Boards;

/// <summary>
/// How many stand together: the worst of them. Down is worse than unknown, unknown worse than late, late worse than up. What
/// is in maintenance, new or paused says nothing and hides nothing: it counts only where nothing else is there, in this order.
/// </summary>
public static class RolledUp
{
    // From the best to the worst; the place in it is the rank.
    private static readonly MonitorStatus[] Ranks =
        [MonitorStatus.Paused, MonitorStatus.New, MonitorStatus.Maintenance, MonitorStatus.Up, MonitorStatus.Late, MonitorStatus.Unknown, MonitorStatus.Down];

    /// <summary>The status of all together; null where there are none.</summary>
    public static MonitorStatus? Of(IEnumerable<MonitorStatus> statuses)
    {
        var worst = -1;
        foreach (var status in statuses) worst = Math.Max(worst, RankOf(status));
        return worst < 0 ? null : Ranks[worst];
    }

    /// <summary>
    /// The timeline of all together: at every moment the worst of those that have a period then. It has a gap only where none
    /// has one, and no two neighbours of one status.
    /// </summary>
    /// <param name="timelines">Each ordered and without overlaps, every period with its end, as <see cref="Timeline.Cut"/> gives them.</param>
    public static IReadOnlyList<Period> Of(IReadOnlyCollection<IReadOnlyList<Period>> timelines)
    {
        var edges = new List<(DateTimeOffset At, int Rank, int Change)>();
        foreach (var period in timelines.SelectMany(t => t))
        {
            var to = period.To ?? throw new ArgumentException("Every period needs an end.", nameof(timelines));
            if (to <= period.From) continue;
            edges.Add((period.From, RankOf(period.Status), 1));
            edges.Add((to, RankOf(period.Status), -1));
        }
        edges.Sort(static (a, b) => a.At.CompareTo(b.At));

        var together = new List<Period>();
        Span<int> present = stackalloc int[Ranks.Length];
        for (var i = 0; i < edges.Count;)
        {
            var at = edges[i].At;
            for (; i < edges.Count && edges[i].At == at; i++) present[edges[i].Rank] += edges[i].Change;
            if (i == edges.Count) break;
            var rank = present.LastIndexOfAnyExcept(0);
            if (rank >= 0) Append(together, new Period(Ranks[rank], at, edges[i].At, Error: null));
        }
        return together;
    }

    private static void Append(List<Period> together, Period next)
    {
        if (together is [.., var last] && last.Status == next.Status && last.To == next.From) together[^1] = last with { To = next.To };
        else together.Add(next);
    }

    private static int RankOf(MonitorStatus status) => Array.IndexOf(Ranks, status);
}
