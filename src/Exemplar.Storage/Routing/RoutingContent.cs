using System.Text.Json;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Storage.Schema;

namespace Exemplar.Storage.Routing;

/// <summary>Between routes and rotations and their rows.</summary>
internal static class RoutingContent
{
    public static Route Read(RouteRow row) => new(
        row.Number, EntityId.FromBytes(row.Id), row.Name,
        new RouteMonitors(
            row.AllMonitors, row.Tags, [.. row.MonitorIds.Select(EntityId.Parse)], [.. row.BoardIds.Select(EntityId.Parse)],
            [.. row.Severities.Select(s => (Severity)s)]),
        row.TimeZone is null ? null : new RouteHours(Zone(row.TimeZone), [.. row.Days.Select(d => (DayOfWeek)d)], Time(row.FromMinute), Time(row.ToMinute)),
        Steps(row.Steps));

    public static Rotation Read(RotationRow row) => new(
        row.Number, EntityId.FromBytes(row.Id), row.Name, Zone(row.TimeZone),
        new HandOver((HandOverEvery)row.Every, (DayOfWeek)row.Day, Time(row.AtMinute)), UnixTime.FromMs(row.StartsAtMs),
        [.. Parse<ParticipantContent>(row.Participants).Select(p => new Participant(p.Name, EntityId.Parse(p.Channel)))],
        [.. Parse<OverrideContent>(row.Overrides).Select(o => new RotationOverride(UnixTime.FromMs(o.FromMs), UnixTime.FromMs(o.ToMs), o.Participant))]);

    public static string Write(IEnumerable<RouteStep> steps) => JsonSerializer.Serialize(steps.Select(step => new StepContent(
        (long)step.After.TotalMilliseconds, [.. step.Targets.Select(t => new TargetContent(t is RouteTarget.OnCall, t.Id.ToString()))])));

    public static string Write(IEnumerable<Participant> participants) =>
        JsonSerializer.Serialize(participants.Select(p => new ParticipantContent(p.Name, p.ChannelId.ToString())));

    public static string Write(IEnumerable<RotationOverride> overrides) =>
        JsonSerializer.Serialize(overrides.Select(o => new OverrideContent(o.From.ToMs(), o.To.ToMs(), o.Participant)));

    public static int Minute(TimeOnly time) => (time.Hour * 60) + time.Minute;

    private static List<RouteStep> Steps(string json) =>
    [
        .. Parse<StepContent>(json).Select(step => new RouteStep(
            TimeSpan.FromMilliseconds(step.AfterMs),
            [.. step.Targets.Select(t => t.IsOnCall ? (RouteTarget)new RouteTarget.OnCall(EntityId.Parse(t.Id)) : new RouteTarget.Channel(EntityId.Parse(t.Id)))])),
    ];

    private static TimeOnly Time(int minute) => new(minute / 60, minute % 60);

    // A server that knows fewer zones than the one that stored it must not fall silent.
    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

    private static List<T> Parse<T>(string json) => JsonSerializer.Deserialize<List<T>>(json) ?? [];

    private sealed record StepContent(long AfterMs, List<TargetContent> Targets);

    private sealed record TargetContent(bool IsOnCall, string Id);

    private sealed record ParticipantContent(string Name, string Channel);

    private sealed record OverrideContent(long FromMs, long ToMs, string Participant);
}
