using System.Data.Common;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Postgres;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Exemplar.Storage.Tests.Postgres;

/// <summary>Tables that were empty a second ago, or other when they were counted: PostgreSQL's plan has to be the right one all the same.</summary>
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
            return await LinesAsync(command);
        }, Stop);

        Assert.Contains("IX_deliveries_channel_number_due_at_ms", plan, StringComparison.Ordinal);
        Assert.Contains("IX_deliveries_channel_number_monitor_number_number", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Periods_that_began_together_are_not_looked_for_by_that_moment_although_once_each_began_at_its_own()
    {
        var plan = await Engine.WriteAsync(async unit =>
        {
            await unit.Db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO periods (monitor_number, from_ms, to_ms, status) SELECT n % 100 * 100 + n / 100, n, 20000, 0 FROM generate_series(0, 9999) n;
                ANALYZE periods;
                INSERT INTO periods (monitor_number, from_ms, to_ms, status) SELECT n, 20000, NULL, 1 FROM generate_series(0, 9999) n;
                -- What is left to choose from are the indexes.
                SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off
                """, Stop);
            await using var command = unit.Db.Database.GetDbConnection().CreateCommand();
            command.Transaction = unit.Db.Database.CurrentTransaction!.GetDbTransaction();
            command.CommandText = "EXPLAIN " + LifecycleWrites.ClosePeriods;
            Add(command, "", Enumerable.Range(1, 1_000).ToArray());
            Add(command, "", Enumerable.Repeat(20_000L, 1_000).ToArray());
            Add(command, "", Enumerable.Repeat(30_000L, 1_000).ToArray());
            return await LinesAsync(command);
        }, Stop);

        Assert.Contains("PK_periods", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("IX_periods", plan, StringComparison.Ordinal);
    }

    private static async Task<string> LinesAsync(DbCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var lines = new List<string>();
        while (await reader.ReadAsync(Stop)) lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
