namespace Exemplar.Core.Deliveries;

/// <summary>
/// When a delivery that failed is tried again: soon at first, then ever more slowly, for a day. Jitter keeps deliveries that
/// failed together from coming back together ("full jitter" over the upper half: AWS Architecture Blog, 2015).
/// </summary>
public static class RetrySchedule
{
    /// <summary>A delivery that could not be made for so long is given up.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    /// <summary>What is told later than this is marked stale.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>When to try again; null when it is time to give up.</summary>
    /// <param name="attempts">How many attempts were made, at least 1.</param>
    /// <param name="createdAt">When the delivery was decided.</param>
    /// <param name="now">The end of the last attempt.</param>
    /// <param name="notBefore">How long the other side asked to wait; null when it did not. Bounded by an hour.</param>
    /// <param name="random">From 0 to 1.</param>
    public static DateTimeOffset? After(int attempts, DateTimeOffset createdAt, DateTimeOffset now, TimeSpan? notBefore, double random)
    {
        if (now - createdAt >= GiveUpAfter) return null;
        var doubled = First * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        var wait = (doubled < Longest ? doubled : Longest) * (0.5 + 0.5 * random);
        if (notBefore is { } asked)
        {
            var bounded = asked < TimeSpan.FromHours(1) ? asked : TimeSpan.FromHours(1);
            if (bounded > wait) wait = bounded;
        }
        return now + wait;
    }
}
