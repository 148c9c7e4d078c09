using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Routing;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Incidents;

/// <summary>Reads incidents, and changes them by hand.</summary>
public sealed class IncidentStore(StorageEngine engine)
{
    /// <summary>So many monitors of an incident are read with it.</summary>
    public const int MostMembers = IncidentLifecycle.MostMonitors;

    private const int MostEvents = 2_000;
    private const int MostNamed = 3;
    private const int Tries = 5;

    /// <summary>A page of incidents.</summary>
    public async Task<IncidentPage> ListAsync(int organizationNumber, IncidentQuery query, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await Chosen(db, organizationNumber, query).OrderByDescending(i => i.RowNumber).Take(query.Limit + 1).ToListAsync(cancellationToken);
        return new IncidentPage(
            await DetailsAsync(db, [.. rows.Take(query.Limit)], cancellationToken),
            rows.Count > query.Limit ? rows[query.Limit - 1].RowNumber : null);
    }

    /// <summary>
    /// A page of incidents without what happened in them, for lists that are read again and again. Their monitors come with
    /// them where they are few; <see cref="Incident.Monitors"/> always counts them. Newest first; a list of open ones has only
    /// one page.
    /// </summary>
    public async Task<IncidentSummaryPage> SummariesAsync(int organizationNumber, IncidentQuery query, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var chosen = Chosen(db, organizationNumber, query);
        // Open ones are few among all that ever were: this order is the one of their own index.
        var ordered = query.IsOpen == true ? chosen.OrderByDescending(i => i.OpenedAtMs) : chosen.OrderByDescending(i => i.RowNumber);
        var rows = await ordered.Take(query.Limit + 1).ToListAsync(cancellationToken);
        var more = rows.Count > query.Limit;
        rows = [.. rows.Take(query.Limit)];
        int[] named = [.. rows.Where(i => i.Monitors <= MostNamed).Select(i => i.RowNumber)];
        var members = (await db.IncidentMonitors.AsNoTracking().Where(m => named.Contains(m.IncidentNumber))
            .OrderBy(m => m.DownAtMs).ThenBy(m => m.MonitorNumber).ToListAsync(cancellationToken)).ToLookup(m => m.IncidentNumber);
        return new IncidentSummaryPage(
            [
                .. rows.Select(row => new IncidentView(
                    row.RowNumber, IncidentWrites.State(row),
                    [.. members[row.RowNumber].Select(m => new IncidentViewMember(FollowUpStore.Read(m), UnixTime.FromMs(m.LeftAtMs)))])),
            ],
            more && query.IsOpen != true ? rows[^1].RowNumber : null);
    }

    /// <summary>How many incidents are open.</summary>
    public async Task<int> CountOpenAsync(int organizationNumber, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.Incidents.CountAsync(i => i.OrganizationNumber == organizationNumber && i.ResolvedAtMs == null, cancellationToken);
    }

    /// <summary>One incident; null when the organization has none with this id.</summary>
    public async Task<IncidentDetail?> FindAsync(int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        var idBytes = id.ToBytes();
        await using var db = engine.Read();
        var row = await db.Incidents.AsNoTracking()
            .SingleOrDefaultAsync(i => i.OrganizationNumber == organizationNumber && i.Id == idBytes, cancellationToken);
        return row is null ? null : (await DetailsAsync(db, [row], cancellationToken))[0];
    }

