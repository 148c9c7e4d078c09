namespace Exemplar.Server;

/// <summary>What somebody set on the command line or in the environment.</summary>
internal sealed record ServerSettings
{
    /// <summary>The first admin token, 32 characters or more; null when none is set.</summary>
    public string? AdminToken { get; init; }

    /// <summary>Requests per second of one token; 0 for no limit.</summary>
    public int RateLimitPerToken { get; init; } = 1_000;

    /// <summary>Requests per second of one remote address; 0 for no limit.</summary>
    public int RateLimitPerAddress { get; init; } = 1_000;

    /// <summary>True when requests from this machine are limited as well.</summary>
    public bool RateLimitLoopback { get; init; }
}
