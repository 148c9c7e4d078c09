using Exemplar.Storage.Postgres;
using Npgsql;

namespace Exemplar.Storage.Tests.Databases;

public sealed class PostgresDatabase(PostgresServer server) : TestDatabase
{
    public string ConnectionString { get; private set; } = "";

    public override async Task CreateAsync() => ConnectionString = await server.CreateDatabaseAsync();

    public override StorageEngine NewEngine() => new PostgresEngine(ConnectionString);

    /// <summary>Runs a statement beside the engine, as its operator would with psql.</summary>
    public async Task<object?> RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Ends every connection to the database and waits until they are gone.</summary>
    public Task KillAsync() => RunAsync(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

    /// <summary>From now on every new connection may only read (<c>on</c>), or write again (<c>off</c>); the old ones are ended.</summary>
    public async Task SetReadOnlyAsync(string value)
    {
        // From beside: a session that may only read could not take it back.
        await server.RunAsync($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(ConnectionString).Database} SET default_transaction_read_only = {value}");
        await KillAsync();
    }

    public override ValueTask DisposeAsync() => server.DropDatabaseAsync(ConnectionString);
}
