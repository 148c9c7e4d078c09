using System.Text.Json;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Server.Console.Layout;
using Exemplar.Server.Console.Schedules;
using Exemplar.Server.Requests;
using Exemplar.Server.Routing;
using Exemplar.Storage.Routing;
using Route = Exemplar.Core.Routing.Route;

namespace Exemplar.Server.Console.Routing;

/// <summary>One step as somebody typed it.</summary>
internal sealed class StepForm
{
    /// <summary>A duration such as "10 min"; without meaning for the first step.</summary>
    public string After { get; set; } = "";

    public List<RouteTarget> Targets { get; } = [];
}

/// <summary>What somebody typed about a route, as the dialog holds it.</summary>
internal sealed class RouteForm
{
    public string Name { get; set; } = "";

    public bool AllMonitors { get; set; } = true;

    /// <summary>Separated by commas.</summary>
    public string Tags { get; set; } = "";

    public List<EntityId> MonitorIds { get; } = [];

    public List<EntityId> BoardIds { get; } = [];

    public List<Severity> Severities { get; } = [];

    public bool HasHours { get; set; }

    public string TimeZone { get; set; } = "UTC";

    public List<DayOfWeek> Days { get; } = [.. RoutingWords.Week.Take(5)];

    public string From { get; set; } = "08:00";

    public string To { get; set; } = "18:00";

    public List<StepForm> Steps { get; } = [new StepForm()];

    /// <summary>A stored route without what is no longer there: saving takes it out.</summary>
    public static RouteForm Of(Route route, RoutingNames names) => Of(route, names.MissingIn(route).ToHashSet());

    /// <summary>What is stored, as the API takes it; with what is no longer there.</summary>
    public static JsonElement Stored(Route route) => FormChanges.Opened(Of(route, []).ToJson());

    private static RouteForm Of(Route route, HashSet<EntityId> missing)
    {
        var form = new RouteForm { Name = route.Name, AllMonitors = route.Monitors.All, Tags = string.Join(", ", route.Monitors.Tags) };
        form.MonitorIds.AddRange(route.Monitors.MonitorIds.Where(id => !missing.Contains(id)));
        form.BoardIds.AddRange(route.Monitors.BoardIds.Where(id => !missing.Contains(id)));
        form.Severities.AddRange(route.Monitors.Severities);
        if (route.Hours is { } hours)
        {
            (form.HasHours, form.TimeZone, form.From) = (true, hours.Zone.Id, RouteHoursResource.Text(hours.From));
            form.To = hours.To == TimeOnly.MinValue ? "24:00" : RouteHoursResource.Text(hours.To);
            form.Days.Clear();
            form.Days.AddRange(hours.Days);
        }
        form.Steps.Clear();
        foreach (var step in route.Steps)
        {
            var typed = new StepForm { After = TimeWords.Exact(step.After) };
            typed.Targets.AddRange(step.Targets.Where(t => !missing.Contains(t.Id)));
            form.Steps.Add(typed);
        }
        return form;
    }

    /// <summary>As the API takes it.</summary>
    public Dictionary<string, object?> ToJson() => new(StringComparer.Ordinal)
    {
        ["name"] = Name,
        ["all_monitors"] = AllMonitors,
        ["tags"] = AllMonitors ? [] : Tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        ["monitor_ids"] = AllMonitors ? [] : MonitorIds.Select(id => id.ToString()).ToArray(),
        ["board_ids"] = AllMonitors ? [] : BoardIds.Select(id => id.ToString()).ToArray(),
        ["severities"] = Severities.Select(Words<Severity>.Of).ToArray(),
        ["hours"] = HasHours
            ? new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["time_zone"] = TimeZone.Trim(), ["days"] = Days.Select(Words<DayOfWeek>.Of).ToArray(), ["from"] = From.Trim(), ["to"] = To.Trim(),
            }
            : null,
        ["steps"] = Steps.Select((step, i) => new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            // What is no duration goes on as it was typed, so that the rules of the API say what is wrong with it.
            ["after_minutes"] = i == 0 ? 0 : TimeWords.Minutes(step.After) ?? (object)step.After,
            ["targets"] = step.Targets.Select(t => new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                [t is RouteTarget.OnCall ? "rotation_id" : "channel_id"] = t.Id.ToString(),
            }).ToArray(),
        }).ToArray(),
    };
}
