using Exemplar.Core.Monitors;
using Exemplar.Storage.Monitors;
using Npgsql;
using NpgsqlTypes;

namespace Exemplar.Storage.Postgres;

internal sealed class PostgresStates(NpgsqlDataSource source) : IMonitorStates
{
    public async Task<IReadOnlyDictionary<int, MonitorState>> ReadAsync(
        IReadOnlyCollection<int> monitorNumbers, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand($"SELECT {StateRow.Columns} FROM monitor_states s WHERE s.monitor_number = ANY($1)");
            command.Parameters.Add(
                new NpgsqlParameter<int[]> { TypedValue = [.. monitorNumbers], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var states = new Dictionary<int, MonitorState>(monitorNumbers.Count);
            while (await reader.ReadAsync(cancellationToken))
            {
                var row = StateRow.Read(reader);
                states[row.MonitorNumber] = row.State;
            }
            return states;
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    public async Task<IReadOnlyDictionary<MonitorStatus, int>> CountAsync(
        int organizationNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand(
                $"""
                SELECT status, count(*), count(*) FILTER (WHERE next_expected_at_ms < $2)
                FROM monitor_states WHERE organization_number = $1 GROUP BY status
                """);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = organizationNumber });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = now.ToMs() });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var counts = new Dictionary<MonitorStatus, int>();
            while (await reader.ReadAsync(cancellationToken))
            {
                var status = (MonitorStatus)reader.GetInt32(0);
                var (all, past) = ((int)reader.GetInt64(1), (int)reader.GetInt64(2));
                var late = status is MonitorStatus.Up or MonitorStatus.New ? past : 0;
                if (late > 0) counts[MonitorStatus.Late] = counts.GetValueOrDefault(MonitorStatus.Late) + late;
                if (all > late) counts[status] = all - late;
            }
            return counts;
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }
}
