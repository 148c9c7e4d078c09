using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

internal sealed class RouteRow
{
    public int Number { get; set; }
    public required byte[] Id { get; set; }
    public int OrganizationNumber { get; set; }
    public required string Name { get; set; }
    public bool AllMonitors { get; set; }
    public required List<string> Tags { get; set; }

    /// <summary>As 24 hex digits, as are those of the boards.</summary>
    public required List<string> MonitorIds { get; set; }
    public required List<string> BoardIds { get; set; }
    public required List<int> Severities { get; set; }

    /// <summary>Null when it takes everything at all hours; then the days and minutes mean nothing.</summary>
    public string? TimeZone { get; set; }
    public required List<int> Days { get; set; }
    public int FromMinute { get; set; }
    public int ToMinute { get; set; }

    /// <summary>JSON: read and written as a whole.</summary>
    public required string Steps { get; set; }
    public long CreatedAtMs { get; set; }
    public long UpdatedAtMs { get; set; }
}

internal sealed class RotationRow
{
    public int Number { get; set; }
    public required byte[] Id { get; set; }
    public int OrganizationNumber { get; set; }
    public required string Name { get; set; }
    public required string TimeZone { get; set; }
    public int Every { get; set; }
    public int Day { get; set; }
    public int AtMinute { get; set; }
    public long StartsAtMs { get; set; }

    /// <summary>JSON: read and written as a whole, as are the overrides.</summary>
    public required string Participants { get; set; }
    public required string Overrides { get; set; }
    public long CreatedAtMs { get; set; }
    public long UpdatedAtMs { get; set; }
}

/// <summary>
/// How far a route has come in an incident: one row however many monitors the incident has. It goes with the end of the incident.
/// </summary>
internal sealed class EscalationRow
{
    public int IncidentNumber { get; set; }
    public int RouteNumber { get; set; }

    /// <summary>The next step, from 0.</summary>
    public int Step { get; set; }

    /// <summary>When it is told; null when nothing is told any more: somebody acknowledged, or it was the last.</summary>
    public long? DueAtMs { get; set; }

    /// <summary>Channels that heard of the incident from a step of this route. They hear of its end.</summary>
    public required List<int> Told { get; set; }
}

internal static class RoutingRows
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<RouteRow>(e =>
        {
            e.ToTable("routes").HasKey(r => r.Number);
            e.HasIndex(r => r.Id).IsUnique();
            e.HasIndex(r => new { r.OrganizationNumber, r.Number });
        });
        model.Entity<RotationRow>(e =>
        {
            e.ToTable("rotations").HasKey(r => r.Number);
            e.HasIndex(r => r.Id).IsUnique();
            e.HasIndex(r => new { r.OrganizationNumber, r.Number });
        });
        model.Entity<EscalationRow>(e =>
        {
            e.ToTable("escalations").HasKey(x => new { x.IncidentNumber, x.RouteNumber });
            e.HasIndex(x => x.DueAtMs).HasFilter("due_at_ms IS NOT NULL");
        });
    }
}
