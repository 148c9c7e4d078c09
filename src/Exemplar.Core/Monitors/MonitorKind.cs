namespace Exemplar.Core.Monitors;

/// <summary>What a monitor watches. The numbers are stored; they never change their meaning.</summary>
public enum MonitorKind
{
    /// <summary>A job that calls in.</summary>
    Heartbeat = 0,

    /// <summary>An HTTP endpoint that is probed.</summary>
    Endpoint = 1,

    /// <summary>A host that is pinged.</summary>
    Icmp = 2,

    /// <summary>A TLS certificate that is read.</summary>
    Ssl = 3,
}
