using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Storage.Checks;
using Npgsql;
using NpgsqlTypes;

namespace Exemplar.Storage.Postgres;

/// <summary>Reads history newest first, by (at, random half of the id) so that no two checks share a place.</summary>
internal sealed class PostgresCheckStore(NpgsqlDataSource source) : ICheckStore
{
    private const string Columns = "at_ms, check_random, outcome, source, error, latency_ms, metadata, received_at_ms";

    public async Task<CheckPage?> ReadAsync(int monitorNumber, CheckQuery query, CancellationToken cancellationToken)
    {
        var cursor = new CheckCursor(long.MaxValue, long.MaxValue);
        if (query.Cursor is { } text && !CheckCursor.TryParse(text, out cursor)) return null;
        try
        {
            var items = await ReadAsync(monitorNumber, query, cursor, cancellationToken);
            if (items.Count <= query.Limit) return new CheckPage(items, NextCursor: null);
            items.RemoveAt(items.Count - 1);
            return new CheckPage(items, new CheckCursor(items[^1].At.ToMs(), unchecked((long)items[^1].Id.Random)).ToText());
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    public async Task<IReadOnlyDictionary<int, IReadOnlyList<Check>>> LatestAsync(
        IReadOnlyCollection<int> monitorNumbers, int limit, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand(
                $"""
                SELECT {Columns}, m.number FROM unnest($1) AS m (number) CROSS JOIN LATERAL
                    (SELECT * FROM checks WHERE monitor_number = m.number ORDER BY at_ms DESC, check_random DESC LIMIT $2) AS c
                ORDER BY m.number, at_ms DESC, check_random DESC
                """);
            command.Parameters.Add(
                new NpgsqlParameter<int[]> { TypedValue = [.. monitorNumbers], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var latest = monitorNumbers.ToDictionary(number => number, _ => new List<Check>());
            while (await reader.ReadAsync(cancellationToken)) latest[reader.GetInt32(8)].Add(ToCheck(reader));
            return latest.ToDictionary(l => l.Key, l => (IReadOnlyList<Check>)l.Value);
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    public async Task<IReadOnlyDictionary<int, Check>> LastUpAsync(
        IReadOnlyDictionary<int, DateTimeOffset> before, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand(
                $"""
                SELECT {Columns}, m.number FROM unnest($1, $2) AS m (number, before_ms) CROSS JOIN LATERAL
                    (SELECT * FROM checks WHERE monitor_number = m.number AND outcome = {(int)CheckOutcome.Up} AND at_ms < m.before_ms
                     ORDER BY at_ms DESC, check_random DESC LIMIT 1) AS c
                """);
            command.Parameters.Add(
                new NpgsqlParameter<int[]> { TypedValue = [.. before.Keys], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            command.Parameters.Add(
                new NpgsqlParameter<long[]> { TypedValue = [.. before.Values.Select(at => at.ToMs())], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var last = new Dictionary<int, Check>();
            while (await reader.ReadAsync(cancellationToken)) last[reader.GetInt32(8)] = ToCheck(reader);
            return last;
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    private async Task<List<Check>> ReadAsync(int monitorNumber, CheckQuery query, CheckCursor cursor, CancellationToken cancellationToken)
    {
        // The outcome stands in the text: a parameter would keep the planner from the index of what is not up.
        var outcome = query.Outcome is { } only ? $"AND outcome = {(int)only}" : "";
        await using var command = source.CreateCommand(
            $"""
            SELECT {Columns} FROM checks
            WHERE monitor_number = $1 {outcome} AND at_ms >= $2 AND at_ms < $3 AND at_ms <= $4 AND (at_ms < $4 OR check_random < $5)
            ORDER BY at_ms DESC, check_random DESC LIMIT $6
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = monitorNumber });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = query.From.ToMs() ?? long.MinValue });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = query.To.ToMs() ?? long.MaxValue });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cursor.AtMs });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cursor.Random });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = query.Limit + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var checks = new List<Check>();
        while (await reader.ReadAsync(cancellationToken)) checks.Add(ToCheck(reader));
        return checks;
    }

    private static Check ToCheck(NpgsqlDataReader reader)
    {
        var at = UnixTime.FromMs(reader.GetInt64(0));
        return new Check(
            EntityId.Create(at, unchecked((ulong)reader.GetInt64(1))), at,
            (CheckOutcome)reader.GetInt16(2), (CheckSource)reader.GetInt16(3),
            reader.IsDBNull(4) ? null : reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetInt32(5),
            reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6), UnixTime.FromMs(reader.GetInt64(7)));
    }
}
