using System.Data.Common;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Exemplar.Storage.Tests.Postgres;

/// <summary>Tables that were empty a second ago: PostgreSQL has counted nothing, and its plan has to be the right one all the same.</summary>
public sealed class PlansWithoutStatisticsTests(PostgresServer server) : StorageContract(new PostgresDatabase(server))
{
    [Fact]
    public async Task A_claim_among_thousands_that_wait_walks_the_indexes_and_sorts_nothing()
    {
        var plan = await Engine.WriteAsync(async unit =>
        {
            await unit.Db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO deliveries (id, alert_number, channel_number, incident_number, monitor_number, state, created_at_ms, due_at_ms, attempts)
                SELECT decode(lpad(to_hex(n), 24, '0'), 'hex'), n, 1, n, n, 0, 1000 + n / 500, 1000 + n / 500, 0 FROM generate_series(1, 5000) n
                """, Stop);
            await using var command = unit.Db.Database.GetDbConnection().CreateCommand();
            command.Transaction = unit.Db.Database.CurrentTransaction!.GetDbTransaction();
            command.CommandText = DeliveryClaim.Postgres.Replace("UPDATE deliveries", "EXPLAIN UPDATE deliveries", StringComparison.Ordinal);
            foreach (var (name, value) in new (string, object)[] { ("@lost", 9_000_000L), ("@channel", 1), ("@now", 900_000L), ("@limit", 64) }) Add(command, name, value);
            await using var reader = await command.ExecuteReaderAsync(Stop);
            var lines = new List<string>();
            while (await reader.ReadAsync(Stop)) lines.Add(reader.GetString(0));
            return string.Join('\n', lines);
        }, Stop);

        Assert.Contains("IX_deliveries_channel_number_due_at_ms", plan, StringComparison.Ordinal);
        Assert.Contains("IX_deliveries_channel_number_monitor_number_number", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
