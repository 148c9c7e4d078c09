using System.Text;
using Exemplar.Core.Checks;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Incidents;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Server.Channels;
using Exemplar.Server.Deliveries;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Incidents;

/// <summary>
/// What changes of status lead to: which incidents begin, take another monitor or end, and what is told over which
/// channels. Works on what was read and stores nothing; the changes of one batch build on one another. What noise policies
/// and dependencies make of it stands in FollowUp.Noise.cs, what their timers lead to in FollowUp.Timers.cs.
/// </summary>
internal sealed partial class FollowUp(FollowUpBatch batch, DateTimeOffset now, QuietTimes quietTimes, ChannelKinds kinds)
{
    private readonly Dictionary<StoredIncident, IncidentDraft> _drafts = [];
    private readonly Dictionary<int, IncidentMember> _members = new(batch.Members);
    private readonly Dictionary<int, List<StoredIncident>> _opened = [];
    private readonly Dictionary<int, int> _lastNumbers = [];

    /// <summary>What to store, in the order in which the incidents were touched.</summary>
    public IReadOnlyList<IncidentDraft> Decide()
    {
        foreach (var change in batch.Changes)
        {
            if (change.To == MonitorStatus.Down) WentDown(change);
            else IsNoLongerDown(change);
        }
        foreach (var timer in batch.Timers) Look(timer);
        return [.. _drafts.Values];
    }

    /// <summary>What follows when the moment to remind of an incident has come; null when it has not.</summary>
    public static IncidentDraft? Remind(DueReminder due, DateTimeOffset now)
    {
        var (incident, stillDown) = (due.Incident, due.StillDown);
        var decision = IncidentLifecycle.OnDue(incident.State, incident.RemindEvery, now);
        if (decision.Tell is not { } tell || stillDown.Count == 0) return null;
        incident.State = decision.Next;
        var draft = new IncidentDraft(incident);
        // Nobody is reminded of what nobody was told, or what is kept quiet; the next time things may stand otherwise.
        // It names the monitor that matters most, and of those the one that is down longest.
        if (stillDown.Where(m => m.Noise.IsTold).OrderByDescending(m => due.SeverityOf(m).Weight()).ThenBy(m => m.DownAt).FirstOrDefault() is not { } first) return draft;
        draft.Events.AddRange(decision.Events);
        var definition = due.Monitors.GetValueOrDefault(first.MonitorNumber);
        var monitor = new AlertMonitor(
            first.MonitorId, first.MonitorName, definition?.Kind ?? MonitorKind.Heartbeat, MonitorStatus.Down, first.DownAt, definition?.Tags ?? [])
        {
            Severity = due.SeverityOf(first),
        };
        draft.Alerts.Add(Draft(tell, now, first, monitor, decision.Next, definition?.RunbookUrl, due.Channels));
        return draft;
    }

    private void WentDown(PendingChange change)
    {
        // A monitor that was removed since is nobody's concern.
        if (!batch.Subjects.TryGetValue(change.MonitorNumber, out var subject)) return;
        if (batch.OpenByMonitor.TryGetValue(change.MonitorNumber, out var open))
        {
            IsDownAgain(open, subject, change);
            return;
        }
        var monitor = subject.Definition;
        var member = new IncidentMember(
            monitor.Number, monitor.Id, monitor.Name, change.At, change.Error ?? "", subject.LastHeartbeatAt, subject.Metadata);
        var traits = new Traits(HostName.Of(subject.Metadata), monitor.Tags);
        var (incident, decision) = Join(monitor, member, traits) ?? Open(monitor, member, traits);
        incident.State = IncidentLifecycle.Paced(decision.Next, monitor.AlertPolicy.RemindEvery, batch.Organizations[monitor.OrganizationNumber].RemindEvery);
        batch.OpenByMonitor[monitor.Number] = incident;
        _members[monitor.Number] = member;

        var draft = DraftOf(incident);
        draft.Events.AddRange(decision.Events);
        draft.Joined.Add(member);
        TellOrWait(draft, subject, member, change.At);
    }

    /// <summary>A downtime is told over the channels that take its monitor.</summary>
    private void TellDown(IncidentDraft draft, IncidentSubject subject, IncidentMember member, DateTimeOffset at, string? note = null)
    {
        var (incident, monitor) = (draft.Incident, subject.Definition);
        int[] channels = [.. Own(monitor).Union(Routed(monitor, at, draft))];
        if (channels.Length > 0)
            draft.Alerts.Add(Draft(
                AlertEvent.Down, at, member, AlertMonitorOf(subject, MonitorStatus.Down, member.DownAt), incident.State, monitor.RunbookUrl, channels, note));
    }

    /// <summary>The channels that tell of a monitor by their own choice.</summary>
    private IEnumerable<int> Own(MonitorDefinition monitor) =>
        batch.Organizations[monitor.OrganizationNumber].Channels.Where(c => c.Takes(monitor.Id, monitor.Tags)).Select(c => c.Number);

    /// <summary>The channels that routes tell at once of what opens no incident.</summary>
    private IEnumerable<int> RoutedAtOnce(MonitorDefinition monitor, DateTimeOffset at) =>
        batch.Routing.TryGetValue(monitor.OrganizationNumber, out var book)
            ? book.Plan.OnNotice(book.MonitorOf(monitor), at, now).Select(recipient => recipient.Channel.Number)
            : [];

