using System.Globalization;
using System.Text.Json;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Schedules;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Maintenance;

/// <summary>Reads hours of the week out of JSON, and writes what is wrong with them under the names of their fields.</summary>
internal static class WeekHoursFields
{
    public const string UnknownZone = "must be the IANA name of a time zone, such as Europe/Berlin";

    /// <summary>Active hours: <c>{"time_zone", "days": {"monday": {"from", "to"}}}</c>. Null when they are wrong.</summary>
    public static WeekHours? Read(JsonElement element, string name, FieldErrors errors)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(name, "must be an object with time_zone and days");
            return null;
        }
        var fields = new JsonFields(element, nullIsAbsent: true);
        fields.Require("time_zone");
        fields.Require("days");
        var zone = Zone(fields);
        var days = new Dictionary<DayOfWeek, DayHours>();
        if (fields.Has("days"))
        {
            var list = fields.Element("days");
            if (list.ValueKind != JsonValueKind.Object) fields.Errors.Add("days", "must be an object with weekdays such as monday");
            else ReadDays(list, days, fields.Errors);
        }
        Take(errors, name, fields.Errors);
        return fields.Errors.Any ? null : new WeekHours(zone!, days);
    }

    /// <summary>The zone of <c>time_zone</c>; null when it is missing or unknown.</summary>
    public static string? Zone(JsonFields fields)
    {
        if (fields.Line("time_zone", 1, LocalTime.LongestId) is not { } zone) return null;
        if (LocalTime.TryFind(zone, out _)) return zone;
        fields.Errors.Add("time_zone", UnknownZone);
        return null;
    }

    /// <summary>The hours of <c>from</c> and <c>to</c>; null when one of them is missing or no time.</summary>
    public static DayHours? Hours(JsonFields fields)
    {
        fields.Require("from");
        fields.Require("to");
        var (from, to) = (Time(fields, "from"), Time(fields, "to"));
        return from is { } begins && to is { } ends ? new DayHours(begins, ends) : null;
    }

    /// <summary>Adds what is wrong with a part under the name of the whole.</summary>
    public static void Take(FieldErrors errors, string name, FieldErrors part)
    {
        foreach (var (field, messages) in part.ByField)
            foreach (var message in messages) errors.Add($"{name}.{field}", message);
    }

    private static void ReadDays(JsonElement list, Dictionary<DayOfWeek, DayHours> days, FieldErrors errors)
    {
        foreach (var item in list.EnumerateObject().Take(50))
        {
            var place = $"days.{item.Name[..Math.Min(item.Name.Length, 20)]}";
            if (!Words<DayOfWeek>.TryParse(item.Name, out var day)) errors.Add(place, "must be one of " + Words<DayOfWeek>.All);
            else if (item.Value.ValueKind == JsonValueKind.Null) continue;
            else if (item.Value.ValueKind != JsonValueKind.Object) errors.Add(place, "must be an object with from and to");
            else
            {
                var fields = new JsonFields(item.Value, nullIsAbsent: true);
                if (Hours(fields) is { } hours) days[day] = hours;
                Take(errors, place, fields.Errors);
            }
        }
        if (days.Count == 0 && !errors.Any) errors.Add("days", "must hold at least one weekday");
    }

    private static TimeOnly? Time(JsonFields fields, string name)
    {
        if (fields.Line(name, 1, 10) is not { } text) return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        fields.Errors.Add(name, "must be a time such as 09:00");
        return null;
    }
}
