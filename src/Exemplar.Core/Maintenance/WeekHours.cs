using System.Globalization;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Maintenance;

/// <summary>From when to when on one weekday. An end that is not after the start means that time of the next day.</summary>
public readonly record struct DayHours(TimeOnly From, TimeOnly To)
{
    public TimeSpan Length => To > From ? To - From : TimeSpan.FromDays(1) - (From - To);
}

/// <summary>Hours of the week on a wall's clock: for each weekday one run of time, or none.</summary>
public sealed class WeekHours : IEquatable<WeekHours>
{
    // Sunday first, as DayOfWeek counts.
    private readonly DayHours?[] _days;

    /// <exception cref="ArgumentException">There is no zone of this name, or no day has hours.</exception>
    public WeekHours(string timeZone, IReadOnlyDictionary<DayOfWeek, DayHours> days)
    {
        if (!LocalTime.TryFind(timeZone, out var zone)) throw new ArgumentException($"There is no time zone {timeZone}.", nameof(timeZone));
        if (days.Count == 0) throw new ArgumentException("At least one day must have hours.", nameof(days));
        (TimeZone, Zone) = (timeZone, zone);
        _days = [.. Enumerable.Range(0, 7).Select(day => days.TryGetValue((DayOfWeek)day, out var hours) ? hours : (DayHours?)null)];
    }

    /// <summary>The IANA name of the wall's zone.</summary>
    public string TimeZone { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>The hours of a weekday; null when it has none.</summary>
    public DayHours? this[DayOfWeek day] => _days[(int)day];

    /// <summary>In words, such as <c>Mon-Fri 09:00-17:00 Europe/Berlin</c>.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        for (var day = 0; day < 7; day++)
        {
            if (Monday(day) is not { } hours) continue;
            var last = day;
            while (last < 6 && Monday(last + 1) == hours) last++;
            var days = last == day ? Short(day) : $"{Short(day)}-{Short(last)}";
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{days} {hours.From:HH:mm}-{hours.To:HH:mm}"));
            day = last;
        }
        return $"{string.Join(", ", parts)} {TimeZone}";
    }

    /// <summary>The run of time that begins on a day of the wall's calendar; null when none does.</summary>
    public Stretch? On(DateOnly day)
    {
        if (_days[(int)day.DayOfWeek] is not { } hours) return null;
        var from = LocalTime.StartOf(Zone, day.ToDateTime(hours.From));
        var to = LocalTime.EndOf(Zone, (hours.To > hours.From ? day : day.AddDays(1)).ToDateTime(hours.To));
        // When the clock jumps over all of it, it takes place right afterwards, as long as on other days.
        return new Stretch(from, to > from ? to : from + hours.Length);
    }

    /// <summary>The run of time that holds <paramref name="moment"/>; of two, the one that ends last.</summary>
    public Stretch? Covering(DateTimeOffset moment, Func<DateOnly, bool>? without = null)
    {
        var today = LocalTime.DayOf(Zone, moment);
        Stretch? covering = null;
        for (var day = today.AddDays(-1); day <= today.AddDays(1); day = day.AddDays(1))
            if (On(day) is { } stretch && stretch.Contains(moment) && !(covering?.To >= stretch.To) && without?.Invoke(day) != true) covering = stretch;
        return covering;
    }

    /// <summary>The first run of time that begins after <paramref name="moment"/>; null when none does within <paramref name="days"/>.</summary>
    public Stretch? After(DateTimeOffset moment, Func<DateOnly, bool>? without = null, int days = 9)
    {
        var day = LocalTime.DayOf(Zone, moment).AddDays(-1);
        for (var i = 0; i <= days; i++, day = day.AddDays(1))
            if (On(day) is { } stretch && stretch.From > moment && without?.Invoke(day) != true) return stretch;
        return null;
    }

    /// <summary>The last run of time that ended at or before <paramref name="moment"/>; null when none did within <paramref name="days"/>.</summary>
    public Stretch? Before(DateTimeOffset moment, Func<DateOnly, bool>? without = null, int days = 9)
    {
        var day = LocalTime.DayOf(Zone, moment).AddDays(1);
        for (var i = 0; i <= days; i++, day = day.AddDays(-1))
            if (On(day) is { } stretch && stretch.To <= moment && without?.Invoke(day) != true) return stretch;
        return null;
    }

    public bool Equals(WeekHours? other) => other is not null && TimeZone == other.TimeZone && _days.SequenceEqual(other._days);

    public override bool Equals(object? obj) => Equals(obj as WeekHours);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(TimeZone, StringComparer.Ordinal);
        foreach (var day in _days) hash.Add(day);
        return hash.ToHashCode();
    }

    private DayHours? Monday(int day) => _days[(day + 1) % 7];

    private static string Short(int day) => $"{(DayOfWeek)((day + 1) % 7)}"[..3];
}
