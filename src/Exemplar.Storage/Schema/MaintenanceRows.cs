using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Exemplar.Storage.Schema;

internal sealed class MaintenanceWindowRow
{
    public int Number { get; set; }
    public required byte[] Id { get; set; }
    public int OrganizationNumber { get; set; }
    public required string Title { get; set; }
    public int Severity { get; set; }
    public required string Owner { get; set; }

    /// <summary>Of a window that takes place once; null for one that recurs, as all of the next three fields for the other kinds.</summary>
    public long? FromMs { get; set; }
    public long? ToMs { get; set; }
    public string? Cron { get; set; }
    public string? TimeZone { get; set; }
    public long? DurationMs { get; set; }

    /// <summary>As <see cref="Maintenance.WeekHoursText"/> writes them.</summary>
    public string? WeekHours { get; set; }
    public long BeginsAtMs { get; set; }
    public long? UntilMs { get; set; }
    public bool AllMonitors { get; set; }
    public required List<string> Tags { get; set; }
    public long DeclaredAtMs { get; set; }
    public long? EndedAtMs { get; set; }
    public long? CancelledAtMs { get; set; }

    /// <summary>From when on it is over for good; follows from the others. Null when never.</summary>
    public long? OverAtMs { get; set; }
    public required string CreatedBy { get; set; }
    public long CreatedAtMs { get; set; }
    public long UpdatedAtMs { get; set; }
    public int Version { get; set; }
}

/// <summary>One monitor that a window names.</summary>
internal sealed class MaintenanceMonitorRow
{
    public int WindowNumber { get; set; }
    public int MonitorNumber { get; set; }
}

internal sealed class MaintenanceUpdateRow
{
    public int WindowNumber { get; set; }
    public int Position { get; set; }
    public long AtMs { get; set; }
    public required string By { get; set; }
    public required string Text { get; set; }
}

internal sealed class HolidayRow
{
    public int OrganizationNumber { get; set; }

    /// <summary>The number of its day, as <see cref="DateOnly.DayNumber"/> counts.</summary>
    public int Day { get; set; }
    public required string Name { get; set; }
    public long DeclaredAtMs { get; set; }
}

internal static class MaintenanceRows
{
    public static void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<MaintenanceWindowRow>(e =>
        {
            e.ToTable("maintenance_windows").HasKey(w => w.Number);
            e.Property(w => w.Id).IsRequired();
            e.HasIndex(w => w.Id).IsUnique();
            e.HasIndex(w => new { w.OrganizationNumber, w.Number });
            // What is not over yet, and what was over a short time ago.
            e.HasIndex(w => w.OverAtMs);
            e.Property(w => w.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<MaintenanceMonitorRow>(e =>
        {
            e.ToTable("maintenance_monitors").HasKey(m => new { m.WindowNumber, m.MonitorNumber });
            e.HasIndex(m => m.MonitorNumber);
        });
        modelBuilder.Entity<MaintenanceUpdateRow>(e => e.ToTable("maintenance_updates").HasKey(u => new { u.WindowNumber, u.Position }));
        modelBuilder.Entity<HolidayRow>(e => e.ToTable("holidays").HasKey(h => new { h.OrganizationNumber, h.Day }));
    }

    /// <summary>The few monitors with active hours are found without looking at all others.</summary>
    public static void MapHours(EntityTypeBuilder<MonitorRow> monitors)
    {
        monitors.Property(m => m.ObservesHolidays).HasDefaultValue(true);
        monitors.HasIndex(m => m.Number, "IX_monitors_with_active_hours").HasFilter("active_hours IS NOT NULL");
    }
}
