using System.Globalization;
using Exemplar.Core.Routing;
using Exemplar.Server.Console.Schedules;
using Exemplar.Server.Routing;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Console.Routing;

/// <summary>Routes and rotations as people say them.</summary>
internal static class RoutingWords
{
    /// <summary>The days of a week that begins on Monday.</summary>
    public static readonly IReadOnlyList<DayOfWeek> Week =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    private static readonly DayOfWeek[] WorkingDays = [.. Week.Take(5)];

    /// <summary>"at once", "after 10 min".</summary>
    public static string After(TimeSpan after) => after == TimeSpan.Zero ? "at once" : "after " + TimeWords.Long(after);

    /// <summary>"#ops", or "On-call (now: Ana)".</summary>
    public static string Target(RouteTarget target, RoutingNames names, IReadOnlyList<StoredRotation> rotations, DateTimeOffset now)
    {
        if (target is RouteTarget.Channel) return names.Channels.GetValueOrDefault(target.Id) ?? "a channel that was removed";
        if (rotations.FirstOrDefault(r => r.Rotation.Id == target.Id) is not { Rotation: var rotation }) return "a rotation that was removed";
        return $"{rotation.Name} (now: {rotation.OnCallAt(now)?.Name ?? "nobody"})";
    }

    /// <summary>"Mon–Fri, 08:00–18:00, Europe/Berlin".</summary>
    public static string Hours(RouteHours hours)
    {
        var days = hours.Days.Count == Week.Count ? "every day"
            : hours.Days.Count == 5 && WorkingDays.All(hours.Days.Contains) ? "Mon–Fri"
            : string.Join(", ", Week.Where(hours.Days.Contains).Select(Short));
        return $"{days}, {RouteHoursResource.Text(hours.From)}–{(hours.To == TimeOnly.MinValue ? "24:00" : RouteHoursResource.Text(hours.To))}, {hours.Zone.Id}";
    }

    /// <summary>"Hands over every Monday at 09:00, Europe/Berlin".</summary>
    public static string HandOver(Rotation rotation) =>
        $"Hands over every {(rotation.HandOver.Every == HandOverEvery.Weekly ? rotation.HandOver.Day.ToString() : "day")} at {RouteHoursResource.Text(rotation.HandOver.At)}, {rotation.Zone.Id}";

    /// <summary>A moment on the clocks of a zone: "Mon 30 Nov, 09:00".</summary>
    public static string Local(DateTimeOffset moment, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(moment, zone).ToString("ddd d MMM, HH:mm", CultureInfo.InvariantCulture);

    public static string Short(DayOfWeek day) => day.ToString()[..3];
}
