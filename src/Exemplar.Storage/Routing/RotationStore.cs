using System.Globalization;
using Exemplar.Core.Audit;
using Exemplar.Core.Ids;
using Exemplar.Core.Routing;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Routing;

/// <summary>A rotation as it is stored.</summary>
public sealed record StoredRotation(Rotation Rotation, int OrganizationNumber, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>True when a change was refused, because others took part by then: <see cref="RotationChange.OnlyParticipants"/>.</summary>
    public bool ChangedMeanwhile { get; init; }
}

/// <summary>What a rotation is made of or changed to; null leaves a field as it is.</summary>
public sealed record RotationChange(
    string? Name = null, TimeZoneInfo? Zone = null, HandOver? HandOver = null, DateTimeOffset? StartsAt = null,
    IReadOnlyList<Participant>? Participants = null, IReadOnlyList<RotationOverride>? Overrides = null)
{
    /// <summary>Who took part when the change was found to be right: only while they still do. Null for whoever.</summary>
    public IReadOnlyList<Participant>? OnlyParticipants { get; init; }
}

/// <summary>One page of rotations, oldest first.</summary>
public sealed record RotationPage(IReadOnlyList<StoredRotation> Items, int? NextAfter);

/// <summary>Reads and changes rotations.</summary>
public sealed class RotationStore(StorageEngine engine)
{
    /// <summary>Makes a rotation; null when the organization has <see cref="RoutingLimits.Rotations"/> already.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<StoredRotation?> CreateAsync(Actor by, RotationChange rotation, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            if (await unit.Db.Rotations.CountAsync(r => r.OrganizationNumber == by.OrganizationNumber, cancellationToken) >= RoutingLimits.Rotations) return null;
            var row = new RotationRow
            {
                Id = FreshId.At(now).ToBytes(), OrganizationNumber = by.OrganizationNumber, Name = "", TimeZone = TimeZoneInfo.Utc.Id,
                Every = (int)HandOverEvery.Weekly, StartsAtMs = now.ToMs(), Participants = "[]", Overrides = "[]", CreatedAtMs = now.ToMs(), UpdatedAtMs = now.ToMs(),
            };
            Set(row, rotation);
            unit.Db.Rotations.Add(row);
            await unit.NoteAsync(by, now, AuditAction.RotationCreated, $"{EntityId.FromBytes(row.Id)}", row.Name, Changes(null, row), cancellationToken);
            return Read(row);
        }, cancellationToken);

    /// <summary>The rotations of an organization, oldest first.</summary>
    public async Task<RotationPage> ListAsync(int organizationNumber, int after, int limit, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await db.Rotations.AsNoTracking().Where(r => r.OrganizationNumber == organizationNumber && r.Number > after)
            .OrderBy(r => r.Number).Take(limit + 1).ToListAsync(cancellationToken);
        return new RotationPage([.. rows.Take(limit).Select(Read)], rows.Count > limit ? rows[limit - 1].Number : null);
    }

    /// <summary>One rotation; null when the organization has none with this id.</summary>
    public async Task<StoredRotation?> FindAsync(int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await Mine(db, organizationNumber, id).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } row ? Read(row) : null;
    }

    /// <summary>Changes the given fields; null when there is no such rotation. Who is no longer a participant stands in for nobody any more.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<StoredRotation?> UpdateAsync(Actor by, EntityId id, RotationChange change, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var mine = Mine(unit.Db, by.OrganizationNumber, id);
            // Whoever comes second waits here and then reads what the first one left.
            if (await mine.ExecuteUpdateAsync(set => set.SetProperty(r => r.UpdatedAtMs, r => r.UpdatedAtMs), cancellationToken) == 0) return null;
            var row = await mine.SingleAsync(cancellationToken);
            var before = RoutingContent.Read(row);
            if (change.OnlyParticipants is { } seen && !seen.SequenceEqual(before.Participants)) return Read(row) with { ChangedMeanwhile = true };
            Set(row, change);
            if (change is { Participants: { } participants, Overrides: null })
                row.Overrides = RoutingContent.Write(before.Overrides.Where(
                    o => participants.Any(p => string.Equals(p.Name, o.Participant, StringComparison.OrdinalIgnoreCase))));
            row.StartsAtMs = RoutingContent.Read(row).Keeping(before, now).StartsAt.ToMs();
            row.UpdatedAtMs = now.ToMs();
            await unit.NoteAsync(by, now, AuditAction.RotationChanged, id.ToString(), row.Name, Changes(before, row), cancellationToken);
            return Read(row);
        }, cancellationToken);

    /// <summary>Removes a rotation, unless a route tells it.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public Task<Removal> DeleteAsync(Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            if (await Mine(unit.Db, by.OrganizationNumber, id).SingleOrDefaultAsync(cancellationToken) is not { } row) return Removal.NotFound;
            if (await RoutingUse.OfRotationAsync(unit.Db, by.OrganizationNumber, id, cancellationToken) is { Count: > 0 } usedBy) return Removal.Refused(usedBy);
            unit.Db.Rotations.Remove(row);
            await unit.NoteAsync(by, now, AuditAction.RotationDeleted, id.ToString(), row.Name, [], cancellationToken);
            return Removal.Done;
        }, cancellationToken);

    private static void Set(RotationRow row, RotationChange change)
    {
        row.Name = change.Name ?? row.Name;
        row.TimeZone = change.Zone?.Id ?? row.TimeZone;
        row.StartsAtMs = change.StartsAt?.ToMs() ?? row.StartsAtMs;
        if (change.Participants is { } participants) row.Participants = RoutingContent.Write(participants);
        if (change.Overrides is { } overrides) row.Overrides = RoutingContent.Write(overrides);
        if (change.HandOver is { } handOver)
            (row.Every, row.Day, row.AtMinute) = ((int)handOver.Every, (int)handOver.Day, RoutingContent.Minute(handOver.At));
    }

    private static IReadOnlyList<AuditChange> Changes(Rotation? before, RotationRow row)
    {
        var after = RoutingContent.Read(row);
        return AuditChange.Of(
            ("name", before?.Name, after.Name), ("time_zone", before?.Zone.Id, after.Zone.Id), ("hand_over", Words(before?.HandOver), Words(after.HandOver)),
            ("starts_at", Words(before?.StartsAt), Words(after.StartsAt)),
            ("participants", Words(before?.Participants), Words(after.Participants)), ("overrides", Words(before?.Overrides), Words(after.Overrides)));
    }

    private static string? Words(HandOver? handOver) => handOver is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{handOver.Every} {(handOver.Every == HandOverEvery.Weekly ? handOver.Day + " " : "")}{handOver.At:HH\\:mm}").ToLowerInvariant();

    private static string? Words(DateTimeOffset? moment) => moment?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string? Words(IReadOnlyList<Participant>? participants) =>
        participants is null ? null : string.Join(", ", participants.Select(p => $"{p.Name} over {p.ChannelId}"));

    private static string? Words(IReadOnlyList<RotationOverride>? overrides) => overrides is not { Count: > 0 }
        ? null
        : string.Join(", ", overrides.Select(o => $"{o.Participant} {Words(o.From)} to {Words(o.To)}"));

    private static IQueryable<RotationRow> Mine(ExemplarDb db, int organizationNumber, EntityId id)
    {
        var idBytes = id.ToBytes();
        return db.Rotations.Where(r => r.OrganizationNumber == organizationNumber && r.Id == idBytes);
    }

    private static StoredRotation Read(RotationRow row) =>
        new(RoutingContent.Read(row), row.OrganizationNumber, UnixTime.FromMs(row.CreatedAtMs), UnixTime.FromMs(row.UpdatedAtMs));
}
