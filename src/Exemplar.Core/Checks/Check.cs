using Exemplar.Core.Ids;

namespace Exemplar.Core.Checks;

/// <summary>What a check found. The numbers are stored.</summary>
public enum CheckOutcome
{
    /// <summary>A heartbeat arrived, or a probe succeeded.</summary>
    Up = 1,

    /// <summary>A heartbeat was missed, or a probe failed.</summary>
    Down = 3,

    /// <summary>Exemplar could not judge.</summary>
    Unknown = 5,
}

/// <summary>What a check came from. The numbers are stored.</summary>
public enum CheckSource
{
    /// <summary>A heartbeat that arrived.</summary>
    Heartbeat = 0,

    /// <summary>A deadline that passed.</summary>
    Deadline = 1,

    /// <summary>A probe that ran.</summary>
    Probe = 2,
}

/// <summary>One line of a monitor's history.</summary>
/// <param name="Id">The check's own id.</param>
/// <param name="At">When it happened: for a missed heartbeat its deadline, not the moment of noticing.</param>
/// <param name="Outcome">What it found.</param>
/// <param name="Source">What it came from.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
/// <param name="LatencyMs">How long a probe took, in milliseconds; null for heartbeats.</param>
/// <param name="Metadata">A JSON object as UTF-8, as the job sent it; null when it sent none.</param>
/// <param name="ReceivedAt">When the heartbeat arrived, or when the missed deadline was recorded.</param>
public sealed record Check(
    EntityId Id,
    DateTimeOffset At,
    CheckOutcome Outcome,
    CheckSource Source,
    string? Error,
    int? LatencyMs,
    byte[]? Metadata,
    DateTimeOffset ReceivedAt);
