using System.Globalization;
using System.Text.Json;
using Exemplar.Core.Audit;
using Exemplar.Core.Ids;
using Exemplar.Storage.Schema;

namespace Exemplar.Storage.Audit;

/// <summary>Writes the audit log in the transaction of the change that it tells about: there is no change without its entry.</summary>
internal static class AuditTrail
{
    // More would be cut off in the middle of an id.
    private const int MostNamed = 4;

    /// <summary>Adds an entry; the unit's next save stores it, and everything else that the unit has changed.</summary>
    public static async Task NoteAsync(
        this WriteUnit unit, Actor by, DateTimeOffset now, string action, string? targetId, string target, IReadOnlyList<AuditChange> changes,
        CancellationToken cancellationToken)
    {
        unit.Db.AuditEntries.Add(new AuditRow
        {
            OrganizationNumber = by.OrganizationNumber,
            AtMs = now.ToMs(),
            ActorKind = (int)by.Kind,
            Actor = by.Name,
            Address = by.Address,
            Action = action,
            TargetId = targetId,
            Target = target,
            Changes = changes.Count == 0 ? "" : JsonSerializer.Serialize(changes),
        });
        await unit.Db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A duration as the API spells it.</summary>
    public static string? Minutes(TimeSpan? duration) => duration?.TotalMinutes.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>Which monitors something is about: "all monitors", or "those tagged billing; Invoice export" with ids for names.</summary>
    public static string Watched(bool all, IReadOnlyCollection<string> tags, IReadOnlyCollection<EntityId> monitorIds, IReadOnlyCollection<EntityId>? boardIds = null)
    {
        if (all) return "all monitors";
        var parts = new List<string>();
        if (tags.Count > 0) parts.Add("those tagged " + string.Join(" or ", tags));
        if (boardIds is { Count: > 0 }) parts.Add("those on " + string.Join(", ", boardIds));
        if (monitorIds.Count > 0) parts.Add(string.Join(", ", monitorIds.Take(MostNamed)) + (monitorIds.Count > MostNamed ? $" and {monitorIds.Count - MostNamed} more" : ""));
        return parts.Count == 0 ? "no monitor" : string.Join("; ", parts);
    }

    public static AuditEntry Read(AuditRow row) => new(
        row.Number, UnixTime.FromMs(row.AtMs), (ActorKind)row.ActorKind, row.Actor, row.Address, row.Action, row.TargetId, row.Target,
        row.Changes.Length == 0 ? [] : JsonSerializer.Deserialize<List<AuditChange>>(row.Changes) ?? []);
}
