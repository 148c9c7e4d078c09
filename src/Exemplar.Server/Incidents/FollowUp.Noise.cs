using Exemplar.Core.Checks;
using Exemplar.Core.Incidents;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Incidents;

/// <summary>
/// What noise policies and dependencies make of changes of status. A downtime goes through stages, and the first that has a
/// reason keeps it from people: held by another monitor, flapping, too few failed checks.
/// </summary>
internal sealed partial class FollowUp
{
    /// <summary>A monitor is down in its incident and nobody was told: now, or why not yet.</summary>
    /// <param name="draft">Its incident.</param>
    /// <param name="subject">The monitor.</param>
    /// <param name="member">The monitor in the incident.</param>
    /// <param name="at">What is told happened then.</param>
    /// <param name="waited">The timer that it waited with; null when it has just gone down.</param>
    private void TellOrWait(IncidentDraft draft, IncidentSubject subject, IncidentMember member, DateTimeOffset at, NoiseTimer? waited = null)
    {
        var (rules, number) = (RulesOf(subject), member.MonitorNumber);
        if (HoldOf(subject.Definition) is { } hold)
        {
            var holder = hold.IsCertain ? new Holder(hold.By.Number, hold.By.Id, hold.By.Name) : null;
            Wait(draft, member, IncidentEventKind.Held, hold.Reason, hold.LookAt, waited, holder);
        }
        else if (waited?.HeldBy is not null)
        {
            var until = now + Hold.SettlingOf(subject.Definition.Schedule);
            Wait(draft, member, IncidentEventKind.Released, $"released: it has until {until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} to call in", until, waited);
        }
        else if (waited is null && rules.Flaps(batch.Noise.Downs.GetValueOrDefault(number)) is { } flapping)
        {
            BeginFlapping(draft, subject, member, flapping, at);
        }
        else if (rules.WaitsFor(OutcomesOf(number)) is { } few)
        {
            DateTimeOffset? deadline = batch.Noise.States.TryGetValue(number, out var state) ? state.DeadlineAt(subject.Definition.Schedule) : null;
            Wait(draft, member, IncidentEventKind.Waiting, few, NoiseTimer.CountsFailedAt(deadline, now), waited);
        }
        else
        {
            if (waited is not null)
            {
                // Reminders are counted from when people heard of it.
                draft.Incident.State = draft.Incident.State with { RemindedAt = now };
                Become(draft, member, MemberNoise.None);
            }
            TellDown(draft, subject, member, at);
        }
    }

    private Hold? HoldOf(MonitorDefinition monitor) => Hold.Of(
        batch.Noise.Ancestors.GetValueOrDefault(monitor.Number) ?? [],
        // Only a window: hours at which somebody does not look at a host say nothing about its jobs.
        ancestor => quietTimes.Covering(monitor.OrganizationNumber, ancestor.Number, now) is { Kind: QuietKind.Maintenance } window ? window.To : null,
        now);

    private void Wait(
        IncidentDraft draft, IncidentMember member, IncidentEventKind kind, string reason, DateTimeOffset lookAt, NoiseTimer? waited, Holder? heldBy = null)
    {
        if (!string.Equals(member.Noise.Waiting, reason, StringComparison.Ordinal))
            draft.Events.Add(new IncidentEvent(waited is null ? member.DownAt : now, kind, reason, MonitorNumber: member.MonitorNumber));
        Become(draft, member, member.Noise with { Waiting = reason, HeldBy = heldBy });
        draft.Timers.Add(new NoiseTimer(member.MonitorNumber, NoiseTimerKind.Alert, lookAt) { HeldBy = heldBy?.Number, Looks = (waited?.Looks ?? 0) + 1 });
    }

    /// <summary>A monitor goes down that never left its incident: it flaps, or it had not recovered for good.</summary>
    private void IsDownAgain(StoredIncident incident, IncidentSubject subject, PendingChange change)
    {
        if (!_members.TryGetValue(change.MonitorNumber, out var member) || member.Noise is not { RecoveringSince: not null, FlappingSince: null }) return;
        var draft = DraftOf(incident);
        draft.Events.Add(new IncidentEvent(change.At, IncidentEventKind.Down, change.Error ?? "", MonitorNumber: change.MonitorNumber));
        draft.Ended.Add((change.MonitorNumber, NoiseTimerKind.Recovery));
        member = Become(draft, member, member.Noise with { RecoveringSince = null });
        if (RulesOf(subject).Flaps(batch.Noise.Downs.GetValueOrDefault(change.MonitorNumber)) is { } flapping)
            BeginFlapping(draft, subject, member, flapping, change.At);
    }

