using System.Text.Json;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Server.Requests;
using Exemplar.Storage.Maintenance;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Maintenance;

/// <summary>Reads maintenance windows out of request bodies and names everything that is wrong with them; for the API and the console.</summary>
internal sealed class MaintenanceFields(MonitorStore monitors)
{
    /// <summary>A window to be made; null when anything is wrong with it.</summary>
    public async Task<MaintenanceChange?> ReadNewAsync(JsonFields fields, int organizationNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        fields.Require("title");
        var times = MaintenanceTimesFields.Read(fields, present: null, now);
        var targets = await ReadTargetsAsync(fields, present: null, organizationNumber, cancellationToken);
        var change = Read(fields) with { Times = times, Targets = targets };
        return fields.Errors.Any ? null : change;
    }

    /// <summary>A change of a window; null when anything is wrong with it.</summary>
    public async Task<MaintenanceChange?> ReadEditAsync(
        JsonFields fields, MaintenanceView view, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var present = view.Window;
        var times = MaintenanceTimesFields.Read(fields, present, now);
        var targets = await ReadTargetsAsync(fields, present.Targets, present.OrganizationNumber, cancellationToken);
        var change = Read(fields) with { Times = times, Targets = targets };
        // Both are made out of what the window has.
        if (times is not null || targets is not null) change = change with { OnlyVersion = view.Version };
        return fields.Errors.Any ? null : change;
    }

    /// <summary>What is told about a window; null when anything is wrong with it.</summary>
    public static string? ReadUpdate(JsonFields fields)
    {
        fields.Require("text");
        var text = fields.Lines("text", MaintenanceWindow.LongestUpdate);
        if (text is "") fields.Errors.Add("text", "must not be empty");
        return fields.Errors.Any ? null : text;
    }

    private static MaintenanceChange Read(JsonFields fields) => new(
        fields.Line("title", 1, MaintenanceWindow.LongestLine), fields.Word<MaintenanceSeverity>("severity"),
        fields.Line("owner", 0, MaintenanceWindow.LongestLine));

    private async Task<MaintenanceTargets?> ReadTargetsAsync(
        JsonFields fields, MaintenanceTargets? present, int organizationNumber, CancellationToken cancellationToken)
    {
        var all = fields.Flag("all_monitors");
        var tags = fields.Tags("tags");
        var ids = await ReadMonitorsAsync(fields, organizationNumber, cancellationToken);
        if (present is not null && all is null && tags is null && ids is null) return null;
        // Naming some takes the place of all, unless somebody says both.
        var isAll = all ?? (present?.AllMonitors == true && tags is not { Count: > 0 } && ids is not { Count: > 0 });
        var targets = isAll
            ? new MaintenanceTargets(true, [], [])
            : new MaintenanceTargets(false, ids ?? present?.MonitorIds ?? [], tags ?? present?.Tags ?? []);
        var isWrong = fields.Errors.ByField.Keys.Any(k => k is "tags" or "all_monitors" || k.StartsWith("monitor_ids", StringComparison.Ordinal));
        if (!isAll && targets.MonitorIds.Count == 0 && targets.Tags.Count == 0 && !isWrong)
            fields.Errors.Add("monitor_ids", "is required: name monitors, or tags, or set all_monitors");
        return targets;
    }

    private async Task<IReadOnlyList<EntityId>?> ReadMonitorsAsync(JsonFields fields, int organizationNumber, CancellationToken cancellationToken)
    {
        if (fields.Strings("monitor_ids", MaintenanceTargets.MostMonitors) is not { } texts) return null;
        var ids = new Dictionary<EntityId, int>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (!EntityId.TryParse(texts[i], out var id)) fields.Errors.Add($"monitor_ids[{i}]", "must be 24 hex digits");
            else ids.TryAdd(id, i);
        }
        var known = await monitors.KnownAsync(organizationNumber, ids.Keys, cancellationToken);
        foreach (var (id, index) in ids)
            if (!known.Contains(id)) fields.Errors.Add($"monitor_ids[{index}]", "is no monitor of this organization");
        return [.. ids.Keys];
    }
}

/// <summary>Reads when a window takes place.</summary>
internal static class MaintenanceTimesFields
{
    /// <summary>The times of a new or changed window; null when they stay as they are, or when anything is wrong with them.</summary>
    public static MaintenanceTimes? Read(JsonFields fields, MaintenanceWindow? present, DateTimeOffset now)
    {
        if (present is not null && !fields.Has("starts_at") && !fields.Has("ends_at") && !fields.Has("recurrence")) return null;
        var recurs = fields.Has("recurrence") && !fields.IsNull("recurrence");
        var recurrence = recurs ? ReadRecurrence(fields, now) : fields.IsNull("recurrence") ? null : present?.Times.Recurrence;
        return recurs || recurrence is not null ? Recurring(fields, recurrence, present, now) : Once(fields, present, now);
    }

