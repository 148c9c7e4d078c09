using System.Net;

namespace Exemplar.Faults.Tests.Support;

/// <summary>A job as it should be written: numbered heartbeats, each sent again until it is taken.</summary>
internal sealed class RetryingJob(Api api, string monitorId)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<long, string> _accepted = [];
    private int _refused;

    public string MonitorId => monitorId;

    /// <summary>The check ids of the heartbeats that were answered with 200, by number.</summary>
    public IReadOnlyDictionary<long, string> Accepted
    {
        get
        {
            lock (_accepted) return new Dictionary<long, string>(_accepted);
        }
    }

    /// <summary>How many answers were 503 <c>storage_unavailable</c> with a time to come again.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Works until cancelled. Every answer but 200 and a well-made 503 fails.</summary>
    public async Task RunAsync(CancellationToken done)
    {
        for (long number = 1; !done.IsCancellationRequested;)
        {
            if (await TrySendAsync(number)) number++;
            // Not cancelled with the token: it ends the loop, not the test.
            await Task.Delay(number > 1 && Accepted.ContainsKey(number - 1) ? Pause : Retry, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>What was acknowledged is in the history exactly once, under the id that was told; what was refused is not.</summary>
    public async Task AssertHistoryIsTrueAsync(Api from)
    {
        var history = (await from.ChecksAsync(monitorId, "up")).Select(c => (c.Number, c.Id)).Order().ToList();
        Assert.Equal(Accepted.Select(a => (a.Key, a.Value)).Order().ToList(), history);
    }

    private async Task<bool> TrySendAsync(long number)
    {
        using var response = await api.SendBeatAsync(monitorId, number);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            var beat = await Api.ReadAsync<BeatJson>(response, HttpStatusCode.OK);
            lock (_accepted) _accepted[number] = beat.CheckId;
            return true;
        }

        var comeAgain = response.Headers.RetryAfter;
        var problem = await Api.ReadAsync<ProblemJson>(response, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("storage_unavailable", problem.Code);
        Assert.NotNull(comeAgain?.Delta);
        Interlocked.Increment(ref _refused);
        return false;
    }
}
