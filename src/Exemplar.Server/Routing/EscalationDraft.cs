using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Incidents;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Routing;
using Route = Exemplar.Core.Routing.Route;

namespace Exemplar.Server.Routing;

/// <summary>What to store of a step that is told: a line of the incident's timeline, and one alert however many monitors are down.</summary>
/// <param name="Incident">The incident with both.</param>
/// <param name="Told">The numbers of the channels that are told; none that was told of the incident before.</param>
internal sealed record EscalationDraft(IncidentDraft Incident, IReadOnlyList<int> Told)
{
    private const int MostNames = 10;

    public static EscalationDraft Of(DueEscalation due, Route route, RouteStep step, DateTimeOffset now)
    {
        Recipient[] told = [.. due.Plan.Recipients(step, now).Where(r => !due.Told.Contains(r.Channel.Number))];
        int[] channels = [.. told.Select(r => r.Channel.Number)];
        var draft = new IncidentDraft(due.Incident);
        draft.Events.Add(EscalationDecision.Event(route, due.Escalation.Step, told, now));
        if (channels.Length > 0 && due.StillDown is [var first, ..])
            draft.Alerts.Add(new AlertDraft(AlertEvent.Down, now, first.MonitorNumber, AlertContent.Write(AlertOf(due, first, route, now)), channels));
        return new EscalationDraft(draft, channels);
    }

    // For its receiver it is the first word of this downtime, so it says what the first word says. Its moment is the present one:
    // told as planned, not late.
    private static Alert AlertOf(DueEscalation due, IncidentMember first, Route route, DateTimeOffset now)
    {
        var monitor = new AlertMonitor(
            first.MonitorId, first.MonitorName, due.First?.Kind ?? MonitorKind.Heartbeat, MonitorStatus.Down, first.DownAt, due.First?.Tags ?? [])
        {
            Severity = due.Severity,
        };
        return FollowUp.AlertOf(AlertEvent.Down, now, first, monitor, due.Incident.State, due.First?.RunbookUrl) with
        {
            Monitors = due.StillDown.Count,
            Names = due.StillDown.Count == 1 ? [] : [.. due.StillDown.Take(MostNames).Select(m => m.MonitorName)],
            Escalated = $"{EscalationDecision.Reason(route, due.Escalation.Step)} (step {due.Escalation.Step + 1} of route {route.Name})",
        };
    }
}
