using Exemplar.Core.Audit;
using Exemplar.Core.Channels;
using Exemplar.Core.Ids;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Routing;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Channels;

/// <summary>A channel as it is stored.</summary>
/// <param name="Id">Its id.</param>
/// <param name="OrganizationNumber">Whose it is.</param>
/// <param name="Kind">The word of its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Config">Its configuration, encrypted.</param>
/// <param name="Route">Which monitors it tells of.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record StoredChannel(
    EntityId Id, int OrganizationNumber, string Kind, string Name, byte[] Config, ChannelRoute Route, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>When it last delivered something.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Since when nothing could be delivered; null when the last attempt succeeded.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Why not.</summary>
    public string? LastFailure { get; init; }

    /// <summary>True when a change was refused, because its configuration was another one by then: <see cref="ChannelChange.OnlyConfig"/>.</summary>
    public bool ChangedMeanwhile { get; init; }
}

/// <summary>What a channel is made of or changed to; null leaves a field as it is.</summary>
public sealed record ChannelChange(
    string? Name = null, byte[]? Config = null, bool? AllMonitors = null, IReadOnlyList<string>? Tags = null, IReadOnlyList<EntityId>? MonitorIds = null)
{
    /// <summary>What <see cref="Config"/> was made out of: only while the channel still has it. Null for whatever it has.</summary>
    public byte[]? OnlyConfig { get; init; }
}

/// <summary>One page of channels, oldest first.</summary>
public sealed record ChannelPage(IReadOnlyList<StoredChannel> Items, int? NextAfter);

/// <summary>Reads and changes channels.</summary>
public sealed class ChannelStore(StorageEngine engine)
{
    /// <summary>An organization has at most so many channels.</summary>
    public const int MostChannels = 200;

    /// <summary>The id of a channel that is about to be made: its configuration is encrypted for it.</summary>
    public static EntityId NewId(DateTimeOffset now) => FreshId.At(now);

