using System.Text.RegularExpressions;
using Exemplar.Core.Ids;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Audit;

/// <summary>
/// What entries of the audit log name by id, as people call it. The log keeps ids, which stay what they are when somebody gives
/// another name; whoever reads it wants the names of today.
/// </summary>
internal static partial class AuditNames
{
    /// <summary>The names, by id, of what the organization still has.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        ExemplarDb db, int organizationNumber, IEnumerable<AuditEntry> entries, CancellationToken cancellationToken)
    {
        var ids = entries.SelectMany(e => e.Changes).SelectMany(c => Ids(c.Before).Concat(Ids(c.After)))
            .Distinct(StringComparer.Ordinal).Select(id => EntityId.Parse(id).ToBytes()).ToList();
        if (ids.Count == 0) return new Dictionary<string, string>(StringComparer.Ordinal);
        var named = await db.Monitors.Where(m => m.OrganizationNumber == organizationNumber && ids.Contains(m.Id)).Select(m => new { m.Id, m.Name })
            .Concat(db.Channels.Where(c => c.OrganizationNumber == organizationNumber && ids.Contains(c.Id)).Select(c => new { c.Id, c.Name }))
            .Concat(db.Rotations.Where(r => r.OrganizationNumber == organizationNumber && ids.Contains(r.Id)).Select(r => new { r.Id, r.Name }))
            .Concat(db.Boards.Where(b => b.OrganizationNumber == organizationNumber && ids.Contains(b.Id)).Select(b => new { b.Id, b.Name }))
            .ToListAsync(cancellationToken);
        return named.ToDictionary(n => EntityId.FromBytes(n.Id).ToString(), n => n.Name, StringComparer.Ordinal);
    }

    /// <summary>A value with names in the place of the ids that have one.</summary>
    public static string Put(string value, IReadOnlyDictionary<string, string> names) =>
        Id().Replace(value, found => names.GetValueOrDefault(found.Value) ?? found.Value);

    private static IEnumerable<string> Ids(string? value) => value is null ? [] : Id().Matches(value).Select(m => m.Value);

    [GeneratedRegex(@"\b[0-9a-f]{24}\b", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Id();
}
