using Microsoft.Data.Sqlite;

namespace Exemplar.Bench.Seeding;

/// <summary>Fills the server's SQLite file.</summary>
internal sealed class SqliteSeedDatabase(SqliteConnection connection) : ISeedDatabase
{
    public static SqliteSeedDatabase Open(string data)
    {
        var file = Path.Combine(data, "exemplar.db");
        if (!File.Exists(file)) throw new BenchException($"{file} does not exist: start the server once before seeding.");
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        var database = new SqliteSeedDatabase(connection);
        // Nothing is lost when the machine fails meanwhile: the folder is thrown away then.
        database.Execute("PRAGMA synchronous = OFF");
        database.Execute("PRAGMA cache_size = -262144");
        return database;
    }

    public Task<int?> FindOrganizationAsync()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT min(number) FROM organizations";
        return Task.FromResult(command.ExecuteScalar() is long number ? (int?)number : null);
    }

    public Task FillAsync(SeedTable table, int count, Func<int, SeededMonitor> monitorOf)
    {
        var columns = table.For(ReadColumns(table.Name));
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText =
            $"INSERT INTO {table.Name} ({string.Join(", ", columns.Select(c => c.Name))}) VALUES ({string.Join(", ", columns.Select((_, i) => "$" + i))})";
        var parameters = columns.Select((_, i) => insert.Parameters.Add(new SqliteParameter { ParameterName = "$" + i })).ToArray();
        for (var number = 1; number <= count; number++)
        {
            var monitor = monitorOf(number);
            for (var i = 0; i < columns.Length; i++)
                parameters[i].Value = columns[i].Value(monitor) switch { null => DBNull.Value, string[] => "[]", var value => value };
            insert.ExecuteNonQuery();
        }
        transaction.Commit();
        return Task.CompletedTask;
    }

    public Task SettleAsync()
    {
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private List<ActualColumn> ReadColumns(string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT name, \"notnull\" = 1 AND dflt_value IS NULL FROM pragma_table_info('{table}')";
        using var reader = command.ExecuteReader();
        var columns = new List<ActualColumn>();
        while (reader.Read()) columns.Add(new ActualColumn(reader.GetString(0), reader.GetBoolean(1)));
        return columns;
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
