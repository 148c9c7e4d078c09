using Exemplar.Core.Monitors;

namespace Exemplar.Core.Periods;

/// <summary>
/// Time that counts: up and late as up, down as down. <c>unknown</c>, <c>paused</c>, <c>new</c>
/// and <c>maintenance</c> count as neither.
/// </summary>
public readonly record struct Uptime(TimeSpan Up, TimeSpan Down)
{
    /// <summary>Up ÷ (up + down), or null where neither took place.</summary>
    public double? Ratio => Up + Down == TimeSpan.Zero ? null : Up / (Up + Down);

    /// <summary>The sum of two ranges that do not overlap.</summary>
    public Uptime Plus(Uptime other) => new(Up + other.Up, Down + other.Down);

    /// <summary>The uptime of <paramref name="duration"/> spent in one status.</summary>
    public static Uptime Of(MonitorStatus status, TimeSpan duration) => status switch
    {
        MonitorStatus.Up or MonitorStatus.Late => new Uptime(duration, TimeSpan.Zero),
        MonitorStatus.Down => new Uptime(TimeSpan.Zero, duration),
        _ => default,
    };

    /// <summary>What periods say about [<paramref name="from"/>, <paramref name="to"/>); an open period lasts to its end.</summary>
    public static Uptime Of(IEnumerable<Period> periods, DateTimeOffset from, DateTimeOffset to)
    {
        var sum = default(Uptime);
        foreach (var period in periods)
        {
            var start = period.From > from ? period.From : from;
            var end = period.To is { } until && until < to ? until : to;
            if (end > start) sum = sum.Plus(Of(period.Status, end - start));
        }
        return sum;
    }
}