    /// <summary>Makes a channel; null when the organization has <see cref="MostChannels"/> already.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<StoredChannel?> CreateAsync(
        Actor by, EntityId id, string kind, ChannelChange channel, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            if (await unit.Db.Channels.CountAsync(c => c.OrganizationNumber == by.OrganizationNumber, cancellationToken) >= MostChannels) return null;
            var row = new ChannelRow
            {
                Id = id.ToBytes(),
                OrganizationNumber = by.OrganizationNumber,
                Kind = kind,
                Name = channel.Name ?? "",
                Config = channel.Config ?? [],
                AllMonitors = channel.AllMonitors ?? false,
                Tags = [.. channel.Tags ?? []],
                MonitorIds = [.. (channel.MonitorIds ?? []).Select(id => id.ToString())],
                CreatedAtMs = now.ToMs(),
                UpdatedAtMs = now.ToMs(),
            };
            unit.Db.Channels.Add(row);
            await unit.NoteAsync(
                by, now, AuditAction.ChannelCreated, id.ToString(), row.Name, AuditChange.Of(("kind", null, kind), ("monitors", null, Route(row))), cancellationToken);
            return Read(row);
        }, cancellationToken);

    /// <summary>The channels of an organization, oldest first.</summary>
    public async Task<ChannelPage> ListAsync(int organizationNumber, int after, int limit, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await db.Channels.AsNoTracking().Where(c => c.OrganizationNumber == organizationNumber && c.Number > after)
            .OrderBy(c => c.Number).Take(limit + 1).ToListAsync(cancellationToken);
        return new ChannelPage([.. rows.Take(limit).Select(Read)], rows.Count > limit ? rows[limit - 1].Number : null);
    }

    /// <summary>One channel; null when the organization has none with this id.</summary>
    public async Task<StoredChannel?> FindAsync(int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        var idBytes = id.ToBytes();
        await using var db = engine.Read();
        return await db.Channels.AsNoTracking()
            .SingleOrDefaultAsync(c => c.OrganizationNumber == organizationNumber && c.Id == idBytes, cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>The channel with this number, for the one who delivers; null when it was removed.</summary>
    public async Task<StoredChannel?> FindAsync(int number, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.Channels.AsNoTracking().SingleOrDefaultAsync(c => c.Number == number, cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>Changes the given fields; null when there is no such channel. What waits for it is tried again at once: it may work now.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<StoredChannel?> UpdateAsync(
        Actor by, EntityId id, ChannelChange change, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var idBytes = id.ToBytes();
            var mine = unit.Db.Channels.Where(c => c.OrganizationNumber == by.OrganizationNumber && c.Id == idBytes);
            // Whoever comes second waits here and then reads what the first one left.
            if (await mine.ExecuteUpdateAsync(set => set.SetProperty(c => c.UpdatedAtMs, c => c.UpdatedAtMs), cancellationToken) == 0) return null;
            var row = await mine.SingleAsync(cancellationToken);
            if (change.OnlyConfig is { } seen && !row.Config.AsSpan().SequenceEqual(seen)) return Read(row) with { ChangedMeanwhile = true };
            var (name, route) = (row.Name, Route(row));
            row.Name = change.Name ?? row.Name;
            row.AllMonitors = change.AllMonitors ?? row.AllMonitors;
            if (change.Tags is { } tags) row.Tags = [.. tags];
            if (change.MonitorIds is { } ids) row.MonitorIds = [.. ids.Select(monitor => monitor.ToString())];
            row.UpdatedAtMs = now.ToMs();
            if (change.Config is { } config)
            {
                row.Config = config;
                var nowMs = now.ToMs();
                // Only what waits between two attempts: one that runs has a due moment that nobody may move.
                await unit.Db.Deliveries
                    .Where(d => d.ChannelNumber == row.Number && d.State == (int)DeliveryState.Pending && d.DueAtMs > nowMs
                        && unit.Db.DeliveryAttempts.Any(a => a.DeliveryNumber == d.Number && a.Attempt == d.Attempts))
                    .ExecuteUpdateAsync(set => set.SetProperty(d => d.DueAtMs, nowMs), cancellationToken);
            }
            // That the configuration changed, and nothing of it: there are secrets in it.
            await unit.NoteAsync(
                by, now, AuditAction.ChannelChanged, id.ToString(), row.Name,
                AuditChange.Of(("name", name, row.Name), ("monitors", route, Route(row)), ("config", "as it was", change.Config is null ? "as it was" : "changed")),
                cancellationToken);
            return Read(row);
        }, cancellationToken);

    /// <summary>Removes a channel, unless a route or a rotation names it; what waits for it is not delivered any more.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public Task<Removal> DeleteAsync(Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var idBytes = id.ToBytes();
            var nowMs = now.ToMs();
            var channel = await unit.Db.Channels.Where(c => c.OrganizationNumber == by.OrganizationNumber && c.Id == idBytes)
                .Select(c => new { c.Number, c.Name }).SingleOrDefaultAsync(cancellationToken);
            if (channel is null) return Removal.NotFound;
            if (await RoutingUse.OfChannelAsync(unit.Db, by.OrganizationNumber, id, cancellationToken) is { Count: > 0 } usedBy) return Removal.Refused(usedBy);
            var number = channel.Number;
            await unit.Db.Deliveries.Where(d => d.ChannelNumber == number && d.State == (int)DeliveryState.Pending)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(d => d.State, (int)DeliveryState.Refused).SetProperty(d => d.FinishedAtMs, nowMs)
                        .SetProperty(d => d.Detail, "The channel was removed."), cancellationToken);
            await unit.Db.Channels.Where(c => c.Number == number).ExecuteDeleteAsync(cancellationToken);
            await unit.NoteAsync(by, now, AuditAction.ChannelDeleted, id.ToString(), channel.Name, [], cancellationToken);
            return Removal.Done;
        }, cancellationToken);

    private static string Route(ChannelRow row) => AuditTrail.Watched(row.AllMonitors, row.Tags, [.. row.MonitorIds.Select(EntityId.Parse)]);

    private static StoredChannel Read(ChannelRow row) => new(
        EntityId.FromBytes(row.Id), row.OrganizationNumber, row.Kind, row.Name, row.Config,
        new ChannelRoute(row.Number, row.AllMonitors, row.Tags, [.. row.MonitorIds.Select(EntityId.Parse)]),
        UnixTime.FromMs(row.CreatedAtMs), UnixTime.FromMs(row.UpdatedAtMs))
    {
        DeliveredAt = UnixTime.FromMs(row.DeliveredAtMs),
        FailingSince = UnixTime.FromMs(row.FailingSinceMs),
        LastFailure = row.LastFailure,
    };
}
