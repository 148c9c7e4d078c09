namespace Exemplar.Server.Heartbeats;

/// <summary>Why a heartbeat was not taken, as the contract names it. One instance for each reason; nothing is allocated to say no.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The stable code.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Field">The field it is about; null when it is about the whole body.</param>
internal sealed record HeartbeatRejection(int Status, string Code, string Detail, string? Field = null)
{
    public static readonly HeartbeatRejection NotJson =
        new(400, "invalid_json", "The body is not a JSON object: it is malformed, cut off, nested too deeply or not UTF-8.");

    public static readonly HeartbeatRejection MonitorIdMissing =
        new(400, "invalid_request", "monitor_id is required.", "monitor_id");

    public static readonly HeartbeatRejection MonitorIdNotHex =
        new(400, "invalid_request", "monitor_id must be a string of 24 hex digits.", "monitor_id");

    public static readonly HeartbeatRejection MonitorIdTwice =
        new(400, "invalid_request", "monitor_id must be given once.", "monitor_id");

    public static readonly HeartbeatRejection MetadataNoObject =
        new(400, "invalid_request", "metadata must be a JSON object.", "metadata");

    public static readonly HeartbeatRejection MetadataTwice =
        new(400, "invalid_request", "metadata must be given once.", "metadata");

    public static readonly HeartbeatRejection OccurredAtNoTime =
        new(400, "invalid_request", "occurred_at must be an RFC 3339 time such as 2026-11-23T05:00:00.000Z.", "occurred_at");

    public static readonly HeartbeatRejection OccurredAtTwice =
        new(400, "invalid_request", "occurred_at must be given once.", "occurred_at");

    public static readonly HeartbeatRejection OccurredTooLongAgo =
        new(400, "invalid_request", "occurred_at must be at most 7 days ago.", "occurred_at");

    public static readonly HeartbeatRejection OccurredInFuture =
        new(400, "invalid_request", "occurred_at must not be in the future.", "occurred_at");

    public static readonly HeartbeatRejection MonitorNotFound =
        new(404, "monitor_not_found", "There is no such monitor in this organization.");

    public static readonly HeartbeatRejection NotAHeartbeatMonitor =
        new(409, "not_a_heartbeat_monitor", "This monitor is probed; it takes no heartbeats.");

    public static readonly HeartbeatRejection BodyTooLarge =
        new(413, "body_too_large", "The body must be at most 64 KiB.");

    public static readonly HeartbeatRejection MetadataTooLarge =
        new(413, "metadata_too_large", "metadata must be at most 16 KiB of JSON.", "metadata");

    public static readonly HeartbeatRejection BodyTooSlow =
        new(408, "body_too_slow", "The body did not arrive in time.");

    public static readonly HeartbeatRejection StorageUnavailable =
        new(503, "storage_unavailable", "The heartbeat could not be stored. Send it again.");
}
