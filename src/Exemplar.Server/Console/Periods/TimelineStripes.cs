using System.Globalization;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Server.Console.Schedules;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Console.Periods;

/// <summary>One stripe of a timeline bar.</summary>
/// <param name="Key">Its own among the stripes of a bar.</param>
/// <param name="Css">The status it is drawn as.</param>
/// <param name="Style">Where it lies, in per cent of the bar.</param>
/// <param name="Tip">What it stands for: status, duration, moments, error.</param>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
internal sealed record Stripe(long Key, string Css, string Style, string Tip, DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// Lays periods out as stripes. Where a monitor flaps so fast that its periods are thinner than an eye can tell apart, neighbours
/// become one stripe of the worst status among them that counts what it stands for; so a bar never has more than some hundred stripes.
/// </summary>
internal static class TimelineStripes
{
    private const int Cells = 240;

    /// <param name="periods">Ordered.</param>
    /// <param name="from">Where the bar begins.</param>
    /// <param name="to">Where the bar ends.</param>
    /// <param name="known">Up to where the periods go: what ends there still lasts, and is drawn to the end of the bar.</param>
    public static IReadOnlyList<Stripe> Of(IReadOnlyList<Period> periods, DateTimeOffset from, DateTimeOffset to, DateTimeOffset known)
    {
        var span = (to - from).TotalMilliseconds;
        if (span <= 0) return [];
        var cell = span / Cells;
        var stripes = new List<Stripe>();
        var thin = new List<Period>();
        var thinCell = -1;
        foreach (var period in periods)
        {
            var length = ((period.To ?? to) - period.From).TotalMilliseconds;
            var at = (int)((period.From - from).TotalMilliseconds / cell);
            if (thin.Count > 0 && (length >= cell || at != thinCell)) Flush();
            if (length >= cell) stripes.Add(Single(period, from, to, known, span));
            else
            {
                thin.Add(period);
                thinCell = at;
            }
        }
        if (thin.Count > 0) Flush();
        // Bad stripes may be widened by the style, so they are drawn last and lie on top.
        return [.. stripes.OrderBy(s => s.Css is "s-down" or "s-unknown")];

        void Flush()
        {
            stripes.Add(thin.Count == 1 ? Single(thin[0], from, to, known, span) : Merged(thin, from, to, known, span));
            thin.Clear();
        }
    }

    private static Stripe Single(Period period, DateTimeOffset from, DateTimeOffset to, DateTimeOffset known, double span)
    {
        var status = Words<MonitorStatus>.Of(period.Status);
        var isOpen = period.To is not { } ended || ended >= known;
        // What still lasts has no duration to tell: it would be another one every second.
        var tip = isOpen
            ? $"{status} since {TimeWords.Utc(period.From)}"
            : $"{status} for {TimeWords.Long(period.To!.Value - period.From)}, {TimeWords.Utc(period.From)} to {TimeWords.Utc(period.To.Value)}";
        if (period.Error is { } error) tip += $": {error}";
        var stripe = Place(period.From, isOpen ? to : period.To!.Value, "s-" + status, tip, from, span);
        return isOpen ? Present(stripe, from, span) : stripe;
    }

    private static Stripe Merged(List<Period> thin, DateTimeOffset from, DateTimeOffset to, DateTimeOffset known, double span)
    {
        var end = thin[^1].To ?? to;
        var uptime = Uptime.Of(thin, thin[0].From, end);
        var downs = thin.Count(p => p.Status == MonitorStatus.Down);
        var worst = downs > 0 ? MonitorStatus.Down
            : thin.Exists(p => p.Status == MonitorStatus.Unknown) ? MonitorStatus.Unknown
            : thin[^1].Status;
        var what = downs > 0 ? $"{downs} downtimes, {TimeWords.Long(uptime.Down)} in all" : $"{thin.Count} changes of status";
        var tip = $"{what}, {TimeWords.Utc(thin[0].From)} to {TimeWords.Utc(end)}; zoom in to tell them apart";
        var stripe = Place(thin[0].From, end, "s-" + Words<MonitorStatus>.Of(worst), tip, from, span);
        return end >= known ? Present(stripe, from, span) : stripe;
    }

    /// <summary>What holds now is seen also when it has only just begun: the style says how wide it is at least.</summary>
    private static Stripe Present(Stripe stripe, DateTimeOffset from, double span) =>
        stripe with { Style = string.Create(CultureInfo.InvariantCulture, $"left:min({Left(stripe.From, from, span):0.##}%, 100% - var(--now));right:0") };

    private static double Left(DateTimeOffset start, DateTimeOffset from, double span) => Math.Clamp((start - from).TotalMilliseconds / span * 100, 0, 100);

    private static Stripe Place(DateTimeOffset start, DateTimeOffset end, string css, string tip, DateTimeOffset from, double span)
    {
        var left = Left(start, from, span);
        var width = Math.Clamp((end - start).TotalMilliseconds / span * 100, 0, 100 - left);
        return new Stripe(start.ToUnixTimeMilliseconds(), css, string.Create(CultureInfo.InvariantCulture, $"left:{left:0.##}%;width:{width:0.##}%"), tip, start, end);
    }
}
