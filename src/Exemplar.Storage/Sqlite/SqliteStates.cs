using Exemplar.Core.Monitors;
using Exemplar.Storage.Monitors;

namespace Exemplar.Storage.Sqlite;

internal sealed class SqliteStates(LiveMonitors live) : IMonitorStates
{
    private const int Stretch = 4_096;

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

    public Task<IReadOnlyDictionary<MonitorStatus, int>> CountAsync(
        int organizationNumber, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<MonitorStatus, int>();
        for (var start = 0; ; start += Stretch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Let go between stretches: a heartbeat that is on disk waits for this lock to be seen.
            lock (live.Sync)
            {
                if (start >= live.NumberLimit) return Task.FromResult<IReadOnlyDictionary<MonitorStatus, int>>(counts);
                for (var number = start; number < start + Stretch; number++)
                {
                    if (!live.Exists(number) || live[number].OrganizationNumber != organizationNumber) continue;
                    var status = live[number].State.StatusAt(now);
                    counts[status] = counts.GetValueOrDefault(status) + 1;
                }
            }
        }
    }
}
