using Exemplar.Server.Problems;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Heartbeats;

/// <summary>Why a heartbeat was not taken.</summary>
/// <param name="Kind">The kind of problem, with its status and stable code.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Errors">Every bad field; null when it is not about fields.</param>
internal sealed record HeartbeatRejection(ProblemKind Kind, string Detail, FieldErrors? Errors = null)
{
    public static readonly HeartbeatRejection NotJson = new(
        ProblemKind.InvalidJson, "The body is not a JSON object: it is malformed, cut off, nested too deeply or not UTF-8.");

    public static readonly HeartbeatRejection OccurredTooLongAgo = Invalid("occurred_at", "must be at most 7 days ago");

    public static readonly HeartbeatRejection OccurredInFuture = Invalid("occurred_at", "must not be in the future");

    public static readonly HeartbeatRejection MonitorNotFound = new(
        ProblemKind.MonitorNotFound, "There is no such monitor in this organization.");

    public static readonly HeartbeatRejection NotAHeartbeatMonitor = new(
        ProblemKind.NotAHeartbeatMonitor, "This monitor is probed; it takes no heartbeats.");

    public static readonly HeartbeatRejection BodyTooLarge = new(
        ProblemKind.BodyTooLarge, "The body must be at most 64 KiB.");

    public static readonly HeartbeatRejection BodyTooSlow = new(
        ProblemKind.RequestTimeout, "The body did not arrive in time.");

    public static readonly HeartbeatRejection BodyCutOff = new(
        ProblemKind.InvalidJson, "The body ended early or was framed wrongly.");

    public static readonly HeartbeatRejection StorageUnavailable = new(
        ProblemKind.StorageUnavailable, "The heartbeat could not be stored. Send it again.");

    /// <summary>One bad field.</summary>
    public static HeartbeatRejection Invalid(string field, string fault)
    {
        var errors = new FieldErrors();
        errors.Add(field, fault);
        return Invalid(errors);
    }

    /// <summary>All bad fields at once.</summary>
    public static HeartbeatRejection Invalid(FieldErrors errors) => new(ProblemKind.InvalidRequest, errors.Summary, errors);

    /// <summary>The answer to the sender.</summary>
    public ProblemResult ToProblem() => new(Kind, Detail)
    {
        Errors = Errors,
        RetryAfter = Kind == ProblemKind.StorageUnavailable ? TimeSpan.FromSeconds(1) : null,
    };
}
