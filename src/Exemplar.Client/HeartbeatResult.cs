namespace Exemplar.Client;

/// <summary>What became of a heartbeat. Of several attempts the last one gives the result.</summary>
public sealed record HeartbeatResult
{
    /// <summary>Whether the server has the heartbeat on disk.</summary>
    public bool Ok { get; init; }

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Null for a success. Else the code of the server's problem, such as <c>monitor_not_found</c>, or <c>http_error</c>,
    /// <c>invalid_answer</c>, <c>redirect_not_followed</c>, <c>connection_failed</c>, <c>timeout</c> or <c>certificate_rejected</c>.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>One sentence for people; null for a success.</summary>
    public string? Error { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>The monitor, as the server answered.</summary>
    public string? MonitorId { get; init; }

    /// <summary>The check in the monitor's history.</summary>
    public string? CheckId { get; init; }

    /// <summary>How the monitor stands now: <c>up</c>, or <c>paused</c>.</summary>
    public string? MonitorStatus { get; init; }

    /// <summary>When the heartbeat arrived.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>When the next one is expected.</summary>
    public DateTimeOffset? NextExpectedAt { get; init; }

    /// <summary>When silence becomes downtime.</summary>
    public DateTimeOffset? DeadlineAt { get; init; }
}
