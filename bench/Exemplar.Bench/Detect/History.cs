using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Exemplar.Bench.Detect;

/// <summary>A check that a deadline left.</summary>
internal readonly record struct DeadlineCheck(int Number, long AtMs, int Outcome, long? ReceivedAtMs);

/// <summary>How a monitor stands, or a period of it.</summary>
internal readonly record struct StatusRow(int Number, long FromMs, long? ToMs, int Status);

/// <summary>What the server left in its database, read after it has stopped. Everything in the order of number and moment.</summary>
internal sealed class History
{
    private History()
    {
    }

    public List<(int Number, long AtMs)> Beats { get; } = [];
    public List<DeadlineCheck> DeadlineChecks { get; } = [];
    public List<StatusRow> States { get; } = [];
    public List<StatusRow> Periods { get; } = [];

    public static async Task<History> ReadAsync(string data, string? postgres)
    {
        await using DbConnection connection = postgres is null
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "exemplar.db"), Pooling = false }.ToString())
            : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Pooling = false, CommandTimeout = 600 }.ToString());
        await connection.OpenAsync();
        var history = new History();
        await history.ReadAsync(connection);
        return history;
    }

    private async Task ReadAsync(DbConnection connection)
    {
        // SQLite keeps heartbeats in a table of their own, except those that could not be appended in order.
        var hasLog = (await ColumnsAsync(connection, "heartbeats")).Count > 0;
        await ForEachAsync(connection,
            "SELECT monitor_number, at_ms FROM checks WHERE source = 0" + (hasLog ? " UNION ALL SELECT monitor_number, at_ms FROM heartbeats" : ""),
            row => Beats.Add((row.GetInt32(0), row.GetInt64(1))));

        var hasReceived = (await ColumnsAsync(connection, "checks")).Contains("received_at_ms");
        await ForEachAsync(connection,
            $"SELECT monitor_number, at_ms, outcome, {(hasReceived ? "received_at_ms" : "NULL")} FROM checks WHERE source = 1",
            row => DeadlineChecks.Add(new DeadlineCheck(
                row.GetInt32(0), row.GetInt64(1), Convert.ToInt32(row.GetValue(2)), row.IsDBNull(3) ? null : row.GetInt64(3))));

        await ForEachAsync(connection, "SELECT monitor_number, since_ms, NULL, status FROM monitor_states", row => States.Add(Status(row)));
        await ForEachAsync(connection, "SELECT monitor_number, from_ms, to_ms, status FROM periods", row => Periods.Add(Status(row)));

        Beats.Sort();
        DeadlineChecks.Sort((a, b) => (a.Number, a.AtMs).CompareTo((b.Number, b.AtMs)));
        States.Sort((a, b) => a.Number.CompareTo(b.Number));
        Periods.Sort((a, b) => (a.Number, a.FromMs).CompareTo((b.Number, b.FromMs)));
    }

    private static StatusRow Status(DbDataReader row) =>
        new(row.GetInt32(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2), row.GetInt32(3));

    /// <summary>The columns of a table; none when there is no such table.</summary>
    private static async Task<HashSet<string>> ColumnsAsync(DbConnection connection, string table)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var sql = connection is SqliteConnection
            ? $"SELECT name FROM pragma_table_info('{table}')"
            : $"SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '{table}'";
        await ForEachAsync(connection, sql, row => names.Add(row.GetString(0)));
        return names;
    }

    private static async Task ForEachAsync(DbConnection connection, string sql, Action<DbDataReader> read)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) read(reader);
    }
}
