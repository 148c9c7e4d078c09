using Exemplar.Core.Audit;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Deliveries;

/// <summary>One attempt of a delivery.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">When it began.</param>
/// <param name="Took">How long until the answer.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">The other side's answer or the reason, without secrets.</param>
public sealed record DeliveryAttempt(int Number, DateTimeOffset At, TimeSpan Took, AttemptOutcome Outcome, string Detail);

/// <summary>A delivery with all that was tried.</summary>
/// <param name="Number">Its row; what a page goes on before.</param>
/// <param name="Id">Its stable id, as the receiver sees it.</param>
/// <param name="Event">What it tells.</param>
/// <param name="AlertAt">When that happened.</param>
/// <param name="IncidentId">Its incident; null for none, and for one that was removed.</param>
/// <param name="MonitorId">About which monitor; null for one that was removed.</param>
/// <param name="MonitorName">That monitor's name; null for one that was removed.</param>
/// <param name="ChannelId">Where to; null for a channel that was removed.</param>
/// <param name="ChannelName">That channel's name; null for a channel that was removed.</param>
/// <param name="State">How it stands.</param>
/// <param name="CreatedAt">When it was decided.</param>
/// <param name="FinishedAt">When it ended; null while it has not.</param>
/// <param name="NextAt">When it is tried next; null when it is not any more.</param>
/// <param name="Attempts">What was tried, oldest first.</param>
public sealed record DeliveryRecord(
    long Number, EntityId Id, AlertEvent Event, DateTimeOffset AlertAt, EntityId? IncidentId, EntityId? MonitorId, string? MonitorName, EntityId? ChannelId,
    string? ChannelName, DeliveryState State, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, DateTimeOffset? NextAt, IReadOnlyList<DeliveryAttempt> Attempts)
{
    /// <summary>True when it can be sent again: it has failed for good, and its channel is still there.</summary>
    public bool MayBeSentAgain => State is DeliveryState.Refused or DeliveryState.GivenUp && ChannelId is not null;
}

/// <summary>Which deliveries to read, newest first.</summary>
/// <param name="IncidentId">Only those of this incident; null for all.</param>
/// <param name="ChannelId">Only those to this channel; null for all. One of the two is needed.</param>
/// <param name="Before">Only those with a smaller row number; 0 for the first page.</param>
/// <param name="Limit">At most so many, 1 to 1,000.</param>
public sealed record DeliveryQuery(EntityId? IncidentId, EntityId? ChannelId, long Before, int Limit);

/// <summary>One page of deliveries, newest first.</summary>
/// <param name="Items">The deliveries.</param>
/// <param name="NextBefore">What to read the next page before; null when there is none.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryRecord> Items, long? NextBefore);

/// <summary>What came of sending again.</summary>
public enum SendAgainResult
{
    /// <summary>It is due now.</summary>
    Due,

    /// <summary>The organization has no such delivery.</summary>
    NotFound,

    /// <summary>It was delivered, or is still being tried.</summary>
    NotFailed,

    /// <summary>Its channel was removed.</summary>
    ChannelRemoved,
}

/// <summary>Reads what was told to whom and how that went, and sends again what failed.</summary>
public sealed class DeliveryRecordStore(StorageEngine engine)
{
    /// <summary>A page of deliveries of an incident or to a channel. Empty where the organization has none such.</summary>
    public async Task<DeliveryPage> ListAsync(int organizationNumber, DeliveryQuery query, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var deliveries = db.Deliveries.AsNoTracking();
        if (query.IncidentId is { } incidentId)
        {
            var id = incidentId.ToBytes();
            var incident = await db.Incidents.Where(i => i.OrganizationNumber == organizationNumber && i.Id == id)
                .Select(i => (int?)i.RowNumber).SingleOrDefaultAsync(cancellationToken);
            if (incident is null) return new DeliveryPage([], null);
            deliveries = deliveries.Where(d => d.IncidentNumber == incident);
        }
        if (query.ChannelId is { } channelId)
        {
            var id = channelId.ToBytes();
            var channel = await db.Channels.Where(c => c.OrganizationNumber == organizationNumber && c.Id == id)
                .Select(c => (int?)c.Number).SingleOrDefaultAsync(cancellationToken);
            if (channel is null) return new DeliveryPage([], null);
            deliveries = deliveries.Where(d => d.ChannelNumber == channel);
        }
        if (query.Before > 0) deliveries = deliveries.Where(d => d.Number < query.Before);
        var rows = await deliveries.OrderByDescending(d => d.Number).Take(query.Limit + 1).ToListAsync(cancellationToken);
        return new DeliveryPage(
            await ReadAsync(db, organizationNumber, [.. rows.Take(query.Limit)], cancellationToken),
            rows.Count > query.Limit ? rows[query.Limit - 1].Number : null);
    }

