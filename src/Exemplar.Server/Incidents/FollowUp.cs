using System.Text;
using Exemplar.Core.Checks;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Server.Deliveries;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Incidents;

/// <summary>
/// What changes of status lead to: which incidents begin, take another monitor or end, and what is told over which
/// channels. Works on what was read and stores nothing; the changes of one batch build on one another.
/// </summary>
internal sealed class FollowUp(FollowUpBatch batch, DateTimeOffset now)
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
        return [.. _drafts.Values];
    }

    /// <summary>What follows when the moment to remind of an incident has come; null when it has not.</summary>
    public static IncidentDraft? Remind(StoredIncident incident, IReadOnlyList<IncidentMember> stillDown, IReadOnlyList<int> channels, DateTimeOffset now)
    {
        var decision = IncidentLifecycle.OnDue(incident.State, incident.RemindEvery, now);
        if (decision.Tell is not { } tell || stillDown.Count == 0) return null;
        incident.State = decision.Next;
        var draft = new IncidentDraft(incident);
        draft.Events.AddRange(decision.Events);
        var first = stillDown.MinBy(m => m.DownAt)!;
        var monitor = new AlertMonitor(first.MonitorId, first.MonitorName, MonitorKind.Heartbeat, MonitorStatus.Down, first.DownAt, []);
        draft.Alerts.Add(Draft(tell, now, first, monitor, decision.Next, runbook: null, channels));
        return draft;
    }

    private void WentDown(PendingChange change)
    {
        // A monitor that was removed since is nobody's concern; one that is in an open incident already was told of.
        if (!batch.Subjects.TryGetValue(change.MonitorNumber, out var subject) || batch.OpenByMonitor.ContainsKey(change.MonitorNumber)) return;
        var monitor = subject.Definition;
        var member = new IncidentMember(
            monitor.Number, monitor.Id, monitor.Name, change.At, change.Error ?? "", subject.LastHeartbeatAt, subject.Metadata);
        var traits = new Traits(HostName.Of(subject.Metadata), monitor.Tags);
        var (incident, decision) = Join(monitor, member, traits) ?? Open(monitor, member, traits);
        incident.State = decision.Next;
        batch.OpenByMonitor[monitor.Number] = incident;
        _members[monitor.Number] = member;

        var draft = DraftOf(incident);
        draft.Events.AddRange(decision.Events);
        draft.Joined.Add(member);
        int[] channels =
        [
            .. Organization(incident).Channels.Where(c => c.Takes(monitor.Id, monitor.Tags)).Select(c => c.Number).Union(Routed(monitor, change.At, draft)),
        ];
        if (decision.Tell is { } tell && channels.Length > 0)
            draft.Alerts.Add(Draft(tell, change.At, member, AlertMonitorOf(subject, MonitorStatus.Down, change.At), incident.State, monitor.RunbookUrl, channels));
    }

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
        if (!batch.OpenByMonitor.Remove(change.MonitorNumber, out var incident) || !_members.Remove(change.MonitorNumber, out var member)) return;
        var decision = IncidentLifecycle.OnLeft(incident.State, change.MonitorNumber, change.To, change.At);
        incident.State = decision.Next;
        var draft = DraftOf(incident);
        draft.Events.AddRange(decision.Events);
        draft.Left.Add(new LeftMember(change.MonitorNumber, member.DownAt, change.At));
        int[] channels = [.. Organization(incident).Channels.Select(c => c.Number)];
        if (decision.Tell is not { } tell || channels.Length == 0) return;
        var monitor = batch.Subjects.TryGetValue(change.MonitorNumber, out var subject)
            ? AlertMonitorOf(subject, change.To ?? MonitorStatus.Unknown, change.At)
            : new AlertMonitor(member.MonitorId, member.MonitorName, MonitorKind.Heartbeat, MonitorStatus.Unknown, change.At, []);
        draft.Alerts.Add(Draft(tell, change.At, member, monitor, incident.State, subject?.Definition.RunbookUrl, channels));
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
        new(subject.Definition.Id, subject.Definition.Name, subject.Definition.Kind, status, since, subject.Definition.Tags);

    private static AlertDraft Draft(
        AlertEvent what, DateTimeOffset at, IncidentMember member, AlertMonitor monitor, Incident incident, string? runbook, IReadOnlyList<int> channels) =>
        new(what, at, member.MonitorNumber, AlertContent.Write(AlertOf(what, at, member, monitor, incident, runbook)), channels);

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