    private static MaintenanceTimes? Once(JsonFields fields, MaintenanceWindow? present, DateTimeOffset now)
    {
        var once = present?.Times.Once;
        if (once is null)
        {
            fields.Require("starts_at");
            fields.Require("ends_at");
        }
        if (fields.IsNull("starts_at")) fields.Errors.Add("starts_at", "must not be null");
        if (fields.IsNull("ends_at")) fields.Errors.Add("ends_at", "must not be null for a window that does not recur");
        var starts = (fields.IsNull("starts_at") ? null : fields.Moment("starts_at")) ?? once?.From;
        var ends = (fields.IsNull("ends_at") ? null : fields.Moment("ends_at")) ?? once?.To;
        if (starts is not { } from || ends is not { } to) return null;
        if (from != once?.From && from < now - MaintenanceTimes.OldestStart)
            fields.Errors.Add("starts_at", $"must not lie more than {MaintenanceTimes.OldestStart.TotalDays} days back");
        IsTooFar(fields, "starts_at", from, now);
        if (IsTooFar(fields, "ends_at", to, now)) return null;
        if (to <= from) fields.Errors.Add("ends_at", "must be later than starts_at");
        else if (to <= now) fields.Errors.Add("ends_at", "must be in the future");
        else if (to - from > MaintenanceTimes.Longest) fields.Errors.Add("ends_at", $"must be at most {MaintenanceTimes.Longest.TotalDays} days after starts_at");
        return new MaintenanceTimes(new Stretch(from, to), null, from, null);
    }

    private static MaintenanceTimes? Recurring(JsonFields fields, Recurrence? recurrence, MaintenanceWindow? present, DateTimeOffset now)
    {
        var before = present?.Times.Recurrence is null ? null : present.Times;
        var begins = (fields.IsNull("starts_at") ? null : fields.Moment("starts_at")) ?? before?.BeginsAt ?? now;
        var until = fields.IsNull("ends_at") ? null : fields.Moment("ends_at") ?? before?.Until;
        if (begins != before?.BeginsAt && begins < now - MaintenanceTimes.OldestStart)
            fields.Errors.Add("starts_at", $"must not lie more than {MaintenanceTimes.OldestStart.TotalDays} days back");
        IsTooFar(fields, "starts_at", begins, now);
        if (IsTooFar(fields, "ends_at", until, now)) return null;
        if (until <= begins) fields.Errors.Add("ends_at", "must be later than starts_at");
        else if (until <= now) fields.Errors.Add("ends_at", "must be in the future");
        if (recurrence is null || fields.Errors.Any) return null;
        var times = new MaintenanceTimes(null, recurrence, begins, until);
        var window = new MaintenanceWindow(default, 0, "", default, "", times, new MaintenanceTargets(true, [], []), now);
        if (window.StateAt(now) == MaintenanceState.Past) fields.Errors.Add("recurrence", "must have a time to come before ends_at");
        return times;
    }

    private static bool IsTooFar(JsonFields fields, string name, DateTimeOffset? moment, DateTimeOffset now)
    {
        if (!(moment > now + MaintenanceTimes.Farthest)) return false;
        fields.Errors.Add(name, "must lie within the next 100 years");
        return true;
    }

    private static Recurrence? ReadRecurrence(JsonFields fields, DateTimeOffset now)
    {
        var element = fields.Element("recurrence");
        if (element.ValueKind != JsonValueKind.Object)
        {
            fields.Errors.Add("recurrence", "must be an object with cron and duration_minutes, or with weekdays, from and to");
            return null;
        }
        var inner = new JsonFields(element, nullIsAbsent: true);
        inner.Require("time_zone");
        var zone = WeekHoursFields.Zone(inner);
        Recurrence? recurrence = inner.Has("cron") ? ReadCron(inner, zone, now) : ReadWeekly(inner, zone);
        WeekHoursFields.Take(fields.Errors, "recurrence", inner.Errors);
        return inner.Errors.Any ? null : recurrence;
    }

    private static CronRecurrence? ReadCron(JsonFields fields, string? zone, DateTimeOffset now)
    {
        fields.Require("duration_minutes");
        var cron = fields.Line("cron", 1, CronRecurrence.LongestExpression);
        var duration = fields.Minutes("duration_minutes");
        if (fields.Has("weekdays")) fields.Errors.Add("weekdays", "cannot stand beside cron");
        if (cron is not null && !CronRecurrence.CanRead(cron)) fields.Errors.Add("cron", "must be a cron expression of five fields, such as 0 22 * * 6");
        if (duration < Recurrence.Shortest || duration > Recurrence.Longest) fields.Errors.Add("duration_minutes", "must be between 1 minute and 7 days (10080)");
        if (fields.Errors.Any || zone is null || cron is null || duration is not { } time) return null;
        var recurrence = new CronRecurrence(cron, zone, time);
        if (recurrence.OverlapsItself(now)) fields.Errors.Add("duration_minutes", "must be no longer than the time between two starts");
        return recurrence;
    }

    private static WeeklyRecurrence? ReadWeekly(JsonFields fields, string? zone)
    {
        fields.Require("weekdays");
        var days = new List<DayOfWeek>();
        foreach (var word in fields.Strings("weekdays", 7) ?? [])
        {
            if (Words<DayOfWeek>.TryParse(word, out var day)) days.Add(day);
            else fields.Errors.Add("weekdays", "must hold words of " + Words<DayOfWeek>.All);
        }
        if (fields.Has("weekdays") && days.Count == 0 && !fields.Errors.ByField.ContainsKey("weekdays")) fields.Errors.Add("weekdays", "must hold at least one day");
        var hours = WeekHoursFields.Hours(fields);
        return fields.Errors.Any || zone is null || hours is not { } each
            ? null
            : new WeeklyRecurrence(new WeekHours(zone, days.Distinct().ToDictionary(d => d, _ => each)));
    }
}
