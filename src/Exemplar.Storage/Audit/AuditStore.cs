using Exemplar.Core.Audit;
using Exemplar.Storage.Retention;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Audit;

/// <summary>One line of the audit log.</summary>
/// <param name="Number">Grows with each entry.</param>
/// <param name="At">When it was done.</param>
/// <param name="Kind">Whether a member or a token did it.</param>
/// <param name="Actor">The member's address or the token's name, as it was then.</param>
/// <param name="Address">Where from; null when it is not known.</param>
/// <param name="Action">One of <see cref="AuditAction.All"/>.</param>
/// <param name="TargetId">The public id of what it was done to; null when that has none.</param>
/// <param name="Target">What that was called then.</param>
/// <param name="Changes">The fields that became other values.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset At, ActorKind Kind, string Actor, string? Address, string Action, string? TargetId, string Target,
    IReadOnlyList<AuditChange> Changes);

/// <summary>Which entries to read.</summary>
/// <param name="Actor">Only those of this actor, in full and as it was stored; null for all.</param>
/// <param name="Action">Only this action; null for all.</param>
/// <param name="Before">Only entries with a smaller number; null for the newest.</param>
/// <param name="Limit">How many at most.</param>
public sealed record AuditQuery(string? Actor, string? Action, long? Before, int Limit);

/// <summary>A page of the log, newest first.</summary>
/// <param name="Items">The entries.</param>
/// <param name="NextBefore">What to read the next page before; null when there is none.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Items, long? NextBefore);

/// <summary>Reads the audit log and keeps it within its limit. It is written by <see cref="AuditTrail"/>, with what it tells about.</summary>
public sealed class AuditStore(StorageEngine engine)
{
    /// <summary>Entries older than this many days go.</summary>
    public const int KeptDays = 365;

    private const int RemovedPerStep = 500;

    /// <summary>A page of one organization's log.</summary>
    public async Task<AuditPage> ReadAsync(int organizationNumber, AuditQuery query, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var entries = db.AuditEntries.AsNoTracking().Where(e => e.OrganizationNumber == organizationNumber);
        if (query.Actor is { } actor) entries = entries.Where(e => e.Actor == actor);
        if (query.Action is { } action) entries = entries.Where(e => e.Action == action);
        if (query.Before is { } before) entries = entries.Where(e => e.Number < before);
        var rows = await entries.OrderByDescending(e => e.Number).Take(query.Limit + 1).ToListAsync(cancellationToken);
        return new AuditPage(
            [.. rows.Take(query.Limit).Select(AuditTrail.Read)],
            rows.Count > query.Limit ? rows[query.Limit - 1].Number : null);
    }

    /// <summary>The same entries, with names in the place of the ids of what the organization still has.</summary>
    public async Task<IReadOnlyList<AuditEntry>> NamedAsync(int organizationNumber, IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var names = await AuditNames.ReadAsync(db, organizationNumber, entries, cancellationToken);
        return names.Count == 0 ? entries : [.. entries.Select(entry => entry with { Changes = [.. entry.Changes.Select(Named)] })];

        AuditChange Named(AuditChange change) => change with { Before = Put(change.Before), After = Put(change.After) };
        string? Put(string? value) => value is null ? null : AuditNames.Put(value, names);
    }

    /// <summary>Removes some entries that are older than <see cref="KeptDays"/>.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public async Task<UpkeepStep> PruneAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var beforeMs = now.AddDays(-KeptDays).ToMs();
        await using (var db = engine.Read())
        {
            // Usually there is nothing to remove, and asking needs no transaction.
            if (!await db.AuditEntries.AnyAsync(e => e.AtMs < beforeMs, cancellationToken)) return default;
        }
        return await engine.WriteAsync(async unit =>
        {
            var removed = await unit.Db.Database.ExecuteSqlAsync(
                $"DELETE FROM audit_entries WHERE number IN (SELECT number FROM audit_entries WHERE at_ms < {beforeMs} ORDER BY at_ms LIMIT {RemovedPerStep})",
                cancellationToken);
            return new UpkeepStep(removed, removed == RemovedPerStep);
        }, cancellationToken);
    }
}
