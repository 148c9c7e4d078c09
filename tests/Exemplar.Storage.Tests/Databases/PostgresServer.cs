using System.Globalization;
using Exemplar.Storage.Postgres;
using Exemplar.Storage.Tests.Databases;
using Exemplar.Testing;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Exemplar.Storage.Tests.Databases;

/// <summary>
/// The private PostgreSQL of this test run. Its databases are copies of one that has the schema already, which is much
/// faster than to migrate each of them.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private PrivatePostgres? _server;
    private int _databases;

    private PrivatePostgres Server => _server ?? throw new InvalidOperationException("The server has not been started.");

    public async ValueTask InitializeAsync()
    {
        // Nobody cuts the power here, and every database that goes would wait until the disk has all of the others.
        _server = await PrivatePostgres.StartAsync(("fsync", "off"));
        await using var engine = new PostgresEngine(await _server.CreateDatabaseAsync("template"));
        await engine.OpenAsync(StorageContract.Start, CancellationToken.None);
    }

    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await RunAsync($"CREATE DATABASE {name} TEMPLATE template");
        return Server.ConnectionString(name);
    }

    public async ValueTask DropDatabaseAsync(string connectionString) =>
        await RunAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>Runs a statement on the server, outside of every test's database.</summary>
    public async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
