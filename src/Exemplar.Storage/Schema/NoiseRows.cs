using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

/// <summary>Something about a monitor that is looked at again later: see <see cref="Core.Noise.NoiseTimer"/>.</summary>
internal sealed class NoiseTimerRow
{
    public long Number { get; set; }
    public int MonitorNumber { get; set; }
    public int Kind { get; set; }
    public long DueAtMs { get; set; }
    public int Looks { get; set; }

    /// <summary>The monitor that is down and holds this one.</summary>
    public int? HeldByNumber { get; set; }

    /// <summary>The expected moment that was told last.</summary>
    public long? ToldForMs { get; set; }
}

/// <summary>A monitor that depends on another one of its organization.</summary>
internal sealed class MonitorDependencyRow
{
    public int MonitorNumber { get; set; }
    public int ParentNumber { get; set; }
}

internal static class NoiseRows
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<NoiseTimerRow>(e =>
        {
            e.ToTable("noise_timers").HasKey(t => t.Number);
            e.HasIndex(t => t.DueAtMs);
            e.HasIndex(t => new { t.MonitorNumber, t.Kind }).IsUnique();
            e.HasIndex(t => t.HeldByNumber).HasFilter("held_by_number IS NOT NULL");
        });
        model.Entity<MonitorDependencyRow>(e =>
        {
            e.ToTable("monitor_dependencies").HasKey(d => new { d.MonitorNumber, d.ParentNumber });
            e.HasIndex(d => d.ParentNumber);
        });
    }
}
