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
                .Ignore(s => s.PrunedOrdinal).Ignore(s => s.OtherCheckCount);
            e.HasIndex(s => s.DueAtMs);
        });
        base.OnModelCreating(modelBuilder);
    }
}
