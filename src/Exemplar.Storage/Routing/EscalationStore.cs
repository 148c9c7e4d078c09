using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Monitors;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Routing;

/// <summary>A step of a route whose moment has come.</summary>
/// <param name="Escalation">Which step of which route.</param>
/// <param name="Incident">In which incident.</param>
/// <param name="StillDown">Its monitors that are down, the first to go down first.</param>
/// <param name="First">The first of them as it is configured; null when it was removed.</param>
/// <param name="Plan">The routing of the organization.</param>
/// <param name="Told">The numbers of the channels that were told of the incident.</param>
public sealed record DueEscalation(
    Escalation Escalation, StoredIncident Incident, IReadOnlyList<IncidentMember> StillDown, MonitorDefinition? First, RoutePlan Plan, IReadOnlySet<int> Told)
{
    /// <summary>How much it matters, by the monitor that is down and matters most.</summary>
    public Severity Severity { get; init; }
}

/// <summary>
/// Reads steps that are due and stores what they lead to.
/// <para>Invariant: a step is told once. What is stored was decided on the incident's version that was read; acknowledging changes it.</para>
/// </summary>
public sealed class EscalationStore(StorageEngine engine)
{
    /// <summary>True when an exception of this store means that the database cannot be used now.</summary>
    public bool IsUnavailable(Exception exception) => engine.IsUnavailable(exception);

    /// <summary>Up to <paramref name="limit"/> steps whose moment has come, the longest due first.</summary>
    /// <param name="now">The present moment.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="without">Incidents that are left out for now, because their last step failed.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<DueEscalation>> ReadDueAsync(
        DateTimeOffset now, int limit, IReadOnlyCollection<int> without, CancellationToken cancellationToken)
    {
        var nowMs = now.ToMs();
        await using var db = engine.Read();
        var due = db.Escalations.AsNoTracking().Where(e => e.DueAtMs != null && e.DueAtMs <= nowMs);
        if (without.Count > 0) due = due.Where(e => !without.Contains(e.IncidentNumber));
        var rows = await due.OrderBy(e => e.DueAtMs).Take(limit).ToListAsync(cancellationToken);
        if (rows.Count == 0) return [];
        int[] numbers = [.. rows.Select(e => e.IncidentNumber).Distinct()];
        var incidents = await db.Incidents.AsNoTracking().Where(i => numbers.Contains(i.RowNumber)).ToDictionaryAsync(i => i.RowNumber, cancellationToken);
        int[] organizations = [.. incidents.Values.Select(i => i.OrganizationNumber).Distinct()];
        var reminders = await db.Organizations.AsNoTracking().Where(o => organizations.Contains(o.Number))
            .ToDictionaryAsync(o => o.Number, o => o.RemindEveryMs is { } ms ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null, cancellationToken);
        var members = (await db.IncidentMonitors.AsNoTracking().Where(m => numbers.Contains(m.IncidentNumber) && m.LeftAtMs == null)
            .OrderBy(m => m.DownAtMs).ThenBy(m => m.MonitorNumber).ToListAsync(cancellationToken)).ToLookup(m => m.IncidentNumber, FollowUpStore.Read);
        int[] firsts = [.. numbers.Select(n => members[n].FirstOrDefault()?.MonitorNumber).OfType<int>()];
        var monitors = await db.Monitors.AsNoTracking().Where(m => firsts.Contains(m.Number)).ToDictionaryAsync(m => m.Number, MonitorStore.Definition, cancellationToken);
        int[] down = [.. numbers.SelectMany(n => members[n]).Select(m => m.MonitorNumber)];
        var severities = await db.Monitors.Where(m => down.Contains(m.Number)).Select(m => new { m.Number, m.Severity })
            .ToDictionaryAsync(m => m.Number, m => (Severity)m.Severity, cancellationToken);
        var told = (await db.Deliveries.AsNoTracking().Where(d => d.IncidentNumber != null && numbers.Contains(d.IncidentNumber.Value))
            .Select(d => new { Incident = d.IncidentNumber!.Value, d.ChannelNumber }).Distinct().ToListAsync(cancellationToken)).ToLookup(d => d.Incident, d => d.ChannelNumber);
        var books = await RoutingBook.ReadAsync(db, organizations, [], cancellationToken);
        return
        [
            .. from row in rows
               where incidents.ContainsKey(row.IncidentNumber)
               let incident = incidents[row.IncidentNumber]
               let stillDown = members[row.IncidentNumber].ToList()
               select new DueEscalation(
                   new Escalation(row.RouteNumber, row.Step, UnixTime.FromMs(row.DueAtMs!.Value)),
                   FollowUpStore.Read(incident, reminders.GetValueOrDefault(incident.OrganizationNumber)),
                   stillDown, stillDown is [var first, ..] ? monitors.GetValueOrDefault(first.MonitorNumber) : null,
                   books.GetValueOrDefault(incident.OrganizationNumber, RoutingBook.Empty).Plan, told[row.IncidentNumber].ToHashSet())
               {
                   Severity = stillDown.Select(m => severities.GetValueOrDefault(m.MonitorNumber)).Worst(),
               },
        ];
    }

    /// <summary>Moves a step to its next moment, or ends it, without telling anybody. False when somebody was faster.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<bool> MoveAsync(DueEscalation due, Escalation? next, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var (incident, route, step, dueAtMs) = (due.Incident.RowNumber, due.Escalation.RouteNumber, due.Escalation.Step, due.Escalation.DueAt.ToMs());
            var (nextStep, nextAtMs) = (next?.Step ?? step, next?.DueAt.ToMs());
            return await unit.Db.Escalations
                .Where(e => e.IncidentNumber == incident && e.RouteNumber == route && e.Step == step && e.DueAtMs == dueAtMs)
                .ExecuteUpdateAsync(set => set.SetProperty(e => e.Step, nextStep).SetProperty(e => e.DueAtMs, nextAtMs), cancellationToken) == 1;
        }, cancellationToken);

    /// <summary>Stores a step that is told: the incident, its deliveries and the next step, all or nothing. False when somebody was faster.</summary>
    /// <param name="due">The step that was read.</param>
    /// <param name="draft">What it leads to.</param>
    /// <param name="told">The numbers of the channels that hear of the incident for the first time.</param>
    /// <param name="next">What is due next; null when nothing is.</param>
    /// <param name="now">The moment of the decision.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public async Task<bool> StoreAsync(
        DueEscalation due, IncidentDraft draft, IReadOnlyList<int> told, Escalation? next, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.WriteAsync(async unit =>
            {
                var (incident, route) = (due.Incident.RowNumber, due.Escalation.RouteNumber);
                var row = await unit.Db.Escalations.SingleOrDefaultAsync(e => e.IncidentNumber == incident && e.RouteNumber == route, cancellationToken);
                if (row is null || row.Step != due.Escalation.Step || row.DueAtMs != due.Escalation.DueAt.ToMs()) return false;
                row.Step = next?.Step ?? row.Step + 1;
                row.DueAtMs = next?.DueAt.ToMs();
                row.Told = [.. row.Told.Union(told)];
                await unit.Db.SaveChangesAsync(cancellationToken);
                await DraftWrites.StoreAsync(unit, [draft], now, cancellationToken);
                return true;
            }, cancellationToken);
        }
        catch (Exception exception) when (exception is SomebodyWasFasterException or DbUpdateException)
        {
            return false;
        }
    }
}
