using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Sqlite;

internal sealed class SqliteExemplarDb(DbContextOptions<SqliteExemplarDb> options) : ExemplarDb(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<MonitorStateRow>().Ignore(s => s.DueAtMs).Ignore(s => s.CheckCount);
        base.OnModelCreating(modelBuilder);
    }
}
