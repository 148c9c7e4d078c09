using System.Globalization;
using Npgsql;

namespace Exemplar.Bench.Seeding;

/// <summary>Fills the server's PostgreSQL database with COPY.</summary>
internal sealed class PostgresSeedDatabase(NpgsqlConnection connection) : ISeedDatabase
{
    public static async Task<PostgresSeedDatabase> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 600 }.ToString());
        await connection.OpenAsync();
        return new PostgresSeedDatabase(connection);
    }

    public async Task<int?> FindOrganizationAsync()
    {
        await using var command = new NpgsqlCommand("SELECT min(number) FROM organizations", connection);
        return await command.ExecuteScalarAsync() is int number ? number : null;
    }

    public async Task FillAsync(SeedTable table, int count, Func<int, SeededMonitor> monitorOf)
    {
        var columns = table.For(await ReadColumnsAsync(table.Name));
        await using (var copy = await connection.BeginTextImportAsync(
            $"COPY {table.Name} ({string.Join(", ", columns.Select(c => c.Name))}) FROM STDIN"))
        {
            for (var number = 1; number <= count; number++)
            {
                var monitor = monitorOf(number);
                for (var i = 0; i < columns.Length; i++)
                {
                    if (i > 0) await copy.WriteAsync('\t');
                    await copy.WriteAsync(Text(columns[i].Value(monitor)));
                }
                await copy.WriteAsync('\n');
            }
        }
        if (table.Name == "monitors") await ExecuteAsync("SELECT setval(pg_get_serial_sequence('monitors', 'number'), max(number)) FROM monitors");
    }

    public async Task SettleAsync()
    {
        await ExecuteAsync("VACUUM (ANALYZE) monitors, monitor_states, periods");
        await ExecuteAsync("CHECKPOINT");
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task<List<ActualColumn>> ReadColumnsAsync(string table)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT column_name, is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'
            FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1
            """, connection) { Parameters = { new NpgsqlParameter { Value = table } } };
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new List<ActualColumn>();
        while (await reader.ReadAsync()) columns.Add(new ActualColumn(reader.GetString(0), reader.GetBoolean(1)));
        return columns;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A value in COPY's text format; seeded texts hold nothing that would have to be escaped.</summary>
    private static string Text(object? value) => value switch
    {
        null => "\\N",
        byte[] bytes => "\\\\x" + Convert.ToHexStringLower(bytes),
        string[] => "{}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => (string)value,
    };
}
