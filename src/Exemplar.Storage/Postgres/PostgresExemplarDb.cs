using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Postgres;

internal sealed class PostgresExemplarDb(DbContextOptions<PostgresExemplarDb> options) : ExemplarDb(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<MonitorStateRow>(e =>
        {
            e.Ignore(s => s.HeadSeq).Ignore(s => s.HeadAtMs).Ignore(s => s.HeadOrdinal).Ignore(s => s.AnchorSeq)
                .Ignore(s => s.PrunedOrdinal);
            // Copies of the configuration: a heartbeat and a deadline read this one row and no other of their monitor.
            e.Property<int>("Kind");
            e.Property<long>("IntervalMs");
            e.Property<long>("GraceMs");
            e.HasIndex(s => s.DueAtMs);
            // A heartbeat changes no indexed column. With room left on its page the new version of the row stays there
            // and no index is written (a heap-only update).
            e.HasStorageParameter("fillfactor", 70);
        });
        // The number in the index of ids spares a heartbeat the look at the monitor's own row.
        modelBuilder.Entity<MonitorRow>().HasIndex(m => m.Id).IsUnique().IncludeProperties(m => m.Number);
        modelBuilder.Entity<RemovedMonitorRow>().Ignore(r => r.HeadSeq);
        base.OnModelCreating(modelBuilder);
    }
}
