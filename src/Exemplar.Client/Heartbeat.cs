using System.Text.Json.Nodes;

namespace Exemplar.Client;

/// <summary>One heartbeat to be sent.</summary>
public sealed class Heartbeat
{
    /// <summary>A heartbeat of a monitor.</summary>
    /// <param name="monitorId">The monitor's id, 24 hex digits.</param>
    public Heartbeat(string monitorId) => MonitorId = monitorId;

    /// <summary>The monitor's id, 24 hex digits.</summary>
    public string MonitorId { get; }

    /// <summary>What to keep beside the heartbeat, at most 16 KiB as compact JSON; null for nothing.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>For a heartbeat that had to wait: when the work was done, at most 7 days ago. Null for now.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Whether a failure throws an <see cref="ExemplarException"/>; null for what <see cref="ExemplarOptions.ThrowOnError"/> says.</summary>
    public bool? ThrowOnError { get; init; }
}
