using Exemplar.Core.Ids;

namespace Exemplar.Core.Maintenance;

/// <summary>How much people will notice of it.</summary>
public enum MaintenanceSeverity
{
    Minor = 0,
    Major = 1,
    Critical = 2,
}

/// <summary>How a window stands at a moment.</summary>
public enum MaintenanceState
{
    /// <summary>It takes place now.</summary>
    Current,

    /// <summary>It will take place, or take place again.</summary>
    Upcoming,

    /// <summary>It is over for good.</summary>
    Past,
}

/// <summary>Which monitors a window holds for: those named, those with one of the tags, or all of the organization.</summary>
public sealed record MaintenanceTargets(bool AllMonitors, IReadOnlyList<EntityId> MonitorIds, IReadOnlyList<string> Tags)
{
    /// <summary>So many monitors may be named one by one.</summary>
    public const int MostMonitors = 1_000;

    /// <summary>So many tags.</summary>
    public const int MostTags = 50;
}

/// <summary>When a window takes place: once, or again and again.</summary>
/// <param name="Once">The only time; null for one that recurs.</param>
/// <param name="Recurrence">How it recurs; null for one that does not.</param>
/// <param name="BeginsAt">A recurring window does not take place before this.</param>
/// <param name="Until">And no time of it begins at or after this; null when it goes on.</param>
public sealed record MaintenanceTimes(Stretch? Once, Recurrence? Recurrence, DateTimeOffset BeginsAt, DateTimeOffset? Until)
{
    /// <summary>The longest time of a window that takes place once.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <summary>A window may be declared when it has begun already, but not longer ago than this.</summary>
    public static readonly TimeSpan OldestStart = TimeSpan.FromDays(7);

    /// <summary>Nothing is planned further ahead: behind the last day of the calendar nobody can look for the next time.</summary>
    public static readonly TimeSpan Farthest = TimeSpan.FromDays(36_525);
}

/// <summary>
/// Planned work: what is missed in it is nobody's failure. Pure; whoever asks brings the moment.
/// </summary>
/// <param name="Id">Its public id.</param>
/// <param name="OrganizationNumber">Whose it is.</param>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Severity">How much people will notice.</param>
/// <param name="Owner">Who answers for it, up to 200 characters; may be empty.</param>
/// <param name="Times">When.</param>
/// <param name="Targets">For which monitors.</param>
/// <param name="DeclaredAt">When its times or targets were last said: a downtime before that is not taken back.</param>
public sealed record MaintenanceWindow(
    EntityId Id, int OrganizationNumber, string Title, MaintenanceSeverity Severity, string Owner, MaintenanceTimes Times,
    MaintenanceTargets Targets, DateTimeOffset DeclaredAt)
{
    /// <summary>The longest title and owner, in characters.</summary>
    public const int LongestLine = 200;

    /// <summary>The longest update, in characters.</summary>
    public const int LongestUpdate = 4_000;

    /// <summary>So many updates one window may have.</summary>
    public const int MostUpdates = 200;

    /// <summary>So many windows of an organization may be current or upcoming.</summary>
    public const int MostOpen = 200;

    /// <summary>Somebody ended the time of then early; a recurring window goes on with the next.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Somebody called it off for good.</summary>
    public DateTimeOffset? CancelledAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who made it: a member's address or a token's name.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>The time of it that holds <paramref name="moment"/>; null when it does not take place then.</summary>
    public Stretch? Covering(DateTimeOffset moment) =>
        Planned(Times.Once is { } once ? (once.Contains(moment) ? once : null) : Times.Recurrence?.Covering(moment)) is { } stretch
        && stretch.Contains(moment) ? stretch : null;

    /// <summary>The first time of it that begins after <paramref name="moment"/>.</summary>
    public Stretch? After(DateTimeOffset moment)
    {
        var later = Times.Once is { } once ? (once.From > moment ? once : null) : Times.Recurrence?.After(Later(moment, Times.BeginsAt.AddTicks(-1)));
        return Planned(later) is { } stretch && stretch.From > moment ? stretch : null;
    }

    /// <summary>The times after <paramref name="moment"/>, at most <paramref name="count"/>.</summary>
    public IReadOnlyList<Stretch> Next(DateTimeOffset moment, int count)
    {
        var next = new List<Stretch>(count);
        while (next.Count < count && After(moment) is { } stretch)
        {
            next.Add(stretch);
            moment = stretch.From;
        }
        return next;
    }

    public MaintenanceState StateAt(DateTimeOffset moment) =>
        Covering(moment) is not null ? MaintenanceState.Current
        : After(moment) is not null ? MaintenanceState.Upcoming
        : MaintenanceState.Past;

    /// <summary>From when on it is over for good; null when it never is, as things stand.</summary>
    public DateTimeOffset? OverAt
    {
        get
        {
            if (Times.Once is { } once) return Planned(once) is { } planned ? planned.To : CancelledAt ?? once.To;
            var last = Times.Until is not { } until ? null
                : Times.Recurrence?.Covering(until.AddTicks(-1)) is { } stretch ? Planned(stretch)?.To ?? until
                : (DateTimeOffset?)until;
            return CancelledAt is { } cancelled && !(last < cancelled) ? cancelled : last;
        }
    }

    /// <summary>True when a time of it began at or before <paramref name="moment"/>: then it is kept for audits.</summary>
    public bool HasBegun(DateTimeOffset moment) =>
        Times.Once is { } once ? once.From <= moment
        : Times.Recurrence is { } recurrence && Times.BeginsAt <= moment
            && (recurrence.Covering(Times.BeginsAt) is not null || recurrence.After(Times.BeginsAt.AddTicks(-1)) is { } first && first.From <= moment);

    /// <summary>What is left of a time of the calendar after what somebody ended, limited or called off; null when nothing is.</summary>
    private Stretch? Planned(Stretch? calendar)
    {
        if (calendar is not { } stretch) return null;
        var (from, to) = (stretch.From, stretch.To);
        if (Times.Recurrence is not null)
        {
            if (Times.Until is { } until && from >= until) return null;
            from = Later(from, Times.BeginsAt);
        }
        if (EndedAt is { } ended && from <= ended && ended < to) to = ended;
        if (CancelledAt is { } cancelled && cancelled < to) to = cancelled;
        return to > from ? new Stretch(from, to) : null;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

/// <summary>What somebody told about a window while it was planned or took place.</summary>
public sealed record MaintenanceUpdate(DateTimeOffset At, string By, string Text);
