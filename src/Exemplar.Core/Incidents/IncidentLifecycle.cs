using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;

namespace Exemplar.Core.Incidents;

/// <summary>
/// The one place where an incident changes: (incident, event, now) → decision. Pure; the caller stores the decision and
/// guards it against others who read the same incident.
/// </summary>
public static class IncidentLifecycle
{
    /// <summary>Monitors that go down within this time of each other, and share a host or a tag, are one incident.</summary>
    public static readonly TimeSpan GroupingWindow = TimeSpan.FromSeconds(60);

    /// <summary>One incident takes at most so many monitors; the next one opens another.</summary>
    public const int MostMonitors = 1_000;

    private const int LongestTitle = 200;

    /// <summary>A monitor went down and no open incident takes it.</summary>
    public static IncidentDecision OnDown(
        EntityId id, int number, int monitorNumber, string monitorName, string error, Traits traits, DateTimeOffset downAt)
    {
        var title = Shorten($"{monitorName} is down");
        return new IncidentDecision(
            new Incident(id, number, title, error, downAt, traits) { RemindedAt = downAt },
            [new IncidentEvent(downAt, IncidentEventKind.Down, error, MonitorNumber: monitorNumber)],
            AlertEvent.Down);
    }

    /// <summary>What a monitor that went down at <paramref name="downAt"/> shares with an open incident that takes it; null when it does not.</summary>
    public static Traits? Takes(Incident incident, Traits traits, DateTimeOffset downAt) =>
        incident.IsOpen && incident.Monitors < MostMonitors && (downAt - incident.OpenedAt).Duration() <= GroupingWindow
            ? incident.Shared.SharedWith(traits)
            : null;

    /// <summary>Another monitor went down and belongs to this incident, with which it shares <paramref name="shared"/>.</summary>
    public static IncidentDecision OnJoined(Incident incident, int monitorNumber, string error, Traits shared, DateTimeOffset downAt)
    {
        var monitors = incident.Monitors + 1;
        var next = incident with
        {
            Shared = shared,
            Monitors = monitors,
            StillDown = incident.StillDown + 1,
            Title = Shorten($"{monitors} monitors are down: {shared.Words}"),
            OpenedAt = downAt < incident.OpenedAt ? downAt : incident.OpenedAt,
        };
        return new IncidentDecision(
            next, [new IncidentEvent(downAt, IncidentEventKind.Down, error, MonitorNumber: monitorNumber)], AlertEvent.Down);
    }

    /// <summary>
    /// One of its monitors is no longer down: it beats again, or nobody waits for it any more. The incident ends with the last.
    /// </summary>
    /// <param name="incident">The open incident.</param>
    /// <param name="monitorNumber">The monitor.</param>
    /// <param name="to">How it stands now; null when it was removed.</param>
    /// <param name="at">Since when.</param>
    public static IncidentDecision OnLeft(Incident incident, int monitorNumber, MonitorStatus? to, DateTimeOffset at)
    {
        var kind = to == MonitorStatus.Up ? IncidentEventKind.Recovered : IncidentEventKind.Left;
        var text = to switch
        {
            MonitorStatus.Up => "",
            MonitorStatus.Paused => "The monitor was paused.",
            MonitorStatus.Maintenance => "A maintenance window or another quiet time of the monitor began.",
            null => "The monitor was removed.",
            _ => "The monitor starts anew.",
        };
        var stillDown = Math.Max(0, incident.StillDown - 1);
        var next = incident with { StillDown = stillDown, ResolvedAt = stillDown == 0 ? Later(at, incident.OpenedAt) : null };
        var events = new List<IncidentEvent> { new(at, kind, text, MonitorNumber: monitorNumber) };
        if (!next.IsOpen) events.Add(new IncidentEvent(next.ResolvedAt!.Value, IncidentEventKind.Resolved, "No monitor of it is down any more."));
        return new IncidentDecision(next, events, AlertEvent.Recovered);
    }

