using Exemplar.Core.Checks;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Outages;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Monitors;

/// <summary>
/// The one place where a status changes: (state, event, now) → decision. Pure; the caller stores the decision and
/// guards it against others who read the same state.
/// </summary>
public static class MonitorLifecycle
{
    /// <summary>
    /// Heartbeats of one monitor may be stamped slightly out of order; only a step back by more than this is taken
    /// for a clock that was set.
    /// </summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(1);

    /// <summary>So many deadlines are judged in one decision; the rest stays due and is judged by the next.</summary>
    public const int DeadlinesPerDecision = 100;

    /// <summary>
    /// A heartbeat that arrives after a deadline nobody has judged yet is still taken as in time for this long: it may
    /// have waited in a socket while the process was held up. After it, the deadline is judged first. Longer than a
    /// process can be held up without that being an outage, and then some for the catching up.
    /// </summary>
    public static readonly TimeSpan JudgingSlack = TimeSpan.FromSeconds(4);

    /// <summary>A monitor that has just come to be. Its first period is <c>new</c>.</summary>
    public static LifecycleDecision OnCreated(in Schedule schedule, FirstDeadline starts, DateTimeOffset now)
    {
        DateTimeOffset? countsFrom = starts == FirstDeadline.Creation ? now : null;
        return LifecycleDecision.Changed(new MonitorState(
            MonitorStatus.New, now, LastHeartbeatAt: null, countsFrom, countsFrom is null ? null : schedule.After(now)));
    }

    /// <summary>
    /// A heartbeat that arrived as it was sent. Deadlines that passed before it and were not judged yet (the server has
    /// just started again) are judged first, so that no heartbeat hides an outage or a miss.
    /// </summary>
    public static LifecycleDecision OnHeartbeat(
        in MonitorState state, in Schedule schedule, in MonitorExcuses excuses, DateTimeOffset receivedAt)
    {
        var overdue = OnDeadline(state, schedule, excuses, receivedAt - JudgingSlack);
        return overdue.IsQuiet
            ? OnHeartbeat(state, schedule, receivedAt)
            : overdue.Then(OnHeartbeat(overdue.Next, schedule, receivedAt));
    }

    /// <summary>A heartbeat that arrived as it was sent. It brings the monitor up at once, unless it is paused.</summary>
    public static LifecycleDecision OnHeartbeat(in MonitorState state, in Schedule schedule, DateTimeOffset receivedAt)
    {
        var at = state.LastHeartbeatAt is { } last && last > receivedAt && last - receivedAt <= ClockTolerance
            ? last
            : receivedAt;
        return state.Status == MonitorStatus.Paused
            ? LifecycleDecision.Quiet(state with { LastHeartbeatAt = at })
            : Beating(state, schedule, lastHeartbeatAt: at, countsFrom: at, upFrom: at);
    }

    /// <summary>A heartbeat that had to wait; deadlines that passed before its moment and were not judged yet are judged first.</summary>
    public static LifecycleDecision OnDelayedHeartbeat(
        in MonitorState state, in Schedule schedule, in MonitorExcuses excuses, DateTimeOffset occurredAt, DateTimeOffset now)
    {
        var judgedBefore = now - JudgingSlack;
        var overdue = OnDeadline(state, schedule, excuses, occurredAt < judgedBefore ? occurredAt : judgedBefore);
        return overdue.IsQuiet
            ? OnDelayedHeartbeat(state, schedule, occurredAt, now)
            : overdue.Then(OnDelayedHeartbeat(overdue.Next, schedule, occurredAt, now));
    }

    /// <summary>
    /// A heartbeat that had to wait (<c>occurred_at</c>): it counts as one of that moment. The last heartbeat only
    /// moves forward, and the monitor comes up only when the deadline counted from that moment has not passed.
    /// </summary>
    public static LifecycleDecision OnDelayedHeartbeat(
        in MonitorState state, in Schedule schedule, DateTimeOffset occurredAt, DateTimeOffset now)
    {
        if (state.LastHeartbeatAt >= occurredAt) return LifecycleDecision.Quiet(state);

        var heard = state with { LastHeartbeatAt = occurredAt };
        if (state.Status == MonitorStatus.Paused) return LifecycleDecision.Quiet(heard);

        // A monitor that waited for its first beat promised nothing before its period began, however old that beat is.
        var countsFrom = Later(state.CountsFrom ?? state.Since, occurredAt);
        if (schedule.DeadlineOf(schedule.After(occurredAt)) >= now)
            return Beating(heard, schedule, occurredAt, countsFrom, upFrom: occurredAt);

        // Its deadline has passed as well. A monitor that is down, unknown or in maintenance stays so and keeps its series of expected
        // moments; for one that is still up the beat tells from when the silence has to be counted.
        return LifecycleDecision.Quiet(state.Status is MonitorStatus.Down or MonitorStatus.Unknown or MonitorStatus.Maintenance
            ? heard
            : heard with { CountsFrom = countsFrom, NextExpectedAt = schedule.After(countsFrom) });
    }

