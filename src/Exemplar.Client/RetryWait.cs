using System.Globalization;

namespace Exemplar.Client;

/// <summary>How long to wait before the next attempt.</summary>
internal static class RetryWait
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Between the half and the whole of 250 ms · 2^(attempt − 1), at most 2 s; or what the server asked for when that is longer.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="retryAfter">What the server asked for.</param>
    /// <param name="random">From 0 up to 1.</param>
    public static TimeSpan After(int attempt, TimeSpan? retryAfter, double random)
    {
        var whole = Math.Min(First.TotalMilliseconds * Math.Pow(2, attempt - 1), Longest.TotalMilliseconds);
        var wait = TimeSpan.FromMilliseconds(whole * (0.5 + random / 2));
        return retryAfter > wait ? retryAfter.Value : wait;
    }

    /// <summary>Reads a Retry-After: whole seconds or an HTTP date; null for anything else.</summary>
    public static TimeSpan? Read(string? header, DateTimeOffset now)
    {
        var text = header?.Trim() ?? "";
        if (text.Length > 0 && text.All(digit => digit is >= '0' and <= '9'))
        {
            // More seconds than a number holds are simply very many.
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        }
        return DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - now : null;
    }
}
