using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Server.Console.Layout;
using Exemplar.Server.Console.Schedules;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Console.Maintenance;

/// <summary>What somebody typed about a window, as the dialog holds it.</summary>
internal sealed class MaintenanceForm
{
    public const string OnceKind = "once";
    public const string WeeklyKind = "weekly";
    public const string CronKind = "cron";

    public string Title { get; set; } = "";

    public string Severity { get; set; } = "minor";

    public string Owner { get; set; } = "";

    public string Kind { get; set; } = OnceKind;

    /// <summary>As a datetime-local field has it, on the clock of whoever looks.</summary>
    public string Starts { get; set; } = "";

    /// <inheritdoc cref="Starts"/>
    public string Ends { get; set; } = "";

    public HashSet<DayOfWeek> Days { get; } = [];

    public string From { get; set; } = "22:00";

    public string To { get; set; } = "02:00";

    public string Cron { get; set; } = "";

    public string Duration { get; set; } = "1 h";

    public string Zone { get; set; } = "";

    public bool AllMonitors { get; set; }

    /// <summary>Separated by commas.</summary>
    public string Tags { get; set; } = "";

    public List<EntityId> MonitorIds { get; } = [];

    public static MaintenanceForm Of(MaintenanceWindow window)
    {
        var form = new MaintenanceForm
        {
            Title = window.Title, Severity = Words<MaintenanceSeverity>.Of(window.Severity), Owner = window.Owner,
            AllMonitors = window.Targets.AllMonitors, Tags = string.Join(", ", window.Targets.Tags),
        };
        form.MonitorIds.AddRange(window.Targets.MonitorIds);
        switch (window.Times.Recurrence)
        {
            case CronRecurrence cron:
                (form.Kind, form.Cron, form.Duration, form.Zone) = (CronKind, cron.Expression, TimeWords.Exact(cron.Duration), cron.TimeZone);
                break;
            case WeeklyRecurrence { Hours: var hours }:
                (form.Kind, form.Zone) = (WeeklyKind, hours.TimeZone);
                form.Days.UnionWith(Enum.GetValues<DayOfWeek>().Where(day => hours[day] is not null));
                var each = hours[form.Days.First()]!.Value;
                (form.From, form.To) = (WeekHoursResource.Text(each.From), WeekHoursResource.Text(each.To));
                break;
            default: break;
        }
        return form;
    }

    /// <summary>As the API takes it. What makes no sense goes on as it was typed, so that the rules of the API say what is wrong.</summary>
    /// <param name="starts">When it begins, in UTC; null where that was left empty.</param>
    /// <param name="ends">When it ends, in UTC; null where that was left empty.</param>
    /// <param name="keepsStarts">Whether nobody changed the beginning: a field holds less than a stored moment may.</param>
    /// <param name="keepsEnds">Whether nobody changed the end.</param>
    public Dictionary<string, object?> ToJson(string? starts, string? ends, bool keepsStarts = false, bool keepsEnds = false)
    {
        var json = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["title"] = Title,
            ["severity"] = Severity,
            ["owner"] = Owner,
            ["all_monitors"] = AllMonitors,
            ["tags"] = AllMonitors ? [] : Tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ["monitor_ids"] = AllMonitors ? [] : MonitorIds.Select(id => id.ToString()).ToArray(),
            ["recurrence"] = Recurrence(),
        };
        // A window that recurs begins now and goes on unless somebody says otherwise.
        if (!keepsStarts && (starts is not null || Kind == OnceKind)) json["starts_at"] = starts ?? "";
        if (!keepsEnds) json["ends_at"] = ends ?? (Kind == OnceKind ? "" : null);
        return json;
    }

    /// <summary>Of <paramref name="json"/> what is not as the window has it. Beginning and end stay in it: what nobody changed of them was left out already.</summary>
    public static Dictionary<string, object?> Changes(MaintenanceWindow window, Dictionary<string, object?> json) =>
        FormChanges.Since(FormChanges.Opened(Of(window).ToJson(null, null, keepsStarts: true, keepsEnds: true)), json);

    private Dictionary<string, object?>? Recurrence() => Kind switch
    {
        WeeklyKind => new(StringComparer.Ordinal)
        {
            ["time_zone"] = Zone, ["weekdays"] = WeekHoursResource.FromMonday.Where(Days.Contains).Select(Words<DayOfWeek>.Of).ToArray(), ["from"] = From, ["to"] = To,
        },
        CronKind => new(StringComparer.Ordinal)
        {
            ["time_zone"] = Zone, ["cron"] = Cron, ["duration_minutes"] = TimeWords.Minutes(Duration) ?? (object)Duration,
        },
        _ => null,
    };
}
