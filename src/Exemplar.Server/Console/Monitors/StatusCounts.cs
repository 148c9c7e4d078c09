using System.Collections.Concurrent;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Console.Monitors;

/// <summary>
/// Counts by status, shared by everybody who looks at an organization: counting walks an index over all of its monitors, which
/// should not happen for every circuit every second.
/// </summary>
internal sealed class StatusCounts(MonitorStore monitors, TimeProvider clock)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<int, (long ReadAt, Task<IReadOnlyDictionary<MonitorStatus, int>> Counts)> _known = new();

    public Task<IReadOnlyDictionary<MonitorStatus, int>> OfAsync(int organizationNumber) =>
        _known.AddOrUpdate(organizationNumber, Read, (number, known) =>
            known.Counts is { IsCompleted: false } || (known.Counts.IsCompletedSuccessfully && clock.GetElapsedTime(known.ReadAt) < FreshFor)
                ? known
                : Read(number)).Counts;

    private (long, Task<IReadOnlyDictionary<MonitorStatus, int>>) Read(int organizationNumber) =>
        (clock.GetTimestamp(), monitors.CountAsync(organizationNumber, CancellationToken.None));
}
