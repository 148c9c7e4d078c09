using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Exemplar.Storage.Sqlite;

/// <summary>Lets <c>dotnet ef migrations add</c> build the model; the database it names is never opened.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteExemplarDb>
{
    public SqliteExemplarDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteExemplarDb>().UseSqlite("Data Source=design-time.db").Options);
}
