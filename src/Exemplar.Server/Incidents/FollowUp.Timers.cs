using Exemplar.Core.Deliveries;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Server.Deliveries;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Noise;

namespace Exemplar.Server.Incidents;

/// <summary>What the timers of noise policies lead to when they are due. A timer is gone unless it is set again.</summary>
internal sealed partial class FollowUp
{
    // The change of status that settles it is stored already and will be followed up in a moment.
    private static readonly TimeSpan ChangeIsComing = TimeSpan.FromSeconds(1);

    private readonly List<NoiseTimer> _again = [];
    private readonly List<LateDraft> _late = [];

    /// <summary>Timers to look at again, besides those of the drafts.</summary>
    public IReadOnlyList<NoiseTimer> Again => _again;

    /// <summary>Late heartbeats to tell of.</summary>
    public IReadOnlyList<LateDraft> Late => _late;

    private void Look(NoiseTimer timer)
    {
        if (timer.Kind == NoiseTimerKind.Late)
        {
            LookForLate(timer);
            return;
        }
        // Resolved by hand, or followed up meanwhile: nothing to wait for.
        if (!batch.OpenByMonitor.TryGetValue(timer.MonitorNumber, out var incident) || !_members.TryGetValue(timer.MonitorNumber, out var member)) return;
        if (!batch.Subjects.TryGetValue(timer.MonitorNumber, out var subject) || !batch.Noise.States.TryGetValue(timer.MonitorNumber, out var state))
        {
            // A monitor that was removed while it was up leaves no word of it.
            if (timer.Kind == NoiseTimerKind.Alert) LookAgain(timer, ChangeIsComing);
            else Leave(incident, member, to: null, now);
            return;
        }
        switch (timer.Kind)
        {
            case NoiseTimerKind.Alert when member.Noise.Waiting is not null: LookForAlert(timer, incident, subject, member, state); break;
            case NoiseTimerKind.Recovery when member.Noise.RecoveringSince is not null: LookForRecovery(timer, incident, subject, member, state); break;
            case NoiseTimerKind.Settle when member.Noise.FlappingSince is not null: LookForSettling(timer, incident, subject, member, state); break;
        }
    }

    private void LookForAlert(NoiseTimer timer, StoredIncident incident, IncidentSubject subject, IncidentMember member, in MonitorState state)
    {
        if (state.Status != MonitorStatus.Down) LookAgain(timer, ChangeIsComing);
        else TellOrWait(DraftOf(incident), subject, member, now, timer);
    }

    private void LookForRecovery(NoiseTimer timer, StoredIncident incident, IncidentSubject subject, IncidentMember member, in MonitorState state)
    {
        switch (state.Status)
        {
            case MonitorStatus.Down: LookAgain(timer, ChangeIsComing); break;
            case MonitorStatus.Paused or MonitorStatus.New or MonitorStatus.Maintenance: Leave(incident, member, state.Status, now); break;
            case MonitorStatus.Up when RulesOf(subject).RecoversFor(OutcomesOf(timer.MonitorNumber)) is null: Leave(incident, member, MonitorStatus.Up, now); break;
            default: LookAgain(timer, NoiseTimer.CountsGoodAt(timer.Looks + 1, now) - now); break;
        }
    }

    private void LookForSettling(NoiseTimer timer, StoredIncident incident, IncidentSubject subject, IncidentMember member, in MonitorState state)
    {
        if (state.Status is MonitorStatus.Paused or MonitorStatus.New or MonitorStatus.Maintenance)
        {
            Leave(incident, member, state.Status, now);
            return;
        }
        var settledAt = state.Since + RulesOf(subject).SettleAfter;
        if (settledAt > now || state.Status == MonitorStatus.Unknown)
        {
            LookAgain(timer, settledAt > now ? settledAt - now : RulesOf(subject).SettleAfter);
            return;
        }
        var draft = DraftOf(incident);
        var word = state.Status == MonitorStatus.Down ? "down" : "up";
        var note = $"settled: it has been {word} since {state.Since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";
        draft.Events.Add(new IncidentEvent(now, IncidentEventKind.Settled, note, MonitorNumber: timer.MonitorNumber));
        member = Become(draft, member, MemberNoise.None);
        if (state.Status != MonitorStatus.Down)
        {
            Leave(incident, member, MonitorStatus.Up, now, note);
            return;
        }
        incident.State = incident.State with { RemindedAt = now };
        int[] channels = [.. Organization(incident).Channels.Select(c => c.Number)];
        if (channels.Length > 0)
            draft.Alerts.Add(Draft(
                AlertEvent.Reminder, now, member, AlertMonitorOf(subject, MonitorStatus.Down, state.Since), incident.State, subject.Definition.RunbookUrl,
                channels, note));
    }

    private void LookForLate(NoiseTimer timer)
    {
        if (!batch.Subjects.TryGetValue(timer.MonitorNumber, out var subject)
            || !batch.Noise.States.TryGetValue(timer.MonitorNumber, out var state) || !RulesOf(subject).AnnounceLate) return;
        var monitor = subject.Definition;
        var notice = LateNotice.Of(state, monitor.Schedule, timer.ToldFor, now);
        _again.Add(new NoiseTimer(timer.MonitorNumber, NoiseTimerKind.Late, notice.LookAt) { ToldFor = notice.TellFor ?? timer.ToldFor });
        // What explains a silence explains that it begins.
        if (notice.TellFor is not { } expected || HoldOf(monitor) is not null) return;
        if (quietTimes.Covering(monitor.OrganizationNumber, monitor.Number, expected) is not null) return;
        int[] channels = [.. Own(monitor).Union(RoutedAtOnce(monitor, expected))];
        var alert = new Alert(default, AlertEvent.Late, expected, AlertMonitorOf(subject, MonitorStatus.Late, expected), Incident: null, Check: null)
        {
            LastHeartbeat = state.LastHeartbeatAt is { } last ? new AlertHeartbeat(last, Metadata: null) : null,
            Note = state.DeadlineAt(monitor.Schedule) is { } deadline ? $"counts as down at {deadline.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : null,
        };
        _late.Add(new LateDraft(monitor.OrganizationNumber, new AlertDraft(AlertEvent.Late, expected, monitor.Number, AlertContent.Write(alert), channels)));
    }

    private void LookAgain(NoiseTimer timer, TimeSpan after) =>
        _again.Add(timer with { Number = 0, DueAt = now + after, Looks = timer.Looks + 1 });
}
