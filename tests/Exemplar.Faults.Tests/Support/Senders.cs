using System.Collections.Concurrent;
using System.Net;

namespace Exemplar.Faults.Tests.Support;

/// <summary>
/// The load: some connections that send numbered heartbeats as fast as they are answered, and the book of what they were
/// told. A server may go away under them at any moment and another take its place.
/// </summary>
internal sealed class Senders(IReadOnlyList<string> monitors, int connections)
{
    private readonly ConcurrentDictionary<long, Acknowledged> _acknowledged = new();
    private long _lastNumber;
    private int _refused;
    private int _broken;

    /// <summary>What was answered with 200, by number.</summary>
    public IReadOnlyDictionary<long, Acknowledged> Accepted => _acknowledged;

    public int AcceptedCount => _acknowledged.Count;

    /// <summary>How many were answered with 503.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>How many got no answer.</summary>
    public int Broken => Volatile.Read(ref _broken);

    /// <summary>Every number up to this one was sent.</summary>
    public long LastNumber => Volatile.Read(ref _lastNumber);

    /// <summary>Sends until cancelled, or until every connection has found the server gone.</summary>
    public Task RunAsync(ServerProcess server, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => SendAsync(server, cancellationToken), CancellationToken.None)));

    /// <summary>Sends one after the other over one connection; the first that gets no answer is the last.</summary>
    private async Task SendAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        using var api = new Api(server);
        while (!cancellationToken.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _lastNumber);
            var monitor = monitors[(int)(number % monitors.Count)];
            try
            {
                using var response = await api.SendBeatAsync(monitor, number);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    var beat = await Api.ReadAsync<BeatJson>(response, HttpStatusCode.OK);
                    _acknowledged[number] = new Acknowledged(monitor, beat.CheckId);
                    continue;
                }
                var problem = await Api.ReadAsync<ProblemJson>(response, HttpStatusCode.ServiceUnavailable);
                Assert.Equal("storage_unavailable", problem.Code);
                Assert.NotNull(response.Headers.RetryAfter);
                Interlocked.Increment(ref _refused);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
            {
                Interlocked.Increment(ref _broken);
                return;
            }
        }
    }

    /// <summary>
    /// Every acknowledged heartbeat is in the history exactly once under the id it was told, the others at most once, and
    /// nothing is there that nobody sent.
    /// </summary>
    public async Task AssertHistoryIsTrueAsync(Api api)
    {
        var found = new Dictionary<long, Acknowledged>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var monitor in monitors)
        {
            foreach (var check in await api.ChecksAsync(monitor, "up"))
            {
                Assert.True(ids.Add(check.Id), $"The check id {check.Id} is there twice.");
                Assert.InRange(check.Number, 1, LastNumber);
                Assert.True(found.TryAdd(check.Number, new Acknowledged(monitor, check.Id)), $"Heartbeat {check.Number} is there twice.");
            }
        }

        var lost = Accepted.Keys.Where(number => !found.ContainsKey(number)).Order().ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} of {AcceptedCount} acknowledged heartbeats are lost: {string.Join(", ", lost.Take(20))}");
        foreach (var (number, told) in Accepted) Assert.Equal(told, found[number]);
    }
}

/// <summary>What the sender of a heartbeat was told.</summary>
internal sealed record Acknowledged(string MonitorId, string CheckId);
