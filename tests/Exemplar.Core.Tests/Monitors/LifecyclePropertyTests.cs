using CsCheck;
using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.MonitorEvents;

namespace Exemplar.Core.Tests.Monitors;

/// <summary>What holds for every life of every monitor, whatever happens to it in whatever order.</summary>
public sealed class LifecyclePropertyTests
{
    // Clock steps included where nothing else is said: what a store relies on must not depend on a good clock.
    [Fact]
    public void A_period_never_begins_before_the_one_before_it() => EveryLife(WithClockSteps, (story, events) =>
    {
        var since = story.State.Since;
        story.Live(events, (s, _, _) =>
        {
            Assert.True(s.State.Since >= since, $"{s.State.Since} lies before {since}");
            since = s.State.Since;
        });
    });

    [Fact]
    public void The_periods_leave_no_gap_and_do_not_overlap() => EveryLife(WithClockSteps, (story, events) =>
    {
        story.Live(events);

        Assert.Equal(Narration.Start, story.Periods[0].From);
        foreach (var (period, next) in story.Periods.Zip(story.Periods.Skip(1)))
        {
            Assert.Equal(next.From, period.To);
            Assert.True(period.To >= period.From);
            Assert.NotEqual(next.Status, period.Status);
        }
        Assert.Equal((story.State.Status, story.State.Since), (story.Periods[^1].Status, story.Periods[^1].From));
        Assert.Null(story.Periods[^1].To);
    });

    [Fact]
    public void Nothing_is_expected_of_a_monitor_that_is_paused_or_waits_for_its_first_beat_and_of_no_other() =>
        EveryLife(WithClockSteps, (story, events) => story.Live(events, (s, _, _) =>
        {
            var waits = s.State is { Status: MonitorStatus.New, LastHeartbeatAt: null } && s.Starts == FirstDeadline.FirstHeartbeat;
            Assert.Equal(s.State.Status == MonitorStatus.Paused || waits, s.State.NextExpectedAt is null);
            Assert.Equal(s.State.NextExpectedAt is null, s.State.CountsFrom is null);
        }));

    [Fact]
    public void After_the_clock_was_set_back_nothing_lies_further_ahead_than_one_interval() =>
        EveryLife(WithClockSteps, (story, events) => story.Live(events, (s, happening, now) =>
        {
            if (happening.Kind == EventKind.ClockSetBack) Assert.False(s.State.NextExpectedAt > s.Schedule.After(now));
        }));

    [Fact]
    public void Late_is_never_stored_and_only_down_unknown_and_maintenance_periods_have_an_error() =>
        EveryLife(WithClockSteps, (story, events) =>
        {
            foreach (var period in story.Live(events).Periods)
            {
                Assert.NotEqual(MonitorStatus.Late, period.Status);
                Assert.Equal(period.Status is MonitorStatus.Down or MonitorStatus.Unknown or MonitorStatus.Maintenance, period.Error is not null);
            }
        });

    [Fact]
    public void What_is_shown_never_began_before_the_period_that_it_belongs_to() =>
        EveryLife(WithClockSteps, (story, events) => story.Live(events, (s, _, now) =>
            Assert.True(s.State.SinceAt(now) >= s.State.Since)));

    [Fact]
    public void A_heartbeat_brings_up_whatever_is_not_paused() =>
        EveryLife(WithClockSteps, (story, events) => story.Live(events, (s, happening, now) =>
        {
            if (happening.Kind != EventKind.Beat) return;
            Assert.True(s.State.Status is MonitorStatus.Up or MonitorStatus.Paused);
            Assert.InRange(s.State.LastHeartbeatAt!.Value, now, now + MonitorLifecycle.ClockTolerance);
        }));

    [Fact]
    public void Every_deadline_is_judged_once_and_in_order() => EveryLife(Forward, (story, events) =>
    {
        story.Live(events);

        foreach (var (missed, next) in story.Missed.Zip(story.Missed.Skip(1))) Assert.True(missed.At < next.At);
    });

    [Fact]
    public void Nothing_is_judged_of_the_time_before_the_creation_or_of_a_pause() => EveryLife(Forward, (story, events) =>
    {
        story.Live(events);

        var watched = story.Periods.Where(p => p.Status != MonitorStatus.Paused).ToList();
        Assert.All(story.Missed, m => Assert.Contains(watched, p => p.From <= m.At && (p.To is null || m.At <= p.To)));
    });

    [Fact]
    public void Only_a_delayed_beat_leaves_a_deadline_behind_that_has_passed() =>
        EveryLife(Forward, (story, events) => story.Live(events, (s, happening, now) =>
        {
            if (happening.Kind != EventKind.DelayedBeat) Assert.False(s.State.DeadlineAt(s.Schedule) < now);
        }));

    private static void EveryLife(Gen<MonitorEvent[]> events, Action<MonitorStory, MonitorEvent[]> holds) =>
        Gen.Select(AnySchedule, AnyStart, AnyOutages, AnyWindows, events).Sample(
            (schedule, starts, outages, windows, life) =>
                holds(MonitorStory.Created(Narration.Start, schedule, starts).With(outages).Planned(windows), life),
            iter: 5_000);
}
