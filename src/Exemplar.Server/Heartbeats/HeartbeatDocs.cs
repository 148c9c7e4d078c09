using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Tokens;

namespace Exemplar.Server.Heartbeats;

// Only for the documentation: the endpoint parses the bytes itself.
/// <summary>One signal that a job did its work.</summary>
internal sealed record HeartbeatBody
{
    public required EntityId MonitorId { get; init; }

    /// <summary>A JSON object of at most 16 KiB that goes into the history; null counts as none.</summary>
    public RawJson? Metadata { get; init; }

    /// <summary>For a heartbeat that had to wait: when the work was done. At most 7 days ago, not in the future (5 seconds of slack).</summary>
    public DateTimeOffset? OccurredAt { get; init; }
}

// Only for the documentation: the endpoint writes the bytes itself.
/// <summary>The heartbeat is on disk.</summary>
internal sealed record HeartbeatReceipt
{
    public required bool Success { get; init; }

    public required EntityId MonitorId { get; init; }

    public required EntityId CheckId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How the monitor stands after it.</summary>
    public required MonitorStatus Status { get; init; }

    /// <summary>When the next one is expected; null when none is.</summary>
    public required DateTimeOffset? NextExpectedAt { get; init; }

    /// <summary>When silence becomes downtime; null when nothing is expected.</summary>
    public required DateTimeOffset? DeadlineAt { get; init; }
}

/// <summary>Describes the heartbeat endpoint, which is too hot to describe itself by its parameters.</summary>
internal static class HeartbeatDocs
{
    private static void Signature()
    {
    }

    public static TBuilder WithHeartbeatDocs<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint
            .WithTags("Heartbeats")
            // A RequestDelegate has no signature to show, and without any the endpoint is left out of the document.
            .WithMetadata(((Delegate)Signature).Method)
            .WithMetadata(new NeededScope(TokenScopes.Heartbeat))
            .Describe("sendHeartbeat", "Send a heartbeat",
                "Answers 200 after the heartbeat is on disk. A monitor that is down comes up at once; a paused one stays paused. Unknown fields are ignored and the content type is not insisted on.")
            .Takes(typeof(HeartbeatBody))
            .Answers(200, typeof(HeartbeatReceipt))
            .Fails(ProblemKind.MonitorNotFound, ProblemKind.NotAHeartbeatMonitor, ProblemKind.MetadataTooLarge);
}
