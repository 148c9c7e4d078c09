using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Console.Maintenance;

/// <summary>One weekday as somebody typed it.</summary>
public sealed class DayForm
{
    public bool Works { get; set; }

    public string From { get; set; } = "09:00";

    public string To { get; set; } = "17:00";

    /// <summary>What a field for a time holds; Blazor writes seconds behind it that nobody typed.</summary>
    public static string Time(object? value) => value is string text ? text[..Math.Min(5, text.Length)] : "";
}

/// <summary>Active hours as the monitor's dialog holds them.</summary>
public sealed class ActiveHoursForm
{
    public bool IsLimited { get; set; }

    public bool ObservesHolidays { get; set; } = true;

    public string Zone { get; set; } = "UTC";

    public IReadOnlyDictionary<DayOfWeek, DayForm> Days { get; } =
        WeekHoursResource.FromMonday.ToDictionary(day => day, day => new DayForm { Works = day is not (DayOfWeek.Saturday or DayOfWeek.Sunday) });

    public static ActiveHoursForm Of(MonitorDefinition? monitor)
    {
        var form = new ActiveHoursForm { ObservesHolidays = monitor?.ObservesHolidays ?? true };
        if (monitor?.ActiveHours is not { } hours) return form;
        (form.IsLimited, form.Zone) = (true, hours.TimeZone);
        foreach (var (day, typed) in form.Days)
        {
            typed.Works = hours[day] is not null;
            if (hours[day] is { } set) (typed.From, typed.To) = (WeekHoursResource.Text(set.From), WeekHoursResource.Text(set.To));
        }
        return form;
    }

    /// <summary>As the API takes it; null for always.</summary>
    public Dictionary<string, object?>? ToJson() => !IsLimited ? null : new(StringComparer.Ordinal)
    {
        ["time_zone"] = Zone,
        ["days"] = Days.Where(d => d.Value.Works).ToDictionary(
            d => Words<DayOfWeek>.Of(d.Key), d => new Dictionary<string, string>(StringComparer.Ordinal) { ["from"] = d.Value.From, ["to"] = d.Value.To }, StringComparer.Ordinal),
    };
}