    /// <summary>One delivery; null when the organization has none with this id.</summary>
    public async Task<DeliveryRecord?> FindAsync(int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        var idBytes = id.ToBytes();
        await using var db = engine.Read();
        var row = await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.Id == idBytes, cancellationToken);
        return row is null ? null : (await ReadAsync(db, organizationNumber, [row], cancellationToken)).SingleOrDefault();
    }

    /// <summary>
    /// Makes a delivery due that was refused or given up. It keeps its id, so that its receiver can drop a repeat, and the
    /// number of its attempts goes on.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<SendAgainResult> SendAgainAsync(Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var (idBytes, nowMs, organization) = (id.ToBytes(), now.ToMs(), by.OrganizationNumber);
            var found = await (
                from delivery in unit.Db.Deliveries
                where delivery.Id == idBytes
                join alert in unit.Db.Alerts on delivery.AlertNumber equals alert.Number
                where alert.OrganizationNumber == organization
                select new { delivery.Number, delivery.ChannelNumber }).SingleOrDefaultAsync(cancellationToken);
            if (found is null) return SendAgainResult.NotFound;
            var channel = await unit.Db.Channels.Where(c => c.Number == found.ChannelNumber).Select(c => c.Name).SingleOrDefaultAsync(cancellationToken);
            if (channel is null) return SendAgainResult.ChannelRemoved;
            var due = await unit.Db.Deliveries
                .Where(d => d.Number == found.Number && (d.State == (int)DeliveryState.Refused || d.State == (int)DeliveryState.GivenUp))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(d => d.State, (int)DeliveryState.Pending).SetProperty(d => d.DueAtMs, nowMs).SetProperty(d => d.FinishedAtMs, (long?)null),
                    cancellationToken);
            if (due == 0) return SendAgainResult.NotFailed;
            await unit.NoteAsync(by, now, AuditAction.DeliverySentAgain, id.ToString(), channel, [], cancellationToken);
            return SendAgainResult.Due;
        }, cancellationToken);

    private static async Task<IReadOnlyList<DeliveryRecord>> ReadAsync(
        ExemplarDb db, int organizationNumber, IReadOnlyList<DeliveryRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return [];
        long[] numbers = [.. rows.Select(d => d.Number)];
        long[] alertNumbers = [.. rows.Select(d => d.AlertNumber).Distinct()];
        int[] channelNumbers = [.. rows.Select(d => d.ChannelNumber).Distinct()];
        int[] monitorNumbers = [.. rows.Select(d => d.MonitorNumber).Distinct()];
        int[] incidentNumbers = [.. rows.Select(d => d.IncidentNumber).OfType<int>().Distinct()];
        var alerts = await db.Alerts.AsNoTracking().Where(a => alertNumbers.Contains(a.Number) && a.OrganizationNumber == organizationNumber)
            .Select(a => new { a.Number, a.Event, a.AtMs }).ToDictionaryAsync(a => a.Number, cancellationToken);
        var channels = await db.Channels.AsNoTracking().Where(c => channelNumbers.Contains(c.Number))
            .Select(c => new { c.Number, c.Id, c.Name }).ToDictionaryAsync(c => c.Number, cancellationToken);
        var monitors = await db.Monitors.AsNoTracking().Where(m => monitorNumbers.Contains(m.Number))
            .Select(m => new { m.Number, m.Id, m.Name }).ToDictionaryAsync(m => m.Number, cancellationToken);
        var incidents = await db.Incidents.AsNoTracking().Where(i => incidentNumbers.Contains(i.RowNumber))
            .ToDictionaryAsync(i => i.RowNumber, i => i.Id, cancellationToken);
        var attempts = (await db.DeliveryAttempts.AsNoTracking().Where(a => numbers.Contains(a.DeliveryNumber)).OrderBy(a => a.Attempt).ToListAsync(cancellationToken))
            .ToLookup(a => a.DeliveryNumber, Read);
        return
        [
            .. from row in rows
               where alerts.ContainsKey(row.AlertNumber)
               let alert = alerts[row.AlertNumber]
               let channel = channels.GetValueOrDefault(row.ChannelNumber)
               let monitor = monitors.GetValueOrDefault(row.MonitorNumber)
               select new DeliveryRecord(
                   row.Number, EntityId.FromBytes(row.Id), (AlertEvent)alert.Event, UnixTime.FromMs(alert.AtMs),
                   row.IncidentNumber is { } incident && incidents.TryGetValue(incident, out var incidentId) ? EntityId.FromBytes(incidentId) : null,
                   monitor is null ? null : EntityId.FromBytes(monitor.Id), monitor?.Name,
                   channel is null ? null : EntityId.FromBytes(channel.Id), channel?.Name,
                   (DeliveryState)row.State, UnixTime.FromMs(row.CreatedAtMs), UnixTime.FromMs(row.FinishedAtMs),
                   row.State == (int)DeliveryState.Pending ? UnixTime.FromMs(row.DueAtMs) : null, [.. attempts[row.Number]]),
        ];
    }

    private static DeliveryAttempt Read(DeliveryAttemptRow row) =>
        new(row.Attempt, UnixTime.FromMs(row.AtMs), TimeSpan.FromMilliseconds(row.TookMs), (AttemptOutcome)row.Outcome, row.Detail);
}
