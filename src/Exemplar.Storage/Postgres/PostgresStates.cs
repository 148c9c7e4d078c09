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
}
