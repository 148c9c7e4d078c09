using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;

namespace Exemplar.Core.Deliveries;

/// <summary>What an alert tells. The numbers are stored.</summary>
public enum AlertEvent
{
    /// <summary>A monitor went down.</summary>
    Down = 1,

    /// <summary>It is up again, or nobody waits for it any more.</summary>
    Recovered = 2,

    /// <summary>It is still down and nobody has acknowledged it.</summary>
    Reminder = 3,

    /// <summary>A heartbeat is late but within grace.</summary>
    Late = 4,

    /// <summary>Somebody tries a channel.</summary>
    Test = 5,
}

/// <summary>
/// What is told to people and programs, as it was known when it was decided: every attempt to deliver it tells the same.
/// Names, descriptions, tags, errors and metadata are other people's text: a channel escapes them in its own way.
/// </summary>
/// <param name="DeliveryId">The same over all attempts, so that a receiver can drop a repeat.</param>
/// <param name="Event">What happened.</param>
/// <param name="At">When it happened, not when it was noticed or sent.</param>
/// <param name="Monitor">About which monitor.</param>
/// <param name="Incident">The incident it belongs to; null for <see cref="AlertEvent.Late"/> and <see cref="AlertEvent.Test"/>.</param>
/// <param name="Check">The failing check; null when there is none.</param>
public sealed record Alert(
    EntityId DeliveryId, AlertEvent Event, DateTimeOffset At, AlertMonitor Monitor, AlertIncident? Incident, AlertCheck? Check)
{
    /// <summary>The last good heartbeat, with the metadata its job sent; null when none ever came.</summary>
    public AlertHeartbeat? LastHeartbeat { get; init; }

    /// <summary>How many monitors this one message stands for, because the channel's limit folded a storm; 1 normally.</summary>
    public int Monitors { get; init; } = 1;

    /// <summary>The names of the first of them when it stands for several.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Which monitors these are, where that is known.</summary>
    public IReadOnlyList<EntityId> MonitorIds { get; init; } = [];

    /// <summary>Why it is told only now, to somebody who was not told at once; null when it is told at once.</summary>
    public string? Escalated { get; init; }

    /// <summary>What is unusual about it, one line: that the monitor flaps, or has settled; null normally.</summary>
    public string? Note { get; init; }

    /// <summary>
    /// True for a recovery when another monitor of the incident that the same channel was told of is down still: a ticket stays open.
    /// Said only to channels that keep tickets, as it is at the moment of the attempt.
    /// </summary>
    public bool OthersAreDown { get; init; }

    /// <summary>True when it is told so late that it may no longer be what matters.</summary>
    public bool IsStale { get; init; }
}

/// <summary>The monitor of an alert.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, up to 200 characters of anything but control characters.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Status">Its status after the event.</param>
/// <param name="Since">Since when it has that status.</param>
/// <param name="Tags">Its tags.</param>
public sealed record AlertMonitor(
    EntityId Id, string Name, MonitorKind Kind, MonitorStatus Status, DateTimeOffset Since, IReadOnlyList<string> Tags)
{
    /// <summary>How much it matters that it is down; of the monitors that one message stands for the worst.</summary>
    public Severity Severity { get; init; }
}

/// <summary>The incident of an alert.</summary>
/// <param name="Id">Its id: the key under which ticketing services open and close.</param>
/// <param name="Number">Its number within the organization.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Cause">Why it was opened.</param>
/// <param name="OpenedAt">Since when it has been open.</param>
/// <param name="ResolvedAt">When it ended; null while it is open.</param>
/// <param name="Runbook">A link to what to do; null when nobody has written it down.</param>
public sealed record AlertIncident(
    EntityId Id, int Number, string Title, string Cause, DateTimeOffset OpenedAt, DateTimeOffset? ResolvedAt, string? Runbook)
{
    /// <summary>Who ended it although its monitors are still down; null when they recovered, and while it is open.</summary>
    public string? ResolvedBy { get; init; }
}

/// <summary>The failing check of an alert.</summary>
/// <param name="At">For a missed heartbeat its deadline.</param>
/// <param name="Outcome">What it found.</param>
/// <param name="Error">Why it failed.</param>
public sealed record AlertCheck(DateTimeOffset At, CheckOutcome Outcome, string? Error);

/// <summary>The last good heartbeat before an alert.</summary>
/// <param name="At">When it came.</param>
/// <param name="Metadata">A JSON object as text, as the job sent it; null when it sent none.</param>
public sealed record AlertHeartbeat(DateTimeOffset At, string? Metadata);
