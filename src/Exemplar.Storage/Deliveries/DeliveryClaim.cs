namespace Exemplar.Storage.Deliveries;

/// <summary>
/// The statement that claims due deliveries of a channel: the oldest of each monitor, the longest due first. In a mass outage ten
/// thousand wait and it runs for every few of them, so it must walk the index of due moments and stop when it has enough.
/// </summary>
internal static class DeliveryClaim
{
    private const string Claim = "UPDATE deliveries SET due_at_ms = @lost, attempts = attempts + 1";
    private const string Returning = "RETURNING number, id, channel_number, incident_number, attempts, created_at_ms, alert_number";
    private const string Due = "d.channel_number = @channel AND d.state = 0 AND d.due_at_ms <= @now";

    public const string Sqlite =
        $"""
        {Claim} WHERE number IN (
            SELECT d.number FROM deliveries d
            WHERE {Due} AND NOT EXISTS (
                SELECT 1 FROM deliveries e WHERE e.channel_number = d.channel_number AND e.monitor_number = d.monitor_number
                    AND e.number < d.number AND e.state = 0)
            ORDER BY d.due_at_ms, d.number LIMIT @limit)
        {Returning}
        """;

    // Before anything was counted the planner takes all that waits for one row, and any plan for as good as the other: it sorted
    // all of them, and looked for older ones among all of them for each. So it is left no choice. No sorting: that leaves the index
    // on the due moment. And the first that waits at this monitor or after it is asked for in the order of one index only; the
    // delivery itself waits, so the first is of its monitor, and the oldest of it.
    public const string Postgres =
        $"""
        SET LOCAL enable_sort = off;
        {Claim} WHERE number = ANY (ARRAY(
            SELECT d.number FROM deliveries d
            WHERE {Due} AND d.number = (
                SELECT e.number FROM deliveries e
                WHERE e.channel_number = d.channel_number AND e.monitor_number >= d.monitor_number AND e.state = 0
                ORDER BY e.monitor_number, e.number LIMIT 1)
            ORDER BY d.due_at_ms LIMIT @limit FOR UPDATE OF d SKIP LOCKED))
        {Returning}
        """;
}
