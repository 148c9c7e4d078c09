using Exemplar.Core.Ids;

namespace Exemplar.Core.Incidents;

/// <summary>
/// Opened when a monitor goes down, closed when the last of its monitors is no longer down. <see cref="IncidentLifecycle"/>
/// is the only place that makes a new one out of an old one.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its number within the organization, from 1.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Cause">The error of the first failing check.</param>
/// <param name="OpenedAt">When the first monitor went down.</param>
/// <param name="Shared">What all its monitors have in common.</param>
public sealed record Incident(EntityId Id, int Number, string Title, string Cause, DateTimeOffset OpenedAt, Traits Shared)
{
    /// <summary>How many monitors it ever had.</summary>
    public int Monitors { get; init; } = 1;

    /// <summary>How many of them are down still.</summary>
    public int StillDown { get; init; } = 1;

    /// <summary>When it ended; null while it is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>When somebody said that they are at it; null when nobody has.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Who said so.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>Until when nobody wants to be reminded; null when nobody said so.</summary>
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>When people were told the last time that it is open.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>How often people are reminded of it, when its monitors say so; zero for never, null for as often as the organization says.</summary>
    public TimeSpan? RemindEvery { get; init; }

    public bool IsOpen => ResolvedAt is null;
}

/// <summary>What happened in an incident. The numbers are stored.</summary>
public enum IncidentEventKind
{
    /// <summary>A monitor went down.</summary>
    Down = 1,

    /// <summary>A monitor is up again.</summary>
    Recovered = 2,

    /// <summary>Nobody waits for a monitor any more: it was paused or removed.</summary>
    Left = 3,

    /// <summary>Somebody is at it.</summary>
    Acknowledged = 4,

    /// <summary>Somebody wants no reminders for a while.</summary>
    Snoozed = 5,

    /// <summary>Somebody wrote something down.</summary>
    Note = 6,

    /// <summary>People were reminded.</summary>
    Reminded = 7,

    /// <summary>It is over.</summary>
    Resolved = 8,

    /// <summary>The next step of a route was told, because nobody acknowledged in time.</summary>
    Escalated = 9,

    /// <summary>Nobody is told of a monitor yet: more failed checks are asked for.</summary>
    Waiting = 20,

    /// <summary>Nobody is told of a monitor: another one that it depends on is down or late.</summary>
    Held = 21,

    /// <summary>What held a monitor does not any more.</summary>
    Released = 22,

    /// <summary>A monitor goes up and down; quiet until it settles.</summary>
    Flapping = 23,

    /// <summary>A monitor that flapped keeps still.</summary>
    Settled = 24,

    /// <summary>A monitor is up again; more good checks are asked for.</summary>
    Recovering = 25,
}

/// <summary>One line of an incident's own timeline.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Text">The error, the note, or how it ended; may be empty.</param>
/// <param name="Actor">Who did it; null when Exemplar itself did.</param>
/// <param name="MonitorNumber">Which monitor it is about; null when about none.</param>
public sealed record IncidentEvent(
    DateTimeOffset At, IncidentEventKind Kind, string Text, string? Actor = null, int? MonitorNumber = null);
