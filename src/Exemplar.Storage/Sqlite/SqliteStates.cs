using Exemplar.Core.Monitors;
using Exemplar.Storage.Monitors;

namespace Exemplar.Storage.Sqlite;

internal sealed class SqliteStates(LiveMonitors live) : IMonitorStates
{
    public Task<IReadOnlyDictionary<int, MonitorState>> ReadAsync(
        IReadOnlyCollection<int> monitorNumbers, CancellationToken cancellationToken)
    {
        var states = new Dictionary<int, MonitorState>(monitorNumbers.Count);
        lock (live.Sync)
        {
            foreach (var number in monitorNumbers)
                if (live.Exists(number)) states[number] = live[number].State;
        }
        return Task.FromResult<IReadOnlyDictionary<int, MonitorState>>(states);
    }
}
