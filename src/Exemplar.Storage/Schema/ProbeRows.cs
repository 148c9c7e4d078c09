using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

/// <summary>Headers and body of a probe, encrypted. Apart from the monitor, which lists read by the thousand.</summary>
internal sealed class ProbeSecretRow
{
    public int MonitorNumber { get; set; }
    public required byte[] Sealed { get; set; }

    public static void Map(ModelBuilder modelBuilder) => modelBuilder.Entity<ProbeSecretRow>(e =>
    {
        e.ToTable("probe_secrets").HasKey(s => s.MonitorNumber);
        e.Property(s => s.MonitorNumber).ValueGeneratedNever();
    });
}