    /// <summary>
    /// Judges every deadline that lies before <paramref name="now"/>. Nothing to judge is the normal case: the deadline
    /// had moved on with a heartbeat, and the caller only needs to look again at the new one.
    /// </summary>
    public static LifecycleDecision OnDeadline(
        in MonitorState state, in Schedule schedule, in MonitorExcuses excuses, DateTimeOffset now)
    {
        if (state.NextExpectedAt is not { } expected || schedule.DeadlineOf(expected) >= now)
            return LifecycleDecision.Quiet(state);

        var next = state;
        var changes = new List<StatusChange>();
        var missed = new List<MissedDeadline>();
        while (missed.Count < DeadlinesPerDecision && schedule.DeadlineOf(expected) is var deadline && deadline < now)
        {
            // What was planned comes first: there the server need not know anything better.
            var quiet = excuses.QuietTime(expected, deadline);
            if (quiet is not null && IsRecorded(next, schedule, excuses, expected))
            {
                expected = ExpectedAfter(quiet, expected, schedule, now);
                continue;
            }
            var outage = quiet is null ? excuses.Outages.Interrupting(expected - schedule.Interval, expected, deadline) : null;
            var error = quiet?.Reason ?? outage?.Reason ?? MissedHeartbeatError.For(schedule, state.LastHeartbeatAt);
            var outcome = quiet is null && outage is null ? CheckOutcome.Down : CheckOutcome.Unknown;
            missed.Add(new MissedDeadline(deadline, outcome, error) { IsPlanned = quiet is not null });

            var status = quiet is null ? Judged(next.Status, outage) : MonitorStatus.Maintenance;
            if (status != next.Status)
            {
                next = next with { Status = status, Since = Later(deadline, next.Since) };
                changes.Add(new StatusChange(status, next.Since, error));
            }

            // One unknown check stands for a whole outage or quiet time, however many intervals it swallowed.
            expected = quiet is not null ? ExpectedAfter(quiet, expected, schedule, now)
                : outage is not null ? ExpectedAfter(outage, expected, schedule)
                : schedule.After(expected);
        }
        return new LifecycleDecision(next with { NextExpectedAt = expected }, changes, missed);
    }

    /// <summary>
    /// A quiet time has begun. A monitor that is down is not waited for any more: its downtime ends with the beginning,
    /// or where somebody said so later, there. What is not down needs no change before it misses something.
    /// </summary>
    public static LifecycleDecision OnMaintenanceBegan(in MonitorState state, QuietTime quiet, DateTimeOffset saidAt)
    {
        if (state.Status != MonitorStatus.Down) return LifecycleDecision.Quiet(state);
        var since = Later(Later(quiet.From, saidAt), state.Since);
        return LifecycleDecision.Changed(state with { Status = MonitorStatus.Maintenance, Since = since }, quiet.Reason);
    }

    /// <summary>Nothing is expected from now on. Pausing twice changes nothing.</summary>
    public static LifecycleDecision OnPaused(in MonitorState state, DateTimeOffset now) =>
        state.Status == MonitorStatus.Paused
            ? LifecycleDecision.Quiet(state)
            : LifecycleDecision.Changed(state with
            {
                Status = MonitorStatus.Paused,
                Since = Later(now, state.Since),
                CountsFrom = null,
                NextExpectedAt = null,
            });

    /// <summary>
    /// A paused monitor starts a fresh interval, as <c>new</c>: nobody knows yet how the job is. Resuming what is not
    /// paused changes nothing.
    /// </summary>
    public static LifecycleDecision OnResumed(
        in MonitorState state, in Schedule schedule, FirstDeadline starts, DateTimeOffset now)
    {
        if (state.Status != MonitorStatus.Paused) return LifecycleDecision.Quiet(state);
        var waitsForFirst = starts == FirstDeadline.FirstHeartbeat && state.LastHeartbeatAt is null;
        return LifecycleDecision.Changed(state with
        {
            Status = MonitorStatus.New,
            Since = Later(now, state.Since),
            CountsFrom = waitsForFirst ? null : now,
            NextExpectedAt = waitsForFirst ? null : schedule.After(now),
        });
    }

