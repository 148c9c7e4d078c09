using Exemplar.Core.Deliveries;
using Exemplar.Core.Incidents;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Routing;

/// <summary>
/// The rows of escalations, written in the transaction of the incident that they belong to and guarded by its version. They end with the incident.
/// </summary>
internal static class EscalationWrites
{
    /// <summary>Stores what routes begin with these drafts, lets those of ended incidents go, and says who heard of them by a step before.</summary>
    public static async Task<EscalationsTold> StoreAsync(
        ExemplarDb db, IReadOnlyDictionary<IncidentDraft, IncidentRow> drafts, CancellationToken cancellationToken)
    {
        // Only incidents that were there before may have rows; most of a storm is about new ones.
        int[] numbers = [.. drafts.Where(d => d.Key.Incident.Version > 0).Select(d => d.Value.RowNumber)];
        var rows = numbers.Length == 0
            ? []
            : await db.Escalations.AsNoTracking().Where(e => numbers.Contains(e.IncidentNumber)).ToListAsync(cancellationToken);
        var taken = rows.Select(e => (e.IncidentNumber, e.RouteNumber)).ToHashSet();
        foreach (var (draft, row) in drafts)
            foreach (var escalation in draft.Incident.State.IsOpen ? draft.Escalations : [])
                if (taken.Add((row.RowNumber, escalation.RouteNumber)))
                    db.Escalations.Add(new EscalationRow
                    {
                        IncidentNumber = row.RowNumber, RouteNumber = escalation.RouteNumber, Step = escalation.Step, DueAtMs = escalation.DueAt.ToMs(), Told = [],
                    });
        int[] ended = [.. drafts.Where(d => !d.Key.Incident.State.IsOpen).Select(d => d.Value.RowNumber).Intersect(rows.Select(e => e.IncidentNumber))];
        if (ended.Length > 0) await db.Escalations.Where(e => ended.Contains(e.IncidentNumber)).ExecuteDeleteAsync(cancellationToken);
        return new EscalationsTold(rows.SelectMany(e => e.Told.Select(channel => (e.IncidentNumber, Channel: channel))).ToLookup(t => t.IncidentNumber, t => t.Channel));
    }

    /// <summary>Somebody acknowledged or ended the incident: no further step is told.</summary>
    public static async Task StopAsync(ExemplarDb db, int incidentNumber, Incident incident, CancellationToken cancellationToken)
    {
        var escalations = db.Escalations.Where(e => e.IncidentNumber == incidentNumber);
        if (!incident.IsOpen) await escalations.ExecuteDeleteAsync(cancellationToken);
        else if (incident.AcknowledgedAt is not null) await escalations.ExecuteUpdateAsync(set => set.SetProperty(e => e.DueAtMs, (long?)null), cancellationToken);
    }
}

/// <summary>Who heard of an incident as a whole from a step after the first: what becomes of one of its monitors is nothing to them, its end is.</summary>
internal sealed class EscalationsTold(ILookup<int, int> byIncident)
{
    /// <summary>Who is told of an alert after a downtime.</summary>
    public IReadOnlyList<int> Tells(IncidentDraft draft, IncidentRow row, AlertDraft alert, IReadOnlyList<int> told)
    {
        var escalated = byIncident[row.RowNumber].Intersect(alert.Channels);
        if (alert.Event != AlertEvent.Recovered) return [.. told.Union(escalated)];
        var isEnd = !draft.Incident.State.IsOpen && ReferenceEquals(alert, draft.Alerts.Last(a => a.Event == AlertEvent.Recovered));
        return isEnd ? [.. told.Union(escalated)] : [.. told.Except(escalated)];
    }
}
