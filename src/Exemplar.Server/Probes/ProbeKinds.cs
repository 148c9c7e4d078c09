using Exemplar.Core.Monitors;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Probes;

/// <summary>
/// Which kinds of monitor are offered. Nothing runs probes yet, and a monitor that nobody watches would be a promise broken in
/// silence: until it does, the three probe kinds can be configured only where a test turns them on.
/// </summary>
internal sealed class ProbeKinds(bool areOffered)
{
    /// <summary>The configuration key that turns them on. Not for operators: what it offers is stored and not probed.</summary>
    public const string Key = "unfinished_probe_kinds";

    /// <summary>In the order in which people are shown them.</summary>
    public static readonly IReadOnlyList<MonitorKind> All = [MonitorKind.Endpoint, MonitorKind.Ssl, MonitorKind.Icmp];

    public bool IsOffered(MonitorKind kind) => areOffered || kind == MonitorKind.Heartbeat;

    /// <summary>Why a kind cannot be chosen, going on from the field's name; null when it can.</summary>
    public string? Refusal(MonitorKind kind) => IsOffered(kind)
        ? null
        : $"{Words<MonitorKind>.Of(kind)} is not available yet: this version of Exemplar cannot probe; only heartbeat is";
}
