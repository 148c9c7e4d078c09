using System.Globalization;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Server.Console.Schedules;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Console.Periods;

/// <summary>One stripe of a timeline bar on a canvas of 1000 by 40.</summary>
internal sealed record Stripe(long Key, string Css, string X, string Y, string Width, string Height, string Title);

/// <summary>Lays periods out as stripes. Height says the status as well as colour does; a downtime is never too thin to see.</summary>
internal static class TimelineStripes
{
    private const double Canvas = 1000;
    private const double Thinnest = 4;
    private const int Most = 400;

    public static IEnumerable<Stripe> Of(IReadOnlyList<Period> periods, DateTimeOffset from, DateTimeOffset to)
    {
        var span = (to - from).TotalMilliseconds;
        if (span <= 0) yield break;
        // A monitor that flaps has more periods than the bar has pixels: then only what is bad keeps its stripe.
        var shown = periods.Count <= Most ? periods : [.. periods.Where(p => p.Status is MonitorStatus.Down or MonitorStatus.Unknown).TakeLast(Most)];
        // Bad stripes may be widened, so they are drawn last and lie on top.
        foreach (var period in shown.OrderBy(p => p.Status is MonitorStatus.Down or MonitorStatus.Unknown))
        {
            var end = period.To ?? to;
            var x = (period.From - from).TotalMilliseconds / span * Canvas;
            var width = (end - period.From).TotalMilliseconds / span * Canvas;
            if (period.Status is MonitorStatus.Down or MonitorStatus.Unknown && width < Thinnest)
                (x, width) = (Math.Min(x, Canvas - Thinnest), Thinnest);
            var height = HeightOf(period.Status);
            yield return new Stripe(
                period.From.ToUnixTimeMilliseconds(), "s-" + Words<MonitorStatus>.Of(period.Status),
                Number(x), Number((40 - height) / 2), Number(width), Number(height), Title(period, end));
        }
    }

    private static double HeightOf(MonitorStatus status) => status switch
    {
        MonitorStatus.Down => 40,
        MonitorStatus.Unknown => 30,
        MonitorStatus.Late => 26,
        MonitorStatus.Up => 18,
        _ => 4,
    };

    private static string Title(Period period, DateTimeOffset end)
    {
        var title = $"{Words<MonitorStatus>.Of(period.Status)} for {TimeWords.Long(end - period.From)}, {TimeWords.Utc(period.From)} to {TimeWords.Utc(end)}";
        return period.Error is { } error ? $"{title}: {error}" : title;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
