using System.Globalization;

namespace Exemplar.Server.Console.Periods;

/// <summary>A range that a timeline can be seen over, up to now.</summary>
public sealed record TimelineSpan(string Name, TimeSpan Length)
{
    public static readonly IReadOnlyList<TimelineSpan> All =
    [
        new("1h", TimeSpan.FromHours(1)), new("24h", TimeSpan.FromHours(24)), new("7d", TimeSpan.FromDays(7)),
        new("30d", TimeSpan.FromDays(30)), new("90d", TimeSpan.FromDays(90)),
    ];

    public static readonly TimelineSpan Default = All[1];

    /// <summary>What a page shows where nobody chose: a day, or an hour of what is younger than that, in which a first heartbeat can be seen.</summary>
    public static TimelineSpan For(TimeSpan age) => age < All[0].Length ? All[0] : Default;

    /// <summary>The one with this name; null where there is none.</summary>
    public static TimelineSpan? Named(string? name) => All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.Ordinal));
}

/// <summary>What part of the past a page shows: a span that ends now and moves with it, or moments that somebody chose.</summary>
/// <param name="Span">Null for chosen moments.</param>
/// <param name="From">For chosen moments.</param>
/// <param name="To">For chosen moments.</param>
public sealed record TimelineRange(TimelineSpan? Span, DateTimeOffset From, DateTimeOffset To)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>How the range stands in an address.</summary>
    public string Query => Span is { } span
        ? "range=" + span.Name
        : $"from={Uri.EscapeDataString(Moments.Text(From))}&to={Uri.EscapeDataString(Moments.Text(To))}";

    /// <summary>How the range is called beside a figure.</summary>
    public string Name => Span?.Name ?? "range";

    /// <summary>What an address says: moments when they make sense, otherwise the span, otherwise <paramref name="unsaid"/>.</summary>
    public static TimelineRange Read(string? span, string? from, string? to, TimelineSpan unsaid) =>
        Chosen(from, to) ?? new TimelineRange(TimelineSpan.Named(span) ?? unsaid, default, default);

    /// <summary>Moments that somebody chose; null where they make no range.</summary>
    public static TimelineRange? Chosen(string? from, string? to) =>
        from is not null && to is not null && TryRead(from, out var start) && TryRead(to, out var end) && end - start >= Shortest
            ? new TimelineRange(null, start, end)
            : null;

    /// <summary>The moments of the range at <paramref name="now"/>; it ends now at the latest.</summary>
    public (DateTimeOffset From, DateTimeOffset To) At(DateTimeOffset now)
    {
        if (Span is { } span) return (now - span.Length, now);
        var to = To < now ? To : now;
        return (From < to ? From : to - Shortest, to);
    }

    // As the API writes moments, or as a browser's field for date and time does, which knows no zone: both are UTC here.
    private static bool TryRead(string text, out DateTimeOffset moment) =>
        Moments.TryParse(text, out moment)
        || (DateTimeOffset.TryParseExact(
                text, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.fff"], CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment)
            && moment >= DateTimeOffset.UnixEpoch);
}
