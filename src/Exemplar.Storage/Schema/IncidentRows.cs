using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

/// <summary>
/// A change of status that somebody may have to hear of, written in the transaction of the change itself and removed in the
/// transaction that follows it up.
/// </summary>
internal sealed class StatusChangeRow
{
    public long Number { get; set; }
    public int MonitorNumber { get; set; }
    public int FromStatus { get; set; }

    /// <summary>Null when the monitor was removed.</summary>
    public int? ToStatus { get; set; }
    public long AtMs { get; set; }
    public string? Error { get; set; }
}

internal sealed class IncidentRow
{
    public int RowNumber { get; set; }
    public required byte[] Id { get; set; }
    public int OrganizationNumber { get; set; }

    /// <summary>Its number within the organization.</summary>
    public int Number { get; set; }
    public required string Title { get; set; }
    public required string Cause { get; set; }
    public long OpenedAtMs { get; set; }
    public long? ResolvedAtMs { get; set; }
    public long? AcknowledgedAtMs { get; set; }
    public string? AcknowledgedBy { get; set; }
    public long? SnoozedUntilMs { get; set; }
    public long? RemindedAtMs { get; set; }

    /// <summary>Its own pace of reminders; 0 for never, null for the organization's.</summary>
    public long? RemindEveryMs { get; set; }

    /// <summary>When the scheduler looks at it next; null when never.</summary>
    public long? DueAtMs { get; set; }
    public int Monitors { get; set; }
    public int StillDown { get; set; }
    public string? SharedHost { get; set; }
    public required List<string> SharedTags { get; set; }

    /// <summary>Counts the changes, so that of two at the same time one decides anew.</summary>
    public int Version { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<IncidentRow>(e =>
    {
        e.ToTable("incidents").HasKey(i => i.RowNumber);
        e.HasIndex(i => i.Id).IsUnique();
        e.HasIndex(i => new { i.OrganizationNumber, i.Number }).IsUnique();
        e.HasIndex(i => new { i.OrganizationNumber, i.RowNumber });
        e.HasIndex(i => new { i.OrganizationNumber, i.OpenedAtMs }).HasFilter("resolved_at_ms IS NULL");
        e.HasIndex(i => i.DueAtMs).HasFilter("due_at_ms IS NOT NULL");
        e.HasIndex(i => i.ResolvedAtMs).HasFilter("resolved_at_ms IS NOT NULL");
        e.Property(i => i.Version).IsConcurrencyToken();
    });
}

/// <summary>One monitor of an incident, as it went down.</summary>
internal sealed class IncidentMonitorRow
{
    public int IncidentNumber { get; set; }
    public int MonitorNumber { get; set; }
    public long DownAtMs { get; set; }
    public required string Error { get; set; }

    /// <summary>When it was no longer down, or the incident was resolved by hand; null before.</summary>
    public long? LeftAtMs { get; set; }

    /// <summary>Its id and name, for after it is removed.</summary>
    public required byte[] MonitorId { get; set; }
    public required string MonitorName { get; set; }
    public long? LastHeartbeatAtMs { get; set; }
    public byte[]? LastHeartbeatMetadata { get; set; }

    /// <summary>Why nobody was told yet; null when people were, or nobody wants to hear.</summary>
    public string? Waiting { get; set; }

    /// <summary>The monitor that is down and explains it; null when none does.</summary>
    public int? HeldByNumber { get; set; }
    public byte[]? HeldById { get; set; }
    public string? HeldByName { get; set; }
    public long? FlappingSinceMs { get; set; }

    /// <summary>Since when it is up again while more good checks are asked for.</summary>
    public long? RecoveringSinceMs { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<IncidentMonitorRow>(e =>
    {
        e.HasIndex(m => m.HeldByNumber).HasFilter("held_by_number IS NOT NULL");
        e.ToTable("incident_monitors").HasKey(m => new { m.IncidentNumber, m.MonitorNumber, m.DownAtMs });
        e.HasIndex(m => m.MonitorNumber).HasFilter("left_at_ms IS NULL").IsUnique();
        e.HasIndex(m => new { m.MonitorId, m.IncidentNumber });
    });
}

internal sealed class IncidentEventRow
{
    public long Number { get; set; }
    public int IncidentNumber { get; set; }
    public long AtMs { get; set; }
    public int Kind { get; set; }
    public required string Text { get; set; }
    public string? Actor { get; set; }
    public int? MonitorNumber { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<IncidentEventRow>(e =>
    {
        e.ToTable("incident_events").HasKey(v => v.Number);
        e.HasIndex(v => new { v.IncidentNumber, v.Number });
    });
}

/// <summary>The last incident number that an organization gave out.</summary>
internal sealed class IncidentCountRow
{
    public int OrganizationNumber { get; set; }
    public int Last { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<IncidentCountRow>(e =>
    {
        e.ToTable("incident_counts").HasKey(c => c.OrganizationNumber);
        e.Property(c => c.OrganizationNumber).ValueGeneratedNever();
    });
}