    /// <summary>Somebody is at it: no reminders from now on. A second one changes nothing.</summary>
    public static IncidentDecision OnAcknowledged(Incident incident, string actor, DateTimeOffset now) =>
        !incident.IsOpen || incident.AcknowledgedAt is not null
            ? IncidentDecision.Unchanged(incident)
            : new IncidentDecision(
                incident with { AcknowledgedAt = now, AcknowledgedBy = actor },
                [new IncidentEvent(now, IncidentEventKind.Acknowledged, "", actor)]);

    /// <summary>No reminders until a moment.</summary>
    public static IncidentDecision OnSnoozed(Incident incident, DateTimeOffset until, string actor, DateTimeOffset now) =>
        !incident.IsOpen || incident.SnoozedUntil == until
            ? IncidentDecision.Unchanged(incident)
            : new IncidentDecision(
                incident with { SnoozedUntil = until },
                [new IncidentEvent(now, IncidentEventKind.Snoozed, $"until {until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}", actor)]);

    /// <summary>
    /// Somebody says that it is over. Its monitors may still be down: they open another incident when they go down anew.
    /// </summary>
    public static IncidentDecision OnResolved(Incident incident, string actor, DateTimeOffset now) =>
        !incident.IsOpen
            ? IncidentDecision.Unchanged(incident)
            : new IncidentDecision(
                incident with { ResolvedAt = Later(now, incident.OpenedAt), StillDown = 0 },
                [new IncidentEvent(now, IncidentEventKind.Resolved, "", actor)]);

    /// <summary>Somebody writes something down; also after the incident is over.</summary>
    public static IncidentDecision OnNote(Incident incident, string text, string actor, DateTimeOffset now) =>
        new(incident, [new IncidentEvent(now, IncidentEventKind.Note, text, actor)]);

    /// <summary>The pace of reminders after a monitor went down in it: the shortest that any of its monitors asks for.</summary>
    /// <param name="incident">The incident, the monitor counted already.</param>
    /// <param name="own">The monitor's own pace; zero for never, null for the organization's.</param>
    /// <param name="organization">The organization's pace; null for never.</param>
    public static Incident Paced(Incident incident, TimeSpan? own, TimeSpan? organization)
    {
        if (incident.Monitors == 1) return incident with { RemindEvery = own };
        return Effective(own) < Effective(incident.RemindEvery) ? incident with { RemindEvery = own } : incident;

        TimeSpan Effective(TimeSpan? pace) => (pace ?? organization) is { } every && every > TimeSpan.Zero ? every : TimeSpan.MaxValue;
    }

    /// <summary>When people are to be reminded next; null when never, as things stand.</summary>
    /// <param name="incident">The incident; its own pace counts before the organization's.</param>
    /// <param name="every">The organization's pace; null for never.</param>
    public static DateTimeOffset? RemindAt(Incident incident, TimeSpan? every)
    {
        if (incident.RemindEvery is { } own) every = own > TimeSpan.Zero ? own : null;
        if (every is not { } interval || !incident.IsOpen || incident.AcknowledgedAt is not null) return null;
        var due = (incident.RemindedAt ?? incident.OpenedAt) + interval;
        return incident.SnoozedUntil is { } until && until > due ? until : due;
    }

    /// <summary>The moment of <see cref="RemindAt"/> has come, or has not.</summary>
    public static IncidentDecision OnDue(Incident incident, TimeSpan? every, DateTimeOffset now) =>
        RemindAt(incident, every) is { } due && due <= now
            ? new IncidentDecision(
                incident with { RemindedAt = now }, [new IncidentEvent(now, IncidentEventKind.Reminded, "")], AlertEvent.Reminder)
            : IncidentDecision.Unchanged(incident);

    private static string Shorten(string title)
    {
        if (title.Length <= LongestTitle) return title;
        // Never between the halves of a surrogate pair: half a character is no text for a database or a JSON writer.
        var end = char.IsHighSurrogate(title[LongestTitle - 2]) ? LongestTitle - 2 : LongestTitle - 1;
        return title[..end] + "…";
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
