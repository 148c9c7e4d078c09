namespace Exemplar.Core.Noise;

/// <summary>What a timer waits for. The numbers are stored.</summary>
public enum NoiseTimerKind
{
    /// <summary>A monitor is down and nobody was told: more failed checks, or what holds it.</summary>
    Alert = 1,

    /// <summary>A monitor is up again and more good checks are asked for.</summary>
    Recovery = 2,

    /// <summary>A monitor flaps, until it keeps still.</summary>
    Settle = 3,

    /// <summary>The next expected moment of a monitor whose late heartbeats are told.</summary>
    Late = 4,
}

/// <summary>Something about one monitor that is looked at again later. A monitor has at most one of a kind.</summary>
/// <param name="MonitorNumber">Whose.</param>
/// <param name="Kind">What it waits for.</param>
/// <param name="DueAt">When to look.</param>
public sealed record NoiseTimer(int MonitorNumber, NoiseTimerKind Kind, DateTimeOffset DueAt)
{
    /// <summary>Its row; 0 until it is stored.</summary>
    public long Number { get; init; }

    /// <summary>How often it was looked at without an end.</summary>
    public int Looks { get; init; }

    /// <summary>The monitor that is down and holds this one; woken when that one is no longer down.</summary>
    public int? HeldBy { get; init; }

    /// <summary>For <see cref="NoiseTimerKind.Late"/>: the expected moment that was told last.</summary>
    public DateTimeOffset? ToldFor { get; init; }

    private static readonly TimeSpan RecoveryFirstLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RecoverySlowestLook = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan JudgedWithin = TimeSpan.FromMilliseconds(500);

    /// <summary>When to count the failed checks again: just after the next deadline was judged.</summary>
    public static DateTimeOffset CountsFailedAt(DateTimeOffset? deadline, DateTimeOffset now) =>
        // A deadline that has passed is about to be judged.
        (deadline > now ? deadline.Value : now) + JudgedWithin;

    /// <summary>When to count the good checks again: soon at first, then more slowly.</summary>
    /// <param name="looks">How often they were counted.</param>
    /// <param name="now">The present moment.</param>
    public static DateTimeOffset CountsGoodAt(int looks, DateTimeOffset now)
    {
        var wait = RecoveryFirstLook * Math.Pow(1.5, Math.Clamp(looks, 0, 20));
        return now + (wait < RecoverySlowestLook ? wait : RecoverySlowestLook);
    }
}
