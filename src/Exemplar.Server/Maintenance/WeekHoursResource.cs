using System.Globalization;
using Exemplar.Core.Maintenance;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Maintenance;

/// <summary>From when to when on one weekday.</summary>
internal sealed record DayHoursResource
{
    /// <summary>A time such as 09:00.</summary>
    public required string From { get; init; }

    /// <summary>A time such as 17:00; when it is not later than <c>from</c>, of the next day.</summary>
    public required string To { get; init; }
}

/// <summary>When a monitor's job works, on the clock of a zone.</summary>
internal sealed record WeekHoursResource
{
    public static readonly IReadOnlyList<DayOfWeek> FromMonday =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>An IANA name, such as Europe/Berlin.</summary>
    public required string TimeZone { get; init; }

    /// <summary>By weekday, <c>monday</c> to <c>sunday</c>; on a day that is left out the job does not work.</summary>
    public required IReadOnlyDictionary<string, DayHoursResource> Days { get; init; }

    public static WeekHoursResource? Of(WeekHours? hours) => hours is null ? null : new WeekHoursResource
    {
        TimeZone = hours.TimeZone,
        Days = FromMonday.Where(day => hours[day] is not null).ToDictionary(
            Words<DayOfWeek>.Of, day => new DayHoursResource { From = Text(hours[day]!.Value.From), To = Text(hours[day]!.Value.To) }),
    };

    public static string Text(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