    /// <summary>
    /// Decides on an incident and stores the decision, guarded by what it was made on; whoever was faster is taken into
    /// account. False when the organization has none with this id.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<bool> ChangeAsync(
        int organizationNumber, EntityId id, Func<Incident, IncidentDecision> decide, CancellationToken cancellationToken) =>
        ChangeAsync(organizationNumber, id, decide, tell: null, cancellationToken);

    /// <summary>The same, and tells what follows when the decision ends the incident.</summary>
    /// <param name="organizationNumber">Whose incident.</param>
    /// <param name="id">Which.</param>
    /// <param name="decide">The decision; asked again when somebody was faster.</param>
    /// <param name="tell">What is told when the decision ends the incident; null for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public async Task<bool> ChangeAsync(
        int organizationNumber, EntityId id, Func<Incident, IncidentDecision> decide, TellOfResolution? tell, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await engine.WriteAsync(unit => ChangeAsync(unit.Db, organizationNumber, id, decide, tell, cancellationToken), cancellationToken);
            }
            catch (DbUpdateConcurrencyException) when (attempt < Tries)
            {
                // The follow-up of a change of status, or somebody else, came in between.
            }
        }
    }

    private static async Task<bool> ChangeAsync(
        ExemplarDb db, int organizationNumber, EntityId id, Func<Incident, IncidentDecision> decide, TellOfResolution? tell, CancellationToken cancellationToken)
    {
        var idBytes = id.ToBytes();
        var row = await db.Incidents.SingleOrDefaultAsync(i => i.OrganizationNumber == organizationNumber && i.Id == idBytes, cancellationToken);
        if (row is null) return false;
        var before = IncidentWrites.State(row);
        var decision = decide(before);
        if (decision.Events.Count == 0) return true;

        var remindMs = await db.Organizations.Where(o => o.Number == organizationNumber).Select(o => o.RemindEveryMs).SingleAsync(cancellationToken);
        IncidentWrites.Set(row, decision.Next, IncidentLifecycle.RemindAt(decision.Next, remindMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null));
        row.Version++;
        if (before.IsOpen && !decision.Next.IsOpen) await HandResolution.StoreAsync(db, row, decision.Next, tell, cancellationToken);
        foreach (var happened in decision.Events) db.IncidentEvents.Add(IncidentWrites.Row(row.RowNumber, happened));
        await EscalationWrites.FollowAsync(db, row.RowNumber, before, decision.Next, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    private static IQueryable<IncidentRow> Chosen(ExemplarDb db, int organizationNumber, IncidentQuery query)
    {
        var incidents = db.Incidents.AsNoTracking().Where(i => i.OrganizationNumber == organizationNumber);
        if (query.IsOpen is { } open) incidents = open ? incidents.Where(i => i.ResolvedAtMs == null) : incidents.Where(i => i.ResolvedAtMs != null);
        if (query.Before > 0) incidents = incidents.Where(i => i.RowNumber < query.Before);
        if (query.MonitorId is { } monitor)
        {
            var id = monitor.ToBytes();
            incidents = incidents.Where(i => db.IncidentMonitors.Any(m => m.MonitorId == id && m.IncidentNumber == i.RowNumber));
        }
        return incidents;
    }

    private static async Task<IReadOnlyList<IncidentDetail>> DetailsAsync(
        ExemplarDb db, IReadOnlyList<IncidentRow> rows, CancellationToken cancellationToken)
    {
        int[] numbers = [.. rows.Select(i => i.RowNumber)];
        var members = (await db.IncidentMonitors.AsNoTracking().Where(m => numbers.Contains(m.IncidentNumber))
            .OrderBy(m => m.DownAtMs).ThenBy(m => m.MonitorNumber).ToListAsync(cancellationToken)).ToLookup(m => m.IncidentNumber);
        var events = (await db.IncidentEvents.AsNoTracking().Where(v => numbers.Contains(v.IncidentNumber))
            .OrderBy(v => v.Number).ToListAsync(cancellationToken)).ToLookup(v => v.IncidentNumber);
        var deliveries = await DeliveriesAsync(db, numbers, cancellationToken);
        var holds = await HoldsAsync(db, members, cancellationToken);
        return
        [
            .. rows.Select(row => new IncidentDetail(
                new IncidentView(
                    row.RowNumber, IncidentWrites.State(row),
                    [.. members[row.RowNumber].Take(MostMembers).Select(m => new IncidentViewMember(FollowUpStore.Read(m), UnixTime.FromMs(m.LeftAtMs)))]),
                [.. events[row.RowNumber].Take(MostEvents).Select(Read)],
                [.. deliveries[row.RowNumber].Take(MostEvents)]) { Holds = holds.GetValueOrDefault(row.RowNumber) }),
        ];
    }

    /// <summary>By incident: how many monitors are held by monitors that are down in it.</summary>
    private static async Task<Dictionary<int, int>> HoldsAsync(
        ExemplarDb db, ILookup<int, IncidentMonitorRow> members, CancellationToken cancellationToken)
    {
        var down = members.SelectMany(m => m).Where(m => m.LeftAtMs == null).ToDictionary(m => m.MonitorNumber, m => m.IncidentNumber);
        if (down.Count == 0) return [];
        int[] numbers = [.. down.Keys];
        var held = await db.IncidentMonitors
            .Where(m => m.HeldByNumber != null && numbers.Contains(m.HeldByNumber.Value) && m.LeftAtMs == null)
            .GroupBy(m => m.HeldByNumber!.Value).Select(g => new { Holder = g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        return held.GroupBy(h => down[h.Holder], h => h.Count).ToDictionary(g => g.Key, g => g.Sum());
    }

    private static IncidentEvent Read(IncidentEventRow row) =>
        new(UnixTime.FromMs(row.AtMs), (IncidentEventKind)row.Kind, row.Text, row.Actor, row.MonitorNumber);

    private static async Task<ILookup<int, DeliveryView>> DeliveriesAsync(ExemplarDb db, int[] incidentNumbers, CancellationToken cancellationToken)
    {
        var rows = await (
            from delivery in db.Deliveries.AsNoTracking()
            where delivery.IncidentNumber != null && incidentNumbers.Contains(delivery.IncidentNumber.Value)
            join alert in db.Alerts.AsNoTracking() on delivery.AlertNumber equals alert.Number
            join channel in db.Channels.AsNoTracking() on delivery.ChannelNumber equals channel.Number into channels
            from channel in channels.DefaultIfEmpty()
            orderby delivery.Number
            select new { delivery, alert.Event, Name = channel == null ? null : channel.Name, Kind = channel == null ? null : channel.Kind })
            .ToListAsync(cancellationToken);
        return rows.ToLookup(
            r => r.delivery.IncidentNumber!.Value,
            r => new DeliveryView(
                EntityId.FromBytes(r.delivery.Id), (AlertEvent)r.Event, r.delivery.MonitorNumber, r.Name, r.Kind, (DeliveryState)r.delivery.State,
                r.delivery.Attempts, UnixTime.FromMs(r.delivery.CreatedAtMs), UnixTime.FromMs(r.delivery.FinishedAtMs),
                r.delivery.State == (int)DeliveryState.Pending ? UnixTime.FromMs(r.delivery.DueAtMs) : null, r.delivery.Detail));
    }
}
