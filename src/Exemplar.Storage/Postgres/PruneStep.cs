using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>The statements of one pruning transaction.</summary>
internal sealed class PruneStep(NpgsqlConnection connection, CancellationToken cancellationToken)
{
    /// <summary>The first column of the first row; null without a row.</summary>
    public async Task<long?> ScalarAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    /// <summary>The first row, of numbers only; null without a row.</summary>
    public async Task<long[]?> RowAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var row = new long[reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = reader.GetInt64(i);
        return row;
    }

    public async Task<int> ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task SaveBookmarkAsync(string name, long value) => ExecuteAsync(
        "INSERT INTO bookmarks (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value);

    /// <summary>
    /// Removes the checks that <paramref name="select"/> names and takes them off the counts. The states are locked in the
    /// order of their numbers, as heartbeats do: otherwise the two could wait for each other in a circle.
    /// </summary>
    public async Task<int> RemoveChecksAsync(string select, params object[] values)
    {
        var heartbeats = new SortedDictionary<int, int>();
        var others = new SortedDictionary<int, int>();
        var removed = 0;
        await using (var delete = Command(
            $"""
            WITH old AS ({select})
            DELETE FROM checks c USING old WHERE c.monitor_number = old.monitor_number AND c.at_ms = old.at_ms AND c.check_random = old.check_random
            RETURNING c.monitor_number, c.source
            """, values))
        await using (var reader = await delete.ExecuteReaderAsync(cancellationToken))
        {
            for (; await reader.ReadAsync(cancellationToken); removed++)
            {
                var counts = reader.GetInt16(1) == 0 ? heartbeats : others;
                Count(counts, reader.GetInt32(0));
            }
        }
        if (removed > 0) await TakeOffAsync(heartbeats, others);
        return removed;
    }

    private static void Count(SortedDictionary<int, int> counts, int number) =>
        counts[number] = counts.GetValueOrDefault(number) + 1;

    private async Task TakeOffAsync(SortedDictionary<int, int> heartbeats, SortedDictionary<int, int> others)
    {
        int[] numbers = [.. heartbeats.Keys.Union(others.Keys).Order()];
        await ExecuteAsync("SELECT 1 FROM monitor_states WHERE monitor_number = ANY($1) ORDER BY monitor_number FOR NO KEY UPDATE", numbers);
        await ExecuteAsync(
            """
            UPDATE monitor_states s SET check_count = greatest(0, s.check_count - v.heartbeats), other_check_count = greatest(0, s.other_check_count - v.others)
            FROM unnest($1, $2, $3) AS v(monitor_number, heartbeats, others) WHERE s.monitor_number = v.monitor_number
            """,
            numbers,
            numbers.Select(n => heartbeats.GetValueOrDefault(n)).ToArray(),
            numbers.Select(n => others.GetValueOrDefault(n)).ToArray());
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
