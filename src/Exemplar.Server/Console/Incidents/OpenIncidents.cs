using System.Collections.Concurrent;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Console.Incidents;

/// <summary>How many incidents are open, shared by everybody of an organization: every open page asks every second.</summary>
internal sealed class OpenIncidents(IncidentStore incidents, TimeProvider clock)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(900);
    private readonly ConcurrentDictionary<int, (long ReadAt, Task<int> Count)> _known = new();

    public Task<int> OfAsync(int organizationNumber) =>
        _known.AddOrUpdate(organizationNumber, Read, (number, known) =>
            known.Count is { IsCompleted: false } || (known.Count.IsCompletedSuccessfully && clock.GetElapsedTime(known.ReadAt) < FreshFor)
                ? known
                : Read(number)).Count;

    private (long, Task<int>) Read(int organizationNumber) =>
        (clock.GetTimestamp(), incidents.CountOpenAsync(organizationNumber, CancellationToken.None));
}
