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
        WriteUnit unit, IReadOnlyDictionary<IncidentDraft, IncidentRow> drafts, CancellationToken cancellationToken)
    {
        var db = unit.Db;
        // Only incidents that were there before may have rows; most of a storm is about new ones.
        int[] numbers = [.. drafts.Where(d => d.Key.Incident.Version > 0).Select(d => d.Value.RowNumber)];
        var rows = numbers.Length == 0
            ? []
            : await db.Escalations.AsNoTracking().Where(e => numbers.Contains(e.IncidentNumber)).ToListAsync(cancellationToken);
        var taken = rows.Select(e => (e.IncidentNumber, e.RouteNumber)).ToHashSet();
        var begun = new List<EscalationRow>();
        foreach (var (draft, row) in drafts)
            foreach (var escalation in draft.Incident.State.IsOpen ? draft.Escalations : [])
                if (taken.Add((row.RowNumber, escalation.RouteNumber)))
                    begun.Add(new EscalationRow
                    {
                        IncidentNumber = row.RowNumber, RouteNumber = escalation.RouteNumber, Step = escalation.Step, DueAtMs = escalation.DueAt.ToMs(), Told = [],
                    });
        await unit.Rows.InsertAsync(begun, cancellationToken);
        int[] ended = [.. drafts.Where(d => !d.Key.Incident.State.IsOpen).Select(d => d.Value.RowNumber).Intersect(rows.Select(e => e.IncidentNumber))];
        if (ended.Length > 0) await db.Escalations.Where(e => ended.Contains(e.IncidentNumber)).ExecuteDeleteAsync(cancellationToken);
        return new EscalationsTold(await ReadToldAsync(db, rows, cancellationToken));
    }

    /// <summary>Somebody changed the incident: when it is acknowledged or over no further step is told, and a shorter snooze ends sooner.</summary>
    public static async Task FollowAsync(ExemplarDb db, int incidentNumber, Incident before, Incident after, CancellationToken cancellationToken)
    {
        var escalations = db.Escalations.Where(e => e.IncidentNumber == incidentNumber);
        if (!after.IsOpen) await escalations.ExecuteDeleteAsync(cancellationToken);
        else if (after.AcknowledgedAt is not null) await escalations.ExecuteUpdateAsync(set => set.SetProperty(e => e.DueAtMs, (long?)null), cancellationToken);
        else if (before.SnoozedUntil is { } old && after.SnoozedUntil is { } until && until < old)
        {
            // What waited for the end of the old one.
            var (oldMs, untilMs) = (old.ToMs(), until.ToMs());
            await escalations.Where(e => e.DueAtMs == oldMs).ExecuteUpdateAsync(set => set.SetProperty(e => e.DueAtMs, untilMs), cancellationToken);
        }
    }

    // Each with the monitor under which it heard: deliveries of one monitor keep their order.
    private static async Task<ILookup<int, (int Channel, int Monitor)>> ReadToldAsync(
        ExemplarDb db, IReadOnlyList<EscalationRow> rows, CancellationToken cancellationToken)
    {
        var told = rows.SelectMany(e => e.Told.Select(channel => (Incident: e.IncidentNumber, Channel: channel))).ToHashSet();
        if (told.Count == 0) return Array.Empty<int>().ToLookup(_ => 0, _ => (0, 0));
        int[] incidents = [.. told.Select(t => t.Incident).Distinct()];
        int[] channels = [.. told.Select(t => t.Channel).Distinct()];
        var deliveries = await db.Deliveries.AsNoTracking()
            .Where(d => d.IncidentNumber != null && incidents.Contains(d.IncidentNumber.Value) && channels.Contains(d.ChannelNumber))
            .OrderBy(d => d.Number).Select(d => new { Incident = d.IncidentNumber!.Value, d.ChannelNumber, d.MonitorNumber }).ToListAsync(cancellationToken);
        return deliveries.Where(d => told.Contains((d.Incident, d.ChannelNumber))).DistinctBy(d => (d.Incident, d.ChannelNumber))
            .ToLookup(d => d.Incident, d => (d.ChannelNumber, d.MonitorNumber));
    }
}

/// <summary>Who heard of an incident as a whole from a step after the first: what becomes of one of its monitors is nothing to them, its end is.</summary>
internal sealed class EscalationsTold(ILookup<int, (int Channel, int Monitor)> byIncident)
{
    /// <summary>Who is told of an alert after a downtime, and under which monitor it waits behind what they were told before.</summary>
    public IEnumerable<(int Channel, int Monitor)> Tells(IncidentDraft draft, IncidentRow row, AlertDraft alert, IReadOnlyList<int> told)
    {
        var escalated = byIncident[row.RowNumber].Where(e => alert.Channels.Contains(e.Channel)).ToList();
        var others = told.Except(escalated.Select(e => e.Channel)).Select(channel => (channel, alert.MonitorNumber));
        var isPart = alert.Event == AlertEvent.Recovered
            && (draft.Incident.State.IsOpen || !ReferenceEquals(alert, draft.Alerts.Last(a => a.Event == AlertEvent.Recovered)));
        return isPart ? others : others.Concat(escalated);
    }
}
