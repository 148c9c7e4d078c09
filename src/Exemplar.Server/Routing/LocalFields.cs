using System.Globalization;
using System.Text.Json;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Routing;

/// <summary>Reads what routes and rotations say about local time, and fields within fields.</summary>
internal static class LocalFields
{
    private const int LongestZone = 64;

    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A time zone by its name in the tz database, such as Europe/Berlin.</summary>
    public static TimeZoneInfo? Zone(this JsonFields fields, string name)
    {
        if (fields.Line(name, 1, LongestZone) is not { } id) return null;
        // The name becomes a path below the zones of the machine.
        if (id.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+') && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        fields.Errors.Add(name, "must be a time zone such as Europe/Berlin, America/New_York or UTC");
        return null;
    }

    /// <summary>A time of the day to the minute, such as 08:30.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="name">Which.</param>
    /// <param name="isEnd">Whether 24:00, the end of the day, is one: it reads as 00:00.</param>
    public static TimeOnly? Time(this JsonFields fields, string name, bool isEnd = false)
    {
        if (fields.Line(name, 1, 5) is not { } text) return null;
        if (isEnd && text == "24:00") return TimeOnly.MinValue;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        fields.Errors.Add(name, "must be a time of the day such as 08:30");
        return null;
    }

    /// <summary>A moment that calendars agree on.</summary>
    public static DateTimeOffset? NearMoment(this JsonFields fields, string name)
    {
        if (fields.Moment(name) is not { } moment) return null;
        if (IsNear(moment)) return moment;
        fields.Errors.Add(name, "must lie between the years 2000 and 2100");
        return null;
    }

    public static bool IsNear(DateTimeOffset moment) => moment >= Earliest && moment < Latest;

    /// <summary>The fields of an object within the fields; null, and an error, when it is none.</summary>
    public static JsonFields? Inner(this FieldErrors errors, JsonElement element, string place, string expected)
    {
        if (element.ValueKind == JsonValueKind.Object) return new JsonFields(element, nullIsAbsent: true);
        errors.Add(place, "must be " + expected);
        return null;
    }

    /// <summary>What is wrong with an object, under the name of its place.</summary>
    public static void Take(this FieldErrors errors, string place, JsonFields inner)
    {
        foreach (var (field, messages) in inner.Errors.ByField)
            foreach (var message in messages) errors.Add($"{place}.{field}", message);
    }

    /// <summary>The objects of a list; null when the field is absent or no such list.</summary>
    public static IReadOnlyList<JsonElement>? Objects(this JsonFields fields, string name, int least, int most, string what)
    {
        if (!fields.Has(name)) return null;
        var list = fields.Element(name);
        if (list.ValueKind != JsonValueKind.Array) fields.Errors.Add(name, $"must be a list of {what}");
        else if (list.GetArrayLength() < least || list.GetArrayLength() > most)
            fields.Errors.Add(name, least == 0 ? $"must hold at most {most} {what}" : $"must hold {least} to {most} {what}");
        else return [.. list.EnumerateArray()];
        return null;
    }
}
