using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;

namespace Exemplar.Server.RateLimits;

/// <summary>
/// How many requests a second a token and an address may send, each with a burst of five seconds. Requests from this
/// machine are not limited unless the settings say so.
/// <para>Memory is bounded: tokens are counted only after they were found valid, and addresses share 65,536 counters. The
/// hash that picks the counter differs from start to start, so nobody can aim at another's.</para>
/// </summary>
internal sealed class RequestLimits : IDisposable
{
    private const int BurstSeconds = 5;
    private const int AddressCounters = 65_536;

    private readonly bool _limitLoopback;
    private readonly PartitionedRateLimiter<int>? _addresses;
    private readonly PartitionedRateLimiter<EntityId>? _tokens;

    public RequestLimits(ServerSettings settings)
    {
        _limitLoopback = settings.RateLimitLoopback;
        _addresses = Create<int>(settings.RateLimitPerAddress);
        _tokens = Create<EntityId>(settings.RateLimitPerToken);
    }

    /// <summary>How long the request's address has to wait; null when it may go on. Counts the request.</summary>
    public TimeSpan? WaitOf(HttpContext context) =>
        WaitOf(context.Connection.RemoteIpAddress);

    /// <summary>How long the address has to wait; null when it may go on. Counts a request of it.</summary>
    public TimeSpan? WaitOf(IPAddress? address) =>
        _addresses is null || IsExempt(address) ? null : Take(_addresses, Counter(address!));

    /// <summary>How long the token has to wait; null when it may go on. Counts the request.</summary>
    public TimeSpan? WaitOf(HttpContext context, ApiToken token) =>
        WaitOf(context.Connection.RemoteIpAddress, token);

    /// <summary>How long the token has to wait when it comes from this address; null when it may go on. Counts a request of it.</summary>
    public TimeSpan? WaitOf(IPAddress? address, ApiToken token) =>
        _tokens is null || IsExempt(address) ? null : Take(_tokens, token.Id);

    public void Dispose()
    {
        _addresses?.Dispose();
        _tokens?.Dispose();
    }

    /// <summary>The counter of an address. One customer has a whole /64 of IPv6, so that is what counts as one.</summary>
    internal static int Counter(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var hash = new HashCode();
        hash.AddBytes(bytes[..(address.AddressFamily == AddressFamily.InterNetworkV6 ? 8 : length)]);
        return hash.ToHashCode() & (AddressCounters - 1);
    }

    // No address at all is a Unix socket: this machine.
    private bool IsExempt(IPAddress? address) =>
        address is null || (!_limitLoopback && IPAddress.IsLoopback(address));

    private static TimeSpan? Take<T>(PartitionedRateLimiter<T> limiter, T key)
    {
        using var lease = limiter.AttemptAcquire(key);
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
    }

    private static PartitionedRateLimiter<T>? Create<T>(int perSecond) where T : notnull
    {
        if (perSecond <= 0) return null;
        perSecond = Math.Min(perSecond, 100_000_000);
        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond * BurstSeconds,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            // The partitioned limiter replenishes all of them with one timer.
            AutoReplenishment = false,
            QueueLimit = 0,
        };
        Func<T, RateLimiter> create = _ => new TokenBucketRateLimiter(options);
        return PartitionedRateLimiter.Create<T, T>(key => RateLimitPartition.Get(key, create));
    }
}
