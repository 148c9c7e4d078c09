using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Exemplar.Storage.Postgres;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model; the database it names is never opened.</summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresExemplarDb>
{
    public PostgresExemplarDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresExemplarDb>().UseNpgsql("Host=design-time").Options);
}
