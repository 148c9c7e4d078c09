using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;

namespace Exemplar.Storage.Heartbeats;

/// <summary>What became of one heartbeat of a batch.</summary>
public enum HeartbeatOutcome
{
    /// <summary>Not committed yet.</summary>
    Pending,

    /// <summary>It is on disk.</summary>
    Stored,

    /// <summary>The organization has no such monitor.</summary>
    MonitorNotFound,

    /// <summary>The monitor exists and is probed; it takes no heartbeats.</summary>
    NotAHeartbeatMonitor,
}

/// <summary>One heartbeat on its way to disk: what arrived, and after the commit what to answer. Reused for the next one.</summary>
public class HeartbeatEntry
{
    private byte[] _metadata = [];
    private int _metadataLength = -1;

    /// <summary>The monitor it is for.</summary>
    public EntityId MonitorId { get; set; }

    /// <summary>The organization of the token that sent it.</summary>
    public int OrganizationNumber { get; set; }

    /// <summary>When it arrived, to the millisecond.</summary>
    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>When the work was done, for a heartbeat that had to wait; otherwise null.</summary>
    public DateTimeOffset? OccurredAt { get; set; }

    /// <summary>The id of the check it becomes.</summary>
    public EntityId CheckId { get; set; }

    /// <summary>The moment it counts for.</summary>
    public DateTimeOffset At => OccurredAt ?? ReceivedAt;

    /// <summary>True when it carries metadata.</summary>
    public bool HasMetadata => _metadataLength >= 0;

    /// <summary>The metadata as it was sent, UTF-8 JSON; empty when there is none.</summary>
    public ReadOnlySpan<byte> Metadata => HasMetadata ? _metadata.AsSpan(0, _metadataLength) : default;

    /// <summary>The same, for whoever sends it on later; changes with the next heartbeat that this entry carries.</summary>
    public ReadOnlyMemory<byte> MetadataMemory => HasMetadata ? _metadata.AsMemory(0, _metadataLength) : default;

    /// <summary>What became of it.</summary>
    public HeartbeatOutcome Outcome { get; set; }

    /// <summary>The monitor's status after it.</summary>
    public MonitorStatus Status { get; set; }

    /// <summary>When the next one is expected; null when none is.</summary>
    public DateTimeOffset? NextExpectedAt { get; set; }

    /// <summary>When its silence becomes downtime; null when nothing is expected.</summary>
    public DateTimeOffset? DeadlineAt { get; set; }

    /// <summary>Takes a copy of the metadata into a buffer that lives as long as this entry.</summary>
    public void SetMetadata(ReadOnlySpan<byte> utf8)
    {
        if (_metadata.Length < utf8.Length) _metadata = new byte[Math.Max(256, utf8.Length)];
        utf8.CopyTo(_metadata);
        _metadataLength = utf8.Length;
    }

    /// <summary>Forgets everything, for the next heartbeat. A large metadata buffer is given back.</summary>
    public void Clear()
    {
        if (_metadata.Length > 2048) _metadata = [];
        _metadataLength = -1;
        OccurredAt = null;
        Outcome = HeartbeatOutcome.Pending;
        NextExpectedAt = null;
        DeadlineAt = null;
    }
}