    /// <summary>The channels that routes tell at once; what they tell later is noted in the draft.</summary>
    private IEnumerable<int> Routed(MonitorDefinition monitor, DateTimeOffset downAt, IncidentDraft draft)
    {
        if (!batch.Routing.TryGetValue(monitor.OrganizationNumber, out var book)) return [];
        RouteStart[] starts = [.. book.Plan.OnDown(book.MonitorOf(monitor), downAt, now)];
        draft.Escalations.AddRange(starts.Select(s => s.Next).OfType<Escalation>());
        return starts.SelectMany(s => s.Told).Select(recipient => recipient.Channel.Number);
    }

    private void IsNoLongerDown(PendingChange change)
    {
        // Nothing to do when its incident was resolved by hand, or it was down before there were incidents.
        if (!batch.OpenByMonitor.TryGetValue(change.MonitorNumber, out var incident) || !_members.TryGetValue(change.MonitorNumber, out var member)) return;
        if (change.To == MonitorStatus.Up && StaysOpen(incident, member, change.At)) return;
        Leave(incident, member, change.To, change.At);
    }

    /// <summary>A monitor is no longer down in its incident, and whoever was told of the downtime hears of it.</summary>
    private void Leave(StoredIncident incident, IncidentMember member, MonitorStatus? to, DateTimeOffset at, string? note = null)
    {
        batch.OpenByMonitor.Remove(member.MonitorNumber);
        _members.Remove(member.MonitorNumber);
        var decision = IncidentLifecycle.OnLeft(incident.State, member.MonitorNumber, to, at);
        incident.State = decision.Next;
        var draft = DraftOf(incident);
        draft.Events.AddRange(decision.Events);
        draft.Left.Add(new LeftMember(member.MonitorNumber, member.DownAt, at));
        EndTimers(draft, member);
        var hasSubject = batch.Subjects.TryGetValue(member.MonitorNumber, out var subject);
        int[] channels = [.. HearsOfTheEnd(incident, subject, member, to)];
        if (decision.Tell is not { } tell || channels.Length == 0) return;
        var monitor = hasSubject
            ? AlertMonitorOf(subject!, to ?? MonitorStatus.Unknown, at)
            : new AlertMonitor(member.MonitorId, member.MonitorName, MonitorKind.Heartbeat, MonitorStatus.Unknown, at, []);
        draft.Alerts.Add(Draft(tell, at, member, monitor, incident.State, subject?.Definition.RunbookUrl, channels, note));
    }

    private (StoredIncident, IncidentDecision)? Join(MonitorDefinition monitor, IncidentMember member, Traits traits)
    {
        var recent = _opened.GetValueOrDefault(monitor.OrganizationNumber) ?? [];
        foreach (var incident in recent.Concat(batch.Recent.GetValueOrDefault(monitor.OrganizationNumber) ?? []))
            if (IncidentLifecycle.Takes(incident.State, traits, member.DownAt) is { } shared)
                return (incident, IncidentLifecycle.OnJoined(incident.State, monitor.Number, member.Error, shared, member.DownAt));
        return null;
    }

    private (StoredIncident, IncidentDecision) Open(MonitorDefinition monitor, IncidentMember member, Traits traits)
    {
        var organization = batch.Organizations[monitor.OrganizationNumber];
        var number = _lastNumbers.GetValueOrDefault(monitor.OrganizationNumber, organization.LastIncidentNumber) + 1;
        _lastNumbers[monitor.OrganizationNumber] = number;
        var decision = IncidentLifecycle.OnDown(
            FreshId.At(now), number, monitor.Number, monitor.Name, member.Error, traits, member.DownAt);
        var incident = new StoredIncident
        {
            OrganizationNumber = monitor.OrganizationNumber,
            State = decision.Next,
            RemindEvery = organization.RemindEvery,
        };
        if (!_opened.TryGetValue(monitor.OrganizationNumber, out var opened)) _opened[monitor.OrganizationNumber] = opened = [];
        opened.Add(incident);
        return (incident, decision);
    }

    private FollowUpOrganization Organization(StoredIncident incident) => batch.Organizations[incident.OrganizationNumber];

    private IncidentDraft DraftOf(StoredIncident incident)
    {
        if (!_drafts.TryGetValue(incident, out var draft)) _drafts[incident] = draft = new IncidentDraft(incident);
        return draft;
    }

    private static AlertMonitor AlertMonitorOf(IncidentSubject subject, MonitorStatus status, DateTimeOffset since) =>
        new(subject.Definition.Id, subject.Definition.Name, subject.Definition.Kind, status, since, subject.Definition.Tags)
        {
            Severity = subject.Definition.Severity,
        };

    private static AlertDraft Draft(
        AlertEvent what, DateTimeOffset at, IncidentMember member, AlertMonitor monitor, Incident incident, string? runbook, IReadOnlyList<int> channels,
        string? note = null) =>
        new(what, at, member.MonitorNumber, AlertContent.Write(AlertOf(what, at, member, monitor, incident, runbook) with { Note = note }), channels);

    /// <summary>What is told about a monitor of an incident.</summary>
    internal static Alert AlertOf(AlertEvent what, DateTimeOffset at, IncidentMember member, AlertMonitor monitor, Incident incident, string? runbook) =>
        new(
            DeliveryId: default, what, at, monitor,
            new AlertIncident(incident.Id, incident.Number, incident.Title, incident.Cause, incident.OpenedAt, incident.ResolvedAt, runbook),
            new AlertCheck(member.DownAt, CheckOutcome.Down, member.Error))
        {
            LastHeartbeat = member.LastHeartbeatAt is { } lastAt
                ? new AlertHeartbeat(lastAt, member.Metadata is { } metadata ? Encoding.UTF8.GetString(metadata) : null)
                : null,
        };
}
