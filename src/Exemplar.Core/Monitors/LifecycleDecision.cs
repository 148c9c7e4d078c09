using Exemplar.Core.Checks;

namespace Exemplar.Core.Monitors;

/// <summary>A change of status: the current period ends at <paramref name="At"/> and the next begins there.</summary>
/// <param name="To">The new status.</param>
/// <param name="At">When it holds from. Equal to the old period's start when that period turned out to be empty.</param>
/// <param name="Error">Why, for <c>down</c>, <c>unknown</c> and <c>maintenance</c>.</param>
public sealed record StatusChange(MonitorStatus To, DateTimeOffset At, string? Error)
{
    /// <summary>True when an incident may begin or end with it: the monitor goes down, or is no longer down.</summary>
    public bool ConcernsPeople(MonitorStatus from) => To == MonitorStatus.Down || from == MonitorStatus.Down;
}

/// <summary>A deadline that passed without a heartbeat: one line for the history.</summary>
/// <param name="At">The deadline.</param>
/// <param name="Outcome"><c>down</c>, or <c>unknown</c> when Exemplar was not watching or nothing was to be expected.</param>
/// <param name="Error">The missed-heartbeat text, the outage's reason or the quiet time's.</param>
public sealed record MissedDeadline(DateTimeOffset At, CheckOutcome Outcome, string Error)
{
    /// <summary>True when it lay in a quiet time: then nothing is wrong, neither with the job nor with Exemplar.</summary>
    public bool IsPlanned { get; init; }
}

/// <summary>What follows from one event: the new state, and what has to be stored together with it, in order.</summary>
public readonly record struct LifecycleDecision(
    MonitorState Next,
    IReadOnlyList<StatusChange> Changes,
    IReadOnlyList<MissedDeadline> Missed)
{
    private static readonly StatusChange[] NoChanges = [];
    private static readonly MissedDeadline[] NoneMissed = [];

    /// <summary>A decision that changes no status and writes no check.</summary>
    public static LifecycleDecision Quiet(in MonitorState next) => new(next, NoChanges, NoneMissed);

    /// <summary>A decision with one change of status and no check of its own.</summary>
    public static LifecycleDecision Changed(in MonitorState next, string? error = null) =>
        new(next, [new StatusChange(next.Status, next.Since, error)], NoneMissed);

    /// <summary>This decision followed by one made on its <see cref="Next"/>.</summary>
    public LifecycleDecision Then(in LifecycleDecision later) =>
        new(later.Next, [.. Changes, .. later.Changes], [.. Missed, .. later.Missed]);

    /// <summary>True when only the state's moments moved: nothing but a later deadline needs to be remembered.</summary>
    public bool IsQuiet => Changes.Count == 0 && Missed.Count == 0;
}
