using Exemplar.Core.Monitors;

namespace Exemplar.Storage.Monitors;

/// <summary>Reads how monitors stand right now, heartbeats of the last millisecond included.</summary>
public interface IMonitorStates
{
    /// <summary>The states of those that exist, by monitor number.</summary>
    Task<IReadOnlyDictionary<int, MonitorState>> ReadAsync(IReadOnlyCollection<int> monitorNumbers, CancellationToken cancellationToken);

    /// <summary>How many monitors of an organization stand in each status at <paramref name="now"/>, <c>late</c> included; none is left out.</summary>
    Task<IReadOnlyDictionary<MonitorStatus, int>> CountAsync(int organizationNumber, DateTimeOffset now, CancellationToken cancellationToken);
}