    private void BeginFlapping(IncidentDraft draft, IncidentSubject subject, IncidentMember member, string reason, DateTimeOffset at)
    {
        draft.Events.Add(new IncidentEvent(at, IncidentEventKind.Flapping, reason, MonitorNumber: member.MonitorNumber));
        draft.Timers.Add(new NoiseTimer(member.MonitorNumber, NoiseTimerKind.Settle, at + RulesOf(subject).SettleAfter));
        member = Become(draft, member, MemberNoise.None with { FlappingSince = at });
        TellDown(draft, subject, member, at, $"{reason}; nothing more is told until it settles");
    }

    /// <summary>True when a monitor that is up again stays in its incident for now.</summary>
    private bool StaysOpen(StoredIncident incident, IncidentMember member, DateTimeOffset at)
    {
        if (member.Noise.FlappingSince is not null) return true;
        // Who was told nothing waits for nothing.
        if (member.Noise.Waiting is not null || !batch.Subjects.TryGetValue(member.MonitorNumber, out var subject)) return false;
        if (RulesOf(subject).RecoversFor(OutcomesOf(member.MonitorNumber)) is not { } few) return false;
        var draft = DraftOf(incident);
        draft.Events.Add(new IncidentEvent(at, IncidentEventKind.Recovering, few, MonitorNumber: member.MonitorNumber));
        draft.Timers.Add(new NoiseTimer(member.MonitorNumber, NoiseTimerKind.Recovery, NoiseTimer.CountsGoodAt(0, now)));
        Become(draft, member, member.Noise with { RecoveringSince = at });
        return true;
    }

    /// <summary>
    /// The channels that may hear that a monitor is no longer down. Where people want no word of it, tickets are closed all the same.
    /// </summary>
    private IEnumerable<int> HearsOfTheEnd(StoredIncident incident, IncidentSubject? subject, IncidentMember member, MonitorStatus? to)
    {
        // Nobody heard of it; but the end of an incident of several is for those who heard of it as a whole, by a later step of a route.
        if (member.Noise.Waiting is not null && incident.State is { IsOpen: true } or { Monitors: 1 }) return [];
        var isAnnounced = to != MonitorStatus.Up || subject is null || RulesOf(subject).AnnounceRecovered;
        return Organization(incident).Channels.Where(c => isAnnounced || kinds.KeepsTickets(c.Kind)).Select(c => c.Number);
    }

    private static void EndTimers(IncidentDraft draft, IncidentMember member)
    {
        if (member.Noise.Waiting is not null) draft.Ended.Add((member.MonitorNumber, NoiseTimerKind.Alert));
        if (member.Noise.RecoveringSince is not null) draft.Ended.Add((member.MonitorNumber, NoiseTimerKind.Recovery));
        if (member.Noise.FlappingSince is not null) draft.Ended.Add((member.MonitorNumber, NoiseTimerKind.Settle));
        // One that was set by an earlier change of the same batch has no place any more either.
        draft.Timers.RemoveAll(t => t.MonitorNumber == member.MonitorNumber && t.Kind != NoiseTimerKind.Late);
    }

    /// <summary>The member as it is from now on, wherever it is kept.</summary>
    private IncidentMember Become(IncidentDraft draft, IncidentMember member, MemberNoise noise)
    {
        var next = member with { Noise = noise };
        _members[member.MonitorNumber] = next;
        var joined = draft.Joined.FindIndex(m => m.MonitorNumber == member.MonitorNumber && m.DownAt == member.DownAt);
        if (joined >= 0)
        {
            draft.Joined[joined] = next;
            return next;
        }
        draft.Changed.RemoveAll(m => m.MonitorNumber == member.MonitorNumber && m.DownAt == member.DownAt);
        draft.Changed.Add(next);
        return next;
    }

    private NoiseRules RulesOf(IncidentSubject subject) =>
        subject.Definition.AlertPolicy.Over(batch.Organizations[subject.Definition.OrganizationNumber].AlertPolicy);

    private IReadOnlyList<CheckOutcome> OutcomesOf(int monitorNumber) => batch.Noise.Outcomes.GetValueOrDefault(monitorNumber) ?? [];
}