    /// <summary>
    /// The promise was edited while it ran. The new timing is counted from where the old one was; where that would
    /// already be too late the edit starts a fresh interval, so that a shorter promise never makes a downtime of the
    /// past. A longer promise that is kept brings a monitor up that was down under the shorter one.
    /// </summary>
    public static LifecycleDecision OnScheduleChanged(
        in MonitorState state, in Schedule schedule, FirstDeadline starts, DateTimeOffset now)
    {
        if (state.Status == MonitorStatus.Paused) return LifecycleDecision.Quiet(state);
        if (state.Status == MonitorStatus.New && state.LastHeartbeatAt is null)
        {
            if (starts == FirstDeadline.FirstHeartbeat)
                return LifecycleDecision.Quiet(state with { CountsFrom = null, NextExpectedAt = null });
            var from = state.CountsFrom ?? now;
            return LifecycleDecision.Quiet(Counting(state, schedule, from, now));
        }

        if (state.CountsFrom is not { } countsFrom) return LifecycleDecision.Quiet(state);
        if (state.Status is not (MonitorStatus.Down or MonitorStatus.Unknown or MonitorStatus.Maintenance))
            return LifecycleDecision.Quiet(Counting(state, schedule, countsFrom, now));

        var expected = schedule.After(countsFrom);
        if (state.LastHeartbeatAt is { } last && schedule.DeadlineOf(schedule.After(last)) >= now)
            return Beating(state, schedule, last, countsFrom: Later(countsFrom, last), upFrom: now);
        return LifecycleDecision.Quiet(state with
        {
            NextExpectedAt = schedule.FirstAfter(expected, now - schedule.Grace),
        });
    }

    /// <summary>
    /// The clock was set back to <paramref name="now"/>. A moment more than an interval ahead cannot be waited for: the
    /// interval is counted from now on, so that silence is noticed one interval and grace later at most. The caller
    /// goes on with the outages of <see cref="OutageLog.OnClockSetBack"/>.
    /// </summary>
    public static LifecycleDecision OnClockSetBack(in MonitorState state, in Schedule schedule, DateTimeOffset now)
    {
        // The expected moment tells, not what it was counted from: an outage that ended in the wrong future moved only
        // the expected moment there.
        var first = schedule.After(now);
        return LifecycleDecision.Quiet(
            state.NextExpectedAt > first ? state with { CountsFrom = now, NextExpectedAt = first } : state);
    }

    private static LifecycleDecision Beating(
        in MonitorState state, in Schedule schedule,
        DateTimeOffset lastHeartbeatAt, DateTimeOffset countsFrom, DateTimeOffset upFrom)
    {
        var next = state with
        {
            LastHeartbeatAt = lastHeartbeatAt,
            CountsFrom = countsFrom,
            NextExpectedAt = schedule.After(countsFrom),
        };
        return state.Status == MonitorStatus.Up
            ? LifecycleDecision.Quiet(next)
            : LifecycleDecision.Changed(next with { Status = MonitorStatus.Up, Since = Later(upFrom, state.Since) });
    }

    private static MonitorState Counting(
        in MonitorState state, in Schedule schedule, DateTimeOffset countsFrom, DateTimeOffset now)
    {
        var from = schedule.DeadlineOf(schedule.After(countsFrom)) < now ? now : countsFrom;
        return state with { CountsFrom = from, NextExpectedAt = schedule.After(from) };
    }

    /// <summary>The first expected moment that the outage spares: neither it nor its deadline lies within.</summary>
    private static DateTimeOffset ExpectedAfter(Outage outage, DateTimeOffset expectedAt, in Schedule schedule)
    {
        var following = schedule.After(expectedAt);
        // With a grace longer than the interval, moments from before the outage may have deadlines after it.
        var first = schedule.FirstAfter(following, outage.To - schedule.Grace);
        return outage.Contains(first) ? schedule.FirstAfter(following, outage.To) : first;
    }

    /// <summary>
    /// The first expected moment that the quiet time spares, but no later than the first that is not due yet: somebody may
    /// end it early, and what is expected then must not lie behind an end that was only planned.
    /// </summary>
    private static DateTimeOffset ExpectedAfter(QuietTime quiet, DateTimeOffset expectedAt, in Schedule schedule, DateTimeOffset now)
    {
        var following = schedule.After(expectedAt);
        var first = schedule.FirstAfter(following, quiet.To.AddTicks(-1) - schedule.Grace);
        if (quiet.Contains(first)) first = schedule.FirstAfter(following, quiet.To.AddTicks(-1));
        var notDue = schedule.FirstAfter(following, now.AddTicks(-1) - schedule.Grace);
        return first < notDue ? first : notDue;
    }

    /// <summary>
    /// True when the expected moment before this one was excused by a quiet time as well: one check stands for all of
    /// them while they follow one another.
    /// </summary>
    private static bool IsRecorded(in MonitorState state, in Schedule schedule, in MonitorExcuses excuses, DateTimeOffset expectedAt)
    {
        if (state.Status != MonitorStatus.Maintenance) return false;
        var before = expectedAt - schedule.Interval;
        return schedule.DeadlineOf(before) >= state.Since && excuses.QuietTime(before, schedule.DeadlineOf(before)) is not null;
    }

    private static MonitorStatus Judged(MonitorStatus status, Outage? outage) =>
        outage is null || status == MonitorStatus.Down ? MonitorStatus.Down : MonitorStatus.Unknown;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
