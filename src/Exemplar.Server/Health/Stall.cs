namespace Exemplar.Server.Health;

/// <summary>A part of the server without which monitors are not watched or nobody hears of it. The names are those of the metric.</summary>
internal enum Part
{
    /// <summary>The database takes what is written.</summary>
    Storage,

    /// <summary>Puts heartbeats on disk.</summary>
    HeartbeatWriter,

    /// <summary>Judges deadlines.</summary>
    Scheduler,

    /// <summary>Makes incidents and alerts of changes of status.</summary>
    FollowUp,

    /// <summary>Delivers alerts.</summary>
    Outbox,

    /// <summary>Tells the next step of a route when nobody acknowledges.</summary>
    Escalation,
}

/// <summary>A part that does not go on.</summary>
/// <param name="Part">Which.</param>
/// <param name="Reason">What that means, in words for the operator.</param>
internal sealed record Stall(Part Part, string Reason);
