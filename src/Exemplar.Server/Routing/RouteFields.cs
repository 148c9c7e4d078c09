using System.Text.Json;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Server.Requests;
using Exemplar.Storage.Routing;
using Route = Exemplar.Core.Routing.Route;

namespace Exemplar.Server.Routing;

/// <summary>Reads routes out of request bodies and names everything that is wrong with them, down to the single target of a step.</summary>
internal sealed class RouteFields(RouteStore routes)
{
    /// <summary>A route to be made; null when anything is wrong with it.</summary>
    public async Task<RouteChange?> ReadNewAsync(JsonFields fields, int organizationNumber, CancellationToken cancellationToken)
    {
        fields.Require("name");
        fields.Require("steps");
        var route = await ReadAsync(fields, organizationNumber, cancellationToken);
        route = route with { AllMonitors = route.AllMonitors ?? !NamesAny(route.Tags, route.MonitorIds, route.BoardIds) };
        return Checked(fields, route, null);
    }

    /// <summary>A change of a route; null when anything is wrong with it.</summary>
    public async Task<RouteChange?> ReadEditAsync(JsonFields fields, StoredRoute stored, CancellationToken cancellationToken) =>
        Checked(fields, await ReadAsync(fields, stored.OrganizationNumber, cancellationToken), stored.Route);

    private static RouteChange? Checked(JsonFields fields, RouteChange route, Route? present)
    {
        var which = present?.Monitors;
        if (!(route.AllMonitors ?? which?.All ?? false) && !fields.Errors.Any
            && !NamesAny(route.Tags ?? which?.Tags, route.MonitorIds ?? which?.MonitorIds, route.BoardIds ?? which?.BoardIds))
            fields.Errors.Add("all_monitors", "must be true unless tags, monitor_ids or board_ids name some");
        if (fields.Errors.Any) return null;
        // One that takes its monitors from the change and from the route must not be left without any by another change.
        var takesSome = route.AllMonitors is not null || route.Tags is not null || route.MonitorIds is not null || route.BoardIds is not null;
        return takesSome ? route with { OnlyMonitors = which } : route;
    }

    private static bool NamesAny(IReadOnlyList<string>? tags, IReadOnlyList<EntityId>? monitors, IReadOnlyList<EntityId>? boards) =>
        tags is { Count: > 0 } || monitors is { Count: > 0 } || boards is { Count: > 0 };

    private async Task<RouteChange> ReadAsync(JsonFields fields, int organizationNumber, CancellationToken cancellationToken)
    {
        var errors = fields.Errors;
        NamedIds monitors = new(errors), boards = new(errors), channels = new(errors), rotations = new(errors);
        var clearsHours = fields.IsNull("hours");
        var route = new RouteChange(
            fields.Line("name", 1, RoutingLimits.LongestName), fields.Flag("all_monitors"), fields.Tags("tags"),
            monitors.Read(fields, "monitor_ids", RoutingLimits.Monitors), boards.Read(fields, "board_ids", RoutingLimits.Boards),
            Choices<Severity>(fields, "severities"), clearsHours ? null : Hours(fields), Steps(fields, channels, rotations))
        {
            ClearsHours = clearsHours,
        };
        var names = await routes.NamesAsync(organizationNumber, monitors.All, cancellationToken);
        monitors.Check(names.Monitors, "is no monitor of the organization");
        boards.Check(names.Boards, "is no board of the organization");
        channels.Check(names.Channels, "is no channel of the organization");
        rotations.Check(names.Rotations, "is no rotation of the organization");
        return route;
    }

    private static List<T>? Choices<T>(JsonFields fields, string name) where T : struct, Enum
    {
        if (fields.Strings(name, Words<T>.Names.Count) is not { } words) return null;
        var choices = new List<T>();
        for (var i = 0; i < words.Count; i++)
        {
            if (!Words<T>.TryParse(words[i], out var choice)) fields.Errors.Add($"{name}[{i}]", "must be one of " + Words<T>.All);
            else if (!choices.Contains(choice)) choices.Add(choice);
        }
        return choices;
    }

