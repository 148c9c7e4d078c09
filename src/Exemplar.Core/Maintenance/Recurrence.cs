using Cronos;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Maintenance;

/// <summary>How a maintenance window comes again. Equal to another one that says the same.</summary>
public abstract class Recurrence
{
    /// <summary>The shortest and the longest time that it may last.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <inheritdoc cref="Shortest"/>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private readonly MinuteCache<Stretch?> _known;

    private protected Recurrence() => _known = new MinuteCache<Stretch?>(Find);

    /// <summary>The time that holds <paramref name="moment"/>; null when none does.</summary>
    public Stretch? Covering(DateTimeOffset moment) => _known.At(moment) is { } stretch && stretch.Contains(moment) ? stretch : null;

    /// <summary>The first time that begins after <paramref name="moment"/>; null when there is none any more.</summary>
    public abstract Stretch? After(DateTimeOffset moment);

    /// <summary>The time that holds the beginning of a minute; no time begins within one.</summary>
    private protected abstract Stretch? Find(DateTimeOffset minute);
}

/// <summary>At the moments of a cron expression (five fields), on the clock of a zone, for a fixed time.</summary>
public sealed class CronRecurrence : Recurrence, IEquatable<CronRecurrence>
{
    /// <summary>The longest expression, in characters.</summary>
    public const int LongestExpression = 100;

    private readonly CronExpression _cron;
    private readonly TimeZoneInfo _zone;

    /// <param name="expression">As it was given; see <see cref="CanRead"/>.</param>
    /// <param name="timeZone">An IANA name.</param>
    /// <param name="duration">How long each time lasts, whatever the clock on the wall does meanwhile.</param>
    /// <exception cref="ArgumentException">There is no zone of this name.</exception>
    public CronRecurrence(string expression, string timeZone, TimeSpan duration)
    {
        if (!LocalTime.TryFind(timeZone, out _zone)) throw new ArgumentException($"There is no time zone {timeZone}.", nameof(timeZone));
        (Expression, TimeZone, Duration, _cron) = (expression, timeZone, duration, CronExpression.Parse(expression));
    }

    public string Expression { get; }

    public string TimeZone { get; }

    public TimeSpan Duration { get; }

    /// <summary>True when <paramref name="expression"/> can be read.</summary>
    public static bool CanRead(string expression) => expression.Length <= LongestExpression && CronExpression.TryParse(expression, out _);

    /// <summary>True when a time begins before the one before it has ended, among the next 400 within a year.</summary>
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

    public override Stretch? After(DateTimeOffset moment) => _cron.GetNextOccurrence(moment, _zone) is { } at ? From(at) : null;

    public bool Equals(CronRecurrence? other) =>
        other is not null && Expression == other.Expression && TimeZone == other.TimeZone && Duration == other.Duration;

    public override bool Equals(object? obj) => Equals(obj as CronRecurrence);

    public override int GetHashCode() => HashCode.Combine(Expression, TimeZone, Duration);

    private protected override Stretch? Find(DateTimeOffset minute)
    {
        // The last that began at or before it and has not ended.
        Stretch? last = null;
        foreach (var at in _cron.GetOccurrences(minute - Duration, minute, _zone, fromInclusive: false, toInclusive: true)) last = From(at);
        return last;
    }

    private Stretch From(DateTimeOffset at) => new(at.ToUniversalTime(), at.ToUniversalTime() + Duration);
}

/// <summary>On some weekdays, from one time to another, on the clock of a zone.</summary>
public sealed class WeeklyRecurrence(WeekHours hours) : Recurrence, IEquatable<WeeklyRecurrence>
{
    public WeekHours Hours => hours;

    public override Stretch? After(DateTimeOffset moment) => hours.After(moment);

    public bool Equals(WeeklyRecurrence? other) => other is not null && hours.Equals(other.Hours);

    public override bool Equals(object? obj) => Equals(obj as WeeklyRecurrence);

    public override int GetHashCode() => hours.GetHashCode();

    private protected override Stretch? Find(DateTimeOffset minute) => hours.Covering(minute);
}
