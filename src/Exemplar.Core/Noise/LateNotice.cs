using Exemplar.Core.Monitors;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Noise;

/// <summary>Whether a late heartbeat is told now, and when to look again. The moment moves on lazily, like a deadline.</summary>
/// <param name="TellFor">The expected moment that has passed and is to be told; null when nothing is.</param>
/// <param name="LookAt">When to look again.</param>
public sealed record LateNotice(DateTimeOffset? TellFor, DateTimeOffset LookAt)
{
    /// <summary>A monitor of which nothing is expected now is looked at again so seldom.</summary>
    public static readonly TimeSpan IdleLookEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(500);

    /// <param name="state">How the monitor stands.</param>
    /// <param name="schedule">Its promise.</param>
    /// <param name="toldFor">The expected moment that was told last.</param>
    /// <param name="now">The present moment.</param>
    public static LateNotice Of(in MonitorState state, in Schedule schedule, DateTimeOffset? toldFor, DateTimeOffset now)
    {
        if (state.NextExpectedAt is not { } expected) return new LateNotice(null, now + IdleLookEvery);
        // A status of late is past the expected moment, not at it.
        if (state.StatusAt(now) != MonitorStatus.Late) return new LateNotice(null, AtLeast(expected, now));
        var tells = toldFor != expected;
        // Until the deadline only a heartbeat can change anything, and that moves the expected moment beyond it for the most part.
        return new LateNotice(tells ? expected : null, AtLeast(Earlier(schedule.DeadlineOf(expected), now + IdleLookEvery), now));
    }

    private static DateTimeOffset AtLeast(DateTimeOffset moment, DateTimeOffset now) =>
        (moment > now ? moment : now) + Soonest;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
