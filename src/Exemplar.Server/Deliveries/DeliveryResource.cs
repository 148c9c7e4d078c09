using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Deliveries;

/// <summary>An alert on its way to one channel, with every attempt.</summary>
internal sealed record DeliveryResource
{
    /// <summary>The same over all attempts; receivers see it.</summary>
    public required EntityId Id { get; init; }

    public required AlertEvent Event { get; init; }

    /// <summary>When that happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Null when the incident was removed.</summary>
    public required EntityId? IncidentId { get; init; }

    /// <summary>Null when the monitor was removed.</summary>
    public required EntityId? MonitorId { get; init; }

    /// <summary>Null when the channel was removed.</summary>
    public required EntityId? ChannelId { get; init; }

    /// <summary>Null when the channel was removed.</summary>
    public required string? Channel { get; init; }

    /// <summary>pending, delivered, refused, given_up or folded.</summary>
    public required DeliveryState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When it is tried next; null when it is not any more.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>What was tried, oldest first.</summary>
    public required IReadOnlyList<DeliveryAttemptResource> Attempts { get; init; }

    public static DeliveryResource Of(DeliveryRecord delivery) => new()
    {
        Id = delivery.Id,
        Event = delivery.Event,
        At = delivery.AlertAt,
        IncidentId = delivery.IncidentId,
        MonitorId = delivery.MonitorId,
        ChannelId = delivery.ChannelId,
        Channel = delivery.ChannelName,
        State = delivery.State,
        CreatedAt = delivery.CreatedAt,
        FinishedAt = delivery.FinishedAt,
        NextAttemptAt = delivery.NextAt,
        Attempts = [.. delivery.Attempts.Select(DeliveryAttemptResource.Of)],
    };
}

/// <summary>One attempt of a delivery.</summary>
internal sealed record DeliveryAttemptResource
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Milliseconds until the answer.</summary>
    public required double TookMs { get; init; }

    /// <summary>delivered, retry or refused.</summary>
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>The other side's answer, or the reason; without secrets.</summary>
    public required string Detail { get; init; }

    public static DeliveryAttemptResource Of(DeliveryAttempt attempt) => new()
    {
        Number = attempt.Number,
        At = attempt.At,
        TookMs = attempt.Took.TotalMilliseconds,
        Outcome = attempt.Outcome,
        Detail = attempt.Detail,
    };
}
