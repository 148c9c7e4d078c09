using System.Globalization;

namespace Exemplar.Server;

/// <summary>Moments as they are stored and written: UTC, to the millisecond.</summary>
internal static class Moments
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly string[] Rfc3339 =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd't'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>The present moment. Cut to the millisecond, so that it is the same before and after it was stored.</summary>
    public static DateTimeOffset Moment(this TimeProvider clock) => ToMillisecond(clock.GetUtcNow());

    /// <summary>The one way in which the API writes a moment.</summary>
    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads an RFC 3339 moment with <c>Z</c> or an offset; false when it is none.</summary>
    public static bool TryParse(string text, out DateTimeOffset moment)
    {
        moment = default;
        // K would also take a moment without an offset, which says nothing about when it was.
        if (text.Length < 20 || !(text[^1] is 'Z' or 'z' || text[^6] is '+' or '-')) return false;
        if (!DateTimeOffset.TryParseExact(
                Normal(text), Rfc3339, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed))
            return false;
        moment = ToMillisecond(parsed);
        return true;
    }

    // Nanoseconds, as some languages write them, are more digits than the parser takes.
    private static string Normal(string text)
    {
        var end = text[^1] is 'Z' or 'z' ? text.Length - 1 : text.Length - 6;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var kept = point >= 0 && end - point > 8 && text.AsSpan(point + 8, end - point - 8).IndexOfAnyExceptInRange('0', '9') < 0 ? point + 8 : end;
        return text[..kept] + text[end..].ToUpperInvariant();
    }

    private static DateTimeOffset ToMillisecond(DateTimeOffset moment) =>
        DateTimeOffset.FromUnixTimeMilliseconds(moment.ToUnixTimeMilliseconds());
}
