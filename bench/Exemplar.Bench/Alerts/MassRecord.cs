using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Exemplar.Bench.Alerts;

/// <summary>What a mass outage left in the database, read after the server has stopped. Moments are Unix milliseconds.</summary>
/// <param name="Down">Checks that say down at the common deadline.</param>
/// <param name="LastStoredMs">When the last of them was recorded.</param>
/// <param name="Incidents">How many incidents were opened.</param>
/// <param name="Deliveries">Rows of the outbox.</param>
/// <param name="Monitors">How many monitors they are about: as many, when each is told once.</param>
/// <param name="Delivered">How many were taken.</param>
/// <param name="LastDecidedMs">When the last of them was decided.</param>
internal sealed record MassRecord(long Down, long LastStoredMs, long Incidents, long Deliveries, long Monitors, long Delivered, long LastDecidedMs)
{
    private const string Select =
        """
        SELECT (SELECT count(*) FROM checks WHERE outcome = 3 AND at_ms = @deadline), (SELECT max(received_at_ms) FROM checks WHERE outcome = 3 AND at_ms = @deadline),
            (SELECT count(*) FROM incidents), count(*), count(DISTINCT monitor_number), sum(CASE WHEN state = 1 THEN 1 ELSE 0 END), max(created_at_ms)
        FROM deliveries
        """;

    public static async Task<MassRecord> ReadAsync(string data, string? postgres, long deadlineMs)
    {
        await using DbConnection connection = postgres is null
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "exemplar.db"), Pooling = false }.ToString())
            : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Pooling = false, CommandTimeout = 600 }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = Select;
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@deadline", deadlineMs);
        command.Parameters.Add(parameter);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        long Number(int column) => row.IsDBNull(column) ? 0 : Convert.ToInt64(row.GetValue(column), null);
        return new MassRecord(Number(0), Number(1), Number(2), Number(3), Number(4), Number(5), Number(6));
    }
}
