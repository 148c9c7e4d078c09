using System.Globalization;
using System.Text.RegularExpressions;

namespace Exemplar.Server.Console.Schedules;

/// <summary>Moments and durations as people say them.</summary>
internal static partial class TimeWords
{
    /// <summary>"3 min ago", to the largest unit that is full.</summary>
    public static string Ago(DateTimeOffset moment, DateTimeOffset now) =>
        now - moment < TimeSpan.FromSeconds(1) ? "just now" : Short(now - moment) + " ago";

    /// <summary>"in 3 min", or how long ago it was.</summary>
    public static string In(DateTimeOffset moment, DateTimeOffset now) =>
        moment > now ? "in " + Short(moment - now) : Ago(moment, now);

    /// <summary>One unit: "45 s", "3 min", "2 h", "5 d".</summary>
    public static string Short(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 60 } => $"{Math.Floor(duration.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{Math.Floor(duration.TotalMinutes)} min",
        { TotalHours: < 48 } => $"{Math.Floor(duration.TotalHours)} h",
        _ => $"{Math.Floor(duration.TotalDays)} d",
    };

    /// <summary>Two units: "1 h 20 min", "3 min 5 s".</summary>
    public static string Long(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero) duration = TimeSpan.Zero;
        var parts = new[] { (duration.Days, "d"), (duration.Hours, "h"), (duration.Minutes, "min"), (duration.Seconds, "s") }
            .SkipWhile(p => p.Item1 == 0).Take(2).Where(p => p.Item1 > 0).Select(p => $"{p.Item1} {p.Item2}").ToList();
        return parts.Count > 0 ? string.Join(' ', parts) : duration > TimeSpan.Zero ? $"{duration.Milliseconds} ms" : "0 s";
    }

    /// <summary>A duration that <see cref="Minutes"/> reads back as it was: "5 min", "1 h", "90 s".</summary>
    public static string Exact(TimeSpan duration) => duration switch
    {
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerDay == 0 => $"{duration.Days} d",
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerHour == 0 => $"{(long)duration.TotalHours} h",
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerMinute == 0 => $"{(long)duration.TotalMinutes} min",
        _ => duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s",
    };

    /// <summary>A moment in UTC to the second.</summary>
    public static string Utc(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>A share such as 99.95 %; never rounded up to 100.</summary>
    public static string Percent(double? ratio) => ratio switch
    {
        null => "–",
        1 => "100 %",
        { } value => (Math.Floor(value * 10_000) / 100).ToString("0.00", CultureInfo.InvariantCulture) + " %",
    };

    /// <summary>Minutes out of "90 s", "5m", "1 h 30 min", "1d" or a bare number of minutes; null when it is none of these.</summary>
    public static double? Minutes(string text)
    {
        text = text.Trim().Replace(',', '.');
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var bare)) return bare;
        var match = Duration().Match(text);
        if (!match.Success) return null;
        var sum = 0.0;
        for (var i = 0; i < match.Groups["n"].Captures.Count; i++)
        {
            var number = double.Parse(match.Groups["n"].Captures[i].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
            sum += number * char.ToLowerInvariant(match.Groups["unit"].Captures[i].Value[0]) switch
            {
                's' => 1 / 60.0,
                'm' => 1,
                'h' => 60,
                _ => 1_440,
            };
        }
        return Math.Round(sum, 6);
    }

    [GeneratedRegex(@"^(?:(?<n>\d{1,9}(?:\.\d{1,6})?)\s*(?<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)\s*)+$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Duration();
}
