using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

public sealed class DelayedHeartbeatTests
{
    [Theory]
    [InlineData("New", "up since 50, last 50, from 50, next 110", "up at 50")]
    [InlineData("Waiting", "up since 50, last 50, from 50, next 110", "up at 50")]
    [InlineData("Resumed", "up since 50, last 50, from 50, next 110", "up at 50")]
    [InlineData("Up", "up since 0, last 50, from 50, next 110", "")]
    [InlineData("Down", "up since 65, last 50, from 50, next 110", "up at 65")]
    [InlineData("DownUnheard", "up since 65, last 50, from 50, next 110", "up at 65")]
    [InlineData("Unknown", "up since 65, last 50, from 50, next 110", "up at 65")]
    [InlineData("Maintenance", "up since 65, last 50, from 50, next 110", "up at 65")]
    [InlineData("Paused", "paused since 30, last 50, from none, next none", "")]
    [InlineData("PausedUnheard", "paused since 30, last 50, from none, next none", "")]
    public void A_delayed_heartbeat_counts_from_its_own_moment_while_its_deadline_has_not_passed(
        string given, string next, string changes)
    {
        MonitorLifecycle.OnDelayedHeartbeat(Given.A(given), Hourly, At(50), At(100)).Expect(next, changes);
        MonitorLifecycle.OnDelayedHeartbeat(Given.A(given), Hourly, At(50), At(115)).Expect(next, changes);
    }

    [Theory]
    [InlineData("New", "new since 0, last 50, from 50, next 110")]
    [InlineData("Waiting", "new since 0, last 50, from 50, next 110")]
    [InlineData("Resumed", "new since 40, last 50, from 50, next 110")]
    [InlineData("Up", "up since 0, last 50, from 50, next 110")]
    [InlineData("Down", "down since 65, last 50, from 0, next 120")]
    [InlineData("DownUnheard", "down since 65, last 50, from 0, next 120")]
    [InlineData("Unknown", "unknown since 65, last 50, from 0, next 120")]
    [InlineData("Maintenance", "maintenance since 65, last 50, from 0, next 120")]
    [InlineData("Paused", "paused since 30, last 50, from none, next none")]
    [InlineData("PausedUnheard", "paused since 30, last 50, from none, next none")]
    public void A_delayed_heartbeat_whose_deadline_has_passed_changes_no_status(string given, string next) =>
        MonitorLifecycle.OnDelayedHeartbeat(Given.A(given), Hourly, At(50), At(115.001)).Expect(next);

    [Theory]
    [InlineData("Resumed")]
    [InlineData("Up")]
    [InlineData("Down")]
    [InlineData("Unknown")]
    [InlineData("Maintenance")]
    [InlineData("Paused")]
    public void A_delayed_heartbeat_not_after_the_last_one_changes_nothing(string given)
    {
        var state = Given.A(given);

        MonitorLifecycle.OnDelayedHeartbeat(state, Hourly, At(-5), At(45)).Expect(Tell(state));
        MonitorLifecycle.OnDelayedHeartbeat(state, Hourly, At(0), At(45)).Expect(Tell(state));
    }

    [Theory]
    [InlineData("New", -5, 30, "up since 0, last -5, from 0, next 60", "up at 0")]
    [InlineData("Waiting", -5, 30, "up since 0, last -5, from 0, next 60", "up at 0")]
    [InlineData("Resumed", 20, 50, "up since 40, last 20, from 40, next 100", "up at 40")]
    public void A_delayed_heartbeat_from_before_the_period_fills_the_period_from_its_start(
        string given, double occurred, double minute, string next, string changes) =>
        MonitorLifecycle.OnDelayedHeartbeat(Given.A(given), Hourly, At(occurred), At(minute)).Expect(next, changes);

    [Theory]
    [InlineData("New", "new since 0, last -100, from 0, next 60")]
    [InlineData("Waiting", "new since 0, last -100, from 0, next 60")]
    public void A_first_beat_from_before_the_monitor_existed_promises_the_next_from_its_creation_on(string given, string next) =>
        MonitorLifecycle.OnDelayedHeartbeat(Given.A(given), Hourly, At(-100), At(30)).Expect(next);

    [Fact]
    public void A_beat_from_a_long_spool_makes_no_missed_checks_of_a_time_in_which_nothing_was_expected()
    {
        var story = MonitorStory.Created(At(0), Hourly, FirstDeadline.FirstHeartbeat)
            .Pause(At(10)).Resume(At(5_000)).DelayedBeat(occurred: 50, minute: 5_010).Judge(5_070);

        Assert.Equal("down at 5065", Tell(story.Missed));
        Assert.Equal("new 0..10, paused 10..5000, new 5000..5065, down 5065..", Tell(story.Periods));
    }

    [Fact]
    public void A_beat_that_waited_takes_a_downtime_back_that_was_none()
    {
        var story = MonitorStory.Beating().Judge(80).DelayedBeat(occurred: 61, minute: 90).Judge(100);

        Assert.Equal("new 0..0, up 0..65, down 65..65, up 65..", Tell(story.Periods));
        Assert.Equal("up since 65, last 61, from 61, next 121", Tell(story.State));
    }

    [Fact]
    public void An_old_beat_from_a_spool_tells_from_when_the_silence_counts()
    {
        var story = MonitorStory.Beating().DelayedBeat(occurred: 20, minute: 100).Judge(100);

        Assert.Equal("new 0..0, up 0..85, down 85..", Tell(story.Periods));
        Assert.EndsWith("last heartbeat 2026-11-23T05:20:00.000Z)", story.Missed[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_monitor_that_is_down_comes_up_with_the_first_beat_of_a_spool_that_is_recent_enough()
    {
        var story = MonitorStory.Beating().Judge(400);

        story.DelayedBeat(occurred: 61, minute: 400).DelayedBeat(occurred: 121, minute: 400);
        Assert.Equal(MonitorStatus.Down, story.State.Status);

        story.DelayedBeat(occurred: 381, minute: 400);
        Assert.Equal("new 0..0, up 0..65, down 65..381, up 381..", Tell(story.Periods));
    }
}
