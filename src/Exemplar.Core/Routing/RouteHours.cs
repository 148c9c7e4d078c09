using Exemplar.Core.Schedules;

namespace Exemplar.Core.Routing;

/// <summary>
/// When a route takes what goes down: on some days of the week from one local time to another. What begins on a day belongs to that
/// day, also past midnight.
/// </summary>
/// <param name="Zone">Whose clocks count.</param>
/// <param name="Days">On which days the hours begin, at least one.</param>
/// <param name="From">When they begin, to the minute. Where clocks skip it, right after the skip.</param>
/// <param name="To">When they end, to the minute; not after <paramref name="From"/> means on the next day. Where clocks show it twice, the second time.</param>
public sealed record RouteHours(TimeZoneInfo Zone, IReadOnlyList<DayOfWeek> Days, TimeOnly From, TimeOnly To)
{
    // A week has every day; the day before may reach past midnight, and the first of the next week begins later today.
    private const int DaysLooked = 8;

    /// <summary>True within the hours; their first moment belongs to them, the last does not.</summary>
    public bool Contain(DateTimeOffset moment)
    {
        var today = LocalTime.DayOf(Zone, moment);
        for (var ago = 0; ago <= 1; ago++)
            if (Of(today.AddDays(-ago)) is { } hours && hours.From <= moment && moment < hours.To) return true;
        return false;
    }

    /// <summary>The moment itself when it lies within the hours, else when they begin next.</summary>
    public DateTimeOffset NextWithin(DateTimeOffset moment)
    {
        if (Contain(moment)) return moment;
        var today = LocalTime.DayOf(Zone, moment);
        for (var ahead = 0; ahead <= DaysLooked; ahead++)
            if (Of(today.AddDays(ahead)) is { } hours && hours.From > moment && hours.From < hours.To) return hours.From;
        return moment;
    }

    private (DateTimeOffset From, DateTimeOffset To)? Of(DateOnly date) => !Days.Contains(date.DayOfWeek)
        ? null
        : (LocalTime.StartOf(Zone, date.ToDateTime(From)), LocalTime.EndOf(Zone, (To > From ? date : date.AddDays(1)).ToDateTime(To)));
}
