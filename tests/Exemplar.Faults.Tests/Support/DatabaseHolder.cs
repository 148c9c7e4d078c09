using Microsoft.Data.Sqlite;

namespace Exemplar.Faults.Tests.Support;

/// <summary>Another program that has the server's database for itself until it is disposed.</summary>
internal sealed class DatabaseHolder : IDisposable
{
    private readonly SqliteConnection _connection;

    public DatabaseHolder(string database)
    {
        // The server writes now and then; the lock is waited for.
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false, DefaultTimeout = 30 }.ToString());
        _connection.Open();
        Run("BEGIN EXCLUSIVE");
    }

    public void Dispose()
    {
        // Gives the lock back; may be called twice.
        _connection.Dispose();
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
