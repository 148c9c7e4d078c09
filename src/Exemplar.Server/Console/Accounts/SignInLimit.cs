using System.Threading.RateLimiting;
using Exemplar.Server.RateLimits;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// How many passwords an address may try: ten at once, then one every six seconds. The lock-out of an account alone would
/// let one address try every account. This machine counts too: a proxy on it makes everybody look local.
/// </summary>
internal sealed class SignInLimit : IDisposable
{
    private readonly PartitionedRateLimiter<int> _limiter = PartitionedRateLimiter.Create<int, int>(counter =>
        RateLimitPartition.GetTokenBucketLimiter(counter, static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 10,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(6),
            QueueLimit = 0,
        }));

    /// <summary>True when the request may try a password. Counts it.</summary>
    public bool Allows(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context.Connection.RemoteIpAddress is { } address ? RequestLimits.Counter(address) : 0);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
