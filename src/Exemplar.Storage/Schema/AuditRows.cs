using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

/// <summary>Who changed what. Names are as they were then: what they belong to may be gone.</summary>
internal sealed class AuditRow
{
    public long Number { get; set; }
    public int OrganizationNumber { get; set; }
    public long AtMs { get; set; }
    public int ActorKind { get; set; }
    public required string Actor { get; set; }
    public string? Address { get; set; }
    public required string Action { get; set; }
    public string? TargetId { get; set; }
    public required string Target { get; set; }

    /// <summary>The changed fields as JSON; empty when there are none.</summary>
    public required string Changes { get; set; }

    internal static void Map(ModelBuilder modelBuilder) => modelBuilder.Entity<AuditRow>(e =>
    {
        e.ToTable("audit_entries").HasKey(a => a.Number);
        e.HasIndex(a => new { a.OrganizationNumber, a.Number });
        e.HasIndex(a => new { a.OrganizationNumber, a.Actor, a.Number });
        e.HasIndex(a => new { a.OrganizationNumber, a.Action, a.Number });
        e.HasIndex(a => a.AtMs);
    });
}
