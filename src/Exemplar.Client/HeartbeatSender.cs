using System.Net.Http;

namespace Exemplar.Client;

/// <summary>Sends one heartbeat with as many attempts as the limits allow.</summary>
internal sealed class HeartbeatSender(Func<HttpClient> http, Target target, TimeProvider clock)
{
    public async Task<HeartbeatResult> SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetTimestamp();
        // Not disposed: it is the factory's, or shared.
        var client = http();
        HeartbeatResult? before = null;
        for (var attempt = 1; ; attempt++)
        {
            var left = target.TotalTimeout - clock.GetElapsedTime(startedAt);
            // A clock that jumped while the machine slept leaves nothing, and an attempt takes a moment at least.
            if (left < TimeSpan.FromMilliseconds(1)) left = TimeSpan.FromMilliseconds(1);
            var limit = left < target.AttemptTimeout ? left : target.AttemptTimeout;
            var outcome = await HeartbeatAttempt.SendAsync(client, target, body, limit, clock, cancellationToken).ConfigureAwait(false);
            // What the end of the budget cut short says nothing; the attempt before it does.
            var isCutShort = limit < target.AttemptTimeout && outcome.Result.Code == HeartbeatAttempt.TimedOut;
            var result = (isCutShort ? before : null) ?? outcome.Result;
            result = result with { Attempts = attempt };
            before = result;
            if (result.Ok || !outcome.IsWorthAnother || attempt >= target.MaxAttempts) return result;

            var wait = RetryWait.After(attempt, outcome.RetryAfter, Chance());
            // To wait and then not to try would hurt the job for nothing.
            if (wait >= target.TotalTimeout - clock.GetElapsedTime(startedAt)) return result;
            await clock.WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        }
    }

#if NETSTANDARD2_0
    private static readonly Random Random = new();

    private static double Chance()
    {
        lock (Random) return Random.NextDouble();
    }
#else
    private static double Chance() => Random.Shared.NextDouble();
#endif
}