    private static RouteHours? Hours(JsonFields fields)
    {
        if (!fields.Has("hours") || fields.Errors.Inner(fields.Element("hours"), "hours", "an object with time_zone, days, from and to") is not { } hours) return null;
        hours.Require("time_zone");
        hours.Require("from");
        hours.Require("to");
        var zone = hours.Zone("time_zone");
        var (from, to) = (hours.Time("from"), hours.Time("to", isEnd: true));
        var days = Choices<DayOfWeek>(hours, "days") ?? [.. Enum.GetValues<DayOfWeek>()];
        if (days.Count == 0 && !hours.Errors.Any) hours.Errors.Add("days", "must name at least one day");
        fields.Errors.Take("hours", hours);
        return zone is null || from is null || to is null ? null : new RouteHours(zone, days, from.Value, to.Value);
    }

    private static List<RouteStep>? Steps(JsonFields fields, NamedIds channels, NamedIds rotations)
    {
        if (fields.Objects("steps", 1, RoutingLimits.Steps, "steps") is not { } items) return null;
        var steps = new List<RouteStep>();
        for (var i = 0; i < items.Count; i++)
        {
            var place = $"steps[{i}]";
            if (fields.Errors.Inner(items[i], place, "an object with after_minutes and targets") is not { } step) continue;
            var after = After(step, items[i], i, steps.Count > 0 ? steps[^1].After : null);
            step.Require("targets");
            var targets = Targets(step, place, fields.Errors, channels, rotations);
            fields.Errors.Take(place, step);
            steps.Add(new RouteStep(after, targets));
        }
        return steps;
    }

    private static TimeSpan After(JsonFields step, JsonElement element, int index, TimeSpan? before)
    {
        var isGiven = step.Has("after_minutes");
        if (index == 0 && !isGiven) return TimeSpan.Zero;
        var value = isGiven ? element.GetProperty("after_minutes") : default;
        var minutes = value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;
        var after = minutes >= 0 && minutes <= RoutingLimits.LatestStep.TotalMinutes ? TimeSpan.FromMilliseconds(Math.Round(minutes * 60_000)) : (TimeSpan?)null;
        if (index == 0 && after != TimeSpan.Zero) step.Errors.Add("after_minutes", "must be 0: the first step is told at once");
        else if (after is null) step.Errors.Add("after_minutes", $"must be a number of minutes, more than the step before and at most {RoutingLimits.LatestStep.TotalMinutes}");
        else if (after <= before) step.Errors.Add("after_minutes", "must be more than that of the step before");
        return after ?? before ?? TimeSpan.Zero;
    }

    private static List<RouteTarget> Targets(JsonFields step, string place, FieldErrors errors, NamedIds channels, NamedIds rotations)
    {
        var targets = new List<RouteTarget>();
        foreach (var (i, item) in (step.Objects("targets", 1, RoutingLimits.Targets, "targets") ?? []).Index())
        {
            var at = $"{place}.targets[{i}]";
            if (errors.Inner(item, at, "an object with channel_id or rotation_id") is not { } target) continue;
            var (channel, rotation) = (target.Line("channel_id", 1, 100), target.Line("rotation_id", 1, 100));
            errors.Take(at, target);
            if (target.Errors.Any) continue;
            if (channel is null == rotation is null) errors.Add(at, "must have either channel_id or rotation_id");
            else if (channel is not null && channels.Read(channel, at + ".channel_id") is { } channelId) targets.Add(new RouteTarget.Channel(channelId));
            else if (rotation is not null && rotations.Read(rotation, at + ".rotation_id") is { } rotationId) targets.Add(new RouteTarget.OnCall(rotationId));
        }
        return [.. targets.Distinct()];
    }
}
