using System.Collections.Frozen;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Maintenance;

/// <summary>The holidays of an organization, found by their day.</summary>
public sealed class Holidays
{
    public static readonly Holidays None = new([], DateTimeOffset.MinValue);

    private readonly FrozenDictionary<DateOnly, string> _names;

    /// <param name="holidays">Each day once.</param>
    /// <param name="declaredAt">When they were last said.</param>
    public Holidays(IEnumerable<Holiday> holidays, DateTimeOffset declaredAt) =>
        (_names, DeclaredAt) = (holidays.ToFrozenDictionary(h => h.Day, h => h.Name), declaredAt);

    public DateTimeOffset DeclaredAt { get; }

    public string? NameOf(DateOnly day) => _names.GetValueOrDefault(day);
}

/// <summary>
/// When a monitor's job works at all. Outside of them, and on holidays if it observes them, nothing is missed.
/// </summary>
public static class ActiveHours
{
    /// <summary>So many days in a row without work are looked over at most; longer is told in parts.</summary>
    private const int LongestLook = 60;

    /// <summary>The quiet time that holds <paramref name="moment"/>; null when the job works then.</summary>
    /// <param name="hours">When it works on the days on which it does.</param>
    /// <param name="holidays">Days on which no work begins; null when it observes none.</param>
    /// <param name="moment">The moment.</param>
    public static QuietTime? QuietAt(WeekHours hours, Holidays? holidays, DateTimeOffset moment)
    {
        Func<DateOnly, bool>? without = holidays is null ? null : day => holidays.NameOf(day) is not null;
        // A shift belongs to the day on which it begins: it neither ends at the midnight of a holiday nor begins on one.
        if (hours.Covering(moment, without) is not null) return null;

        var before = hours.Before(moment, without, LongestLook)?.To ?? moment.AddDays(-LongestLook);
        var after = hours.After(moment, without, LongestLook)?.From ?? moment.AddDays(LongestLook);
        var today = LocalTime.DayOf(hours.Zone, moment);
        if (holidays?.NameOf(today) is not { } name)
            return new QuietTime(QuietKind.OutsideActiveHours, before, after, $"{hours}", DateTimeOffset.MinValue);

        var from = LocalTime.StartOf(hours.Zone, today.ToDateTime(TimeOnly.MinValue));
        var to = LocalTime.StartOf(hours.Zone, today.AddDays(1).ToDateTime(TimeOnly.MinValue));
        return new QuietTime(QuietKind.Holiday, from > before ? from : before, to < after ? to : after, name, holidays.DeclaredAt);
    }
}
