namespace Exemplar.Server.Channels.Outbound;

/// <summary>How long and how much an exchange with the outside may take.</summary>
internal sealed record OutboundLimits
{
    /// <summary>For a connection, all addresses of a name together, TLS included.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For one address of a name, while there are others to try.</summary>
    public TimeSpan OneAddress { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>From the start to the answer's headers.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the answer's body after its headers.</summary>
    public TimeSpan Body { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is read of an answer's body, in bytes.</summary>
    public int BodyBytes { get; init; } = 16 * 1024;

    /// <summary>Connections to one host at once.</summary>
    public int ConnectionsPerHost { get; init; } = 512;
}
