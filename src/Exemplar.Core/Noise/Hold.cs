using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Noise;

/// <summary>A monitor that another one depends on, directly or through others.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Schedule">Its promise.</param>
/// <param name="State">How it stands.</param>
public sealed record Ancestor(int Number, EntityId Id, string Name, Schedule Schedule, MonitorState State);

/// <summary>What keeps a monitor that is down from people.</summary>
public enum HoldKind
{
    /// <summary>What it depends on is down.</summary>
    Down,

    /// <summary>What it depends on is in a maintenance window, silent or not: who works on a host takes its jobs along.</summary>
    Maintenance,

    /// <summary>What it depends on is late, and its verdict is waited for.</summary>
    Late,
}

/// <summary>Why nobody hears of a monitor that is down: another one that it depends on explains it, or may.</summary>
/// <param name="By">The nearest such monitor.</param>
/// <param name="Kind">Why it holds.</param>
/// <param name="LookAt">When to look again.</param>
public sealed record Hold(Ancestor By, HoldKind Kind, DateTimeOffset LookAt)
{
    /// <summary>
    /// While an ancestor is down, its followers are looked at again so seldom: they are woken when it is no longer down, this is
    /// for what nobody wakes them for, such as another dependency further up, or a maintenance window that is ended early.
    /// </summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(5);

    /// <summary>A late ancestor may be heard of at any moment.</summary>
    public static readonly TimeSpan LateLookEvery = TimeSpan.FromSeconds(10);

    /// <summary>A monitor has at most so long to call in after its ancestor is back.</summary>
    public static readonly TimeSpan LongestSettling = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan JudgedWithin = TimeSpan.FromSeconds(1);

    /// <summary>When its maintenance window ends, as it is planned; null for what else holds.</summary>
    public DateTimeOffset? Until { get; private init; }

    /// <summary>True when the silence is explained; false when it may be.</summary>
    public bool IsCertain => Kind != HoldKind.Late;

    /// <summary>
    /// What holds a monitor; null when nothing does. The first that is down counts, else the first that is in a maintenance window,
    /// else the first that is late.
    /// </summary>
    /// <param name="ancestors">Nearest first.</param>
    /// <param name="maintenanceUntil">When the maintenance window ends that an ancestor is in now; null when it is in none.</param>
    /// <param name="now">The present moment.</param>
    public static Hold? Of(IReadOnlyList<Ancestor> ancestors, Func<Ancestor, DateTimeOffset?> maintenanceUntil, DateTimeOffset now)
    {
        foreach (var ancestor in ancestors)
            if (ancestor.State.Status == MonitorStatus.Down) return new Hold(ancestor, HoldKind.Down, now + LookEvery);
        foreach (var ancestor in ancestors)
            if (maintenanceUntil(ancestor) is { } until) return new Hold(ancestor, HoldKind.Maintenance, Earlier(until, now + LookEvery)) { Until = until };
        foreach (var ancestor in ancestors)
            if (ancestor.State.StatusAt(now) == MonitorStatus.Late && ancestor.State.DeadlineAt(ancestor.Schedule) is { } deadline)
                return new Hold(ancestor, HoldKind.Late, Earlier(now + LateLookEvery, Later(deadline, now) + JudgedWithin));
        return null;
    }

    /// <summary>How long a monitor may take to call in after what held it is back: as long as it promised, up to a limit.</summary>
    public static TimeSpan SettlingOf(in Schedule schedule)
    {
        var promised = schedule.Interval + schedule.Grace;
        return promised < LongestSettling ? promised : LongestSettling;
    }

    /// <summary>As an incident's timeline says it.</summary>
    public string Reason => Kind switch
    {
        HoldKind.Down => $"held: {By.Name} is down",
        HoldKind.Maintenance => $"held: {By.Name} is in maintenance until {Until!.Value.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}",
        _ => $"{By.Name} is late; its verdict is waited for",
    };

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
