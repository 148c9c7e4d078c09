using System.Globalization;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Schedules;

namespace Exemplar.Storage.Maintenance;

/// <summary>Hours of the week as one short line: the zone, then for each day from Sunday on its hours or nothing.</summary>
internal static class WeekHoursText
{
    private const string Time = "HH:mm";

    public static string? Write(WeekHours? hours) => hours is null
        ? null
        : string.Join('|', [hours.TimeZone, .. Enum.GetValues<DayOfWeek>().Select(day => hours[day] is { } from ? Text(from) : "")]);

    /// <summary>What was written. A zone that this machine does not know is read as UTC: quiet at the wrong hour beats a server that cannot start.</summary>
    public static WeekHours? Read(string? text)
    {
        if (text is null) return null;
        var parts = text.Split('|');
        var days = new Dictionary<DayOfWeek, DayHours>();
        for (var day = 0; day < 7; day++)
            if (parts[day + 1] is { Length: > 0 } hours) days[(DayOfWeek)day] = Hours(hours);
        return new WeekHours(LocalTime.TryFind(parts[0], out _) ? parts[0] : "UTC", days);
    }

    private static string Text(DayHours hours) =>
        hours.From.ToString(Time, CultureInfo.InvariantCulture) + "-" + hours.To.ToString(Time, CultureInfo.InvariantCulture);

    private static DayHours Hours(string text) => new(
        TimeOnly.ParseExact(text.AsSpan(0, 5), Time, CultureInfo.InvariantCulture), TimeOnly.ParseExact(text.AsSpan(6), Time, CultureInfo.InvariantCulture));
}
