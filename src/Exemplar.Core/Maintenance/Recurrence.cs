using Cronos;

namespace Exemplar.Core.Maintenance;

/// <summary>How a maintenance window comes again.</summary>
public abstract record Recurrence
{
    /// <summary>The shortest and the longest time that it may last.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <inheritdoc cref="Shortest"/>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>The time that holds <paramref name="moment"/>; null when none does.</summary>
    public abstract Stretch? Covering(DateTimeOffset moment);

    /// <summary>The first time that begins after <paramref name="moment"/>; null when there is none any more.</summary>
    public abstract Stretch? After(DateTimeOffset moment);
}

/// <summary>At the moments of a cron expression (five fields), on the clock of a zone, for a fixed time.</summary>
/// <param name="Expression">As it was given.</param>
/// <param name="TimeZone">An IANA name.</param>
/// <param name="Duration">How long each time lasts, whatever the clock on the wall does meanwhile.</param>
public sealed record CronRecurrence(string Expression, string TimeZone, TimeSpan Duration) : Recurrence
{
    /// <summary>The longest expression, in characters.</summary>
    public const int LongestExpression = 100;

    private readonly CronExpression _cron = CronExpression.Parse(Expression);
    private readonly TimeZoneInfo _zone = LocalTime.TryFind(TimeZone, out var zone)
        ? zone : throw new ArgumentException($"There is no time zone {TimeZone}.", nameof(TimeZone));

    /// <summary>True when <paramref name="expression"/> can be read.</summary>
    public static bool CanRead(string expression) => expression.Length <= LongestExpression && CronExpression.TryParse(expression, out _);

    /// <summary>True when a time begins before the one before it has ended, looking a year ahead at most.</summary>
    public bool OverlapsItself(DateTimeOffset from)
    {
        DateTimeOffset? before = null;
        foreach (var at in _cron.GetOccurrences(from, from.AddDays(366), _zone).Take(400))
        {
            if (at - before < Duration) return true;
            before = at;
        }
        return false;
    }

    public override Stretch? Covering(DateTimeOffset moment)
    {
        // The last that began at or before the moment and has not ended.
        Stretch? covering = null;
        foreach (var at in _cron.GetOccurrences(moment - Duration, moment, _zone, fromInclusive: false, toInclusive: true))
            covering = new Stretch(at.ToUniversalTime(), at.ToUniversalTime() + Duration);
        return covering;
    }

    public override Stretch? After(DateTimeOffset moment) =>
        _cron.GetNextOccurrence(moment, _zone) is { } at ? new Stretch(at.ToUniversalTime(), at.ToUniversalTime() + Duration) : null;

    public bool Equals(CronRecurrence? other) =>
        other is not null && Expression == other.Expression && TimeZone == other.TimeZone && Duration == other.Duration;

    public override int GetHashCode() => HashCode.Combine(Expression, TimeZone, Duration);
}

/// <summary>On some weekdays, from one time to another, on the clock of a zone.</summary>
public sealed record WeeklyRecurrence(WeekHours Hours) : Recurrence
{
    public override Stretch? Covering(DateTimeOffset moment) => Hours.Covering(moment);

    public override Stretch? After(DateTimeOffset moment) => Hours.After(moment);
}
