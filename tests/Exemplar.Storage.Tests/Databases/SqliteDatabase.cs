using Exemplar.Storage.Sqlite;

namespace Exemplar.Storage.Tests.Databases;

public sealed class SqliteDatabase : TestDatabase
{
    private readonly string _folder = Directory.CreateTempSubdirectory("exemplar-sqlite-").FullName;

    public override Task CreateAsync() => Task.CompletedTask;

    public override StorageEngine NewEngine() => new SqliteEngine(Path.Combine(_folder, "exemplar.db"));

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
