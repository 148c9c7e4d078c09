using System.Diagnostics;
using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

/// <summary>Stories of a silence that Exemplar could not judge, because it was not watching itself.</summary>
public sealed class OutageTests
{
    [Theory]
    [InlineData(55, 61, "covers the expected moment")]
    [InlineData(60, 62, "begins with the expected moment")]
    [InlineData(58, 60, "ends with the expected moment")]
    [InlineData(63, 70, "covers the deadline")]
    [InlineData(65, 70, "begins with the deadline")]
    [InlineData(62, 65, "ends with the deadline")]
    [InlineData(50, 90, "covers both")]
    public void An_outage_over_the_expected_moment_or_the_deadline_gives_one_unknown_check(double from, double to, string why)
    {
        var story = MonitorStory.Beating().Outage(from, to).Judge(95);

        Assert.Equal(("unknown at 65", why), (Tell(story.Missed), why));
        Assert.Equal("new 0..0, up 0..65, unknown 65..", Tell(story.Periods));
        Assert.Equal(At(120), story.State.NextExpectedAt);
    }

    [Theory]
    [InlineData(OutageCause.NotRunning, "Exemplar was not running from 2026-11-23T05:50:00.000Z to 2026-11-23T06:30:00.000Z")]
    [InlineData(OutageCause.StorageUnavailable, "Exemplar could not store heartbeats from 2026-11-23T05:50:00.000Z to 2026-11-23T06:30:00.000Z")]
    [InlineData(OutageCause.ClockJump, "Exemplar's clock jumped from 2026-11-23T05:50:00.000Z to 2026-11-23T06:30:00.000Z")]
    public void The_unknown_check_and_period_carry_the_reason(OutageCause cause, string reason)
    {
        var story = MonitorStory.Beating().Outage(50, 90, cause).Judge(90);

        Assert.Equal(reason, Assert.Single(story.Missed).Error);
        Assert.Equal(reason, story.Periods[^1].Error);
        Assert.Equal(CheckOutcome.Unknown, story.Missed[0].Outcome);
    }

    [Fact]
    public void A_clock_that_jumps_within_the_interval_makes_no_downtime_out_of_a_job_that_is_in_time()
    {
        var story = MonitorStory.Beating().Outage(30, 50, OutageCause.ClockJump).Judge(79);

        Assert.Equal("unknown at 65", Tell(story.Missed));
        Assert.Equal("new 0..0, up 0..65, unknown 65..80, up 80..", Tell(story.Beat(80).Periods));
    }

    [Fact]
    public void A_short_outage_inside_a_long_one_gives_no_second_unknown_check()
    {
        var story = MonitorStory.Beating().Outage(50, 200).Outage(59, 61).Judge(230);

        Assert.Equal("unknown at 65", Tell(story.Missed));
        Assert.Equal(At(240), story.State.NextExpectedAt);
    }

    [Fact]
    public void A_silence_that_goes_on_after_the_outage_is_a_downtime_from_the_next_deadline()
    {
        var story = MonitorStory.Beating().Outage(50, 90).Judge(126);

        Assert.Equal("new 0..0, up 0..65, unknown 65..125, down 125..", Tell(story.Periods));
        Assert.Equal("unknown at 65, down at 125", Tell(story.Missed));
        Assert.StartsWith(MissedHeartbeatError.Prefix, story.Missed[1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_beat_after_the_outage_ends_the_unknown_period_at_once()
    {
        var story = MonitorStory.Beating().Outage(50, 90).Judge(90).Beat(91).Judge(156);

        Assert.Equal("new 0..0, up 0..65, unknown 65..91, up 91..", Tell(story.Periods));
    }

    [Fact]
    public void A_beat_after_the_outage_and_before_the_deadline_leaves_no_trace_of_it()
    {
        var story = MonitorStory.Beating().Outage(55, 62).Beat(63).Judge(100);

        Assert.Equal("new 0..0, up 0..", Tell(story.Periods));
        Assert.Empty(story.Missed);
    }

    [Theory]
    [InlineData(61, 64)]
    [InlineData(60.001, 64.999)]
    [InlineData(10, 59.999)]
    [InlineData(65.001, 90)]
    public void An_outage_that_touches_neither_expected_moment_nor_deadline_excuses_nothing(double from, double to)
    {
        var story = MonitorStory.Beating().Outage(from, to).Judge(95);

        Assert.Equal("new 0..0, up 0..65, down 65..", Tell(story.Periods));
        Assert.Equal("down at 65", Tell(story.Missed));
    }

    [Fact]
    public void A_monitor_that_was_down_before_the_outage_stays_down_and_gets_one_unknown_check()
    {
        var story = MonitorStory.Beating().Judge(70).Outage(110, 500).Judge(500);

        Assert.Equal("down since 65, last 0, from 0, next 540", Tell(story.State));
        Assert.Equal("new 0..0, up 0..65, down 65..", Tell(story.Periods));
        Assert.Equal("down at 65, unknown at 125", Tell(story.Missed));

        story.Judge(546);
        Assert.Equal("down at 65, unknown at 125, down at 545", Tell(story.Missed));
        Assert.Equal(At(65), story.State.Since);
    }

    [Fact]
    public void An_expected_moment_at_the_very_end_of_an_outage_is_passed_over_with_it()
    {
        var story = MonitorStory.Beating().Outage(50, 120).Judge(126);

        Assert.Equal("unknown at 65", Tell(story.Missed));
        Assert.Equal(At(180), story.State.NextExpectedAt);
    }

    [Fact]
    public void Two_outages_give_one_unknown_check_each()
    {
        var story = MonitorStory.Beating().Outage(50, 90).Outage(118, 200).Judge(200);

        Assert.Equal("unknown at 65, unknown at 125", Tell(story.Missed));
        Assert.Equal("new 0..0, up 0..65, unknown 65..", Tell(story.Periods));
        Assert.Equal(At(240), story.State.NextExpectedAt);
    }

    [Fact]
    public void An_outage_over_billions_of_intervals_is_decided_at_once_with_one_check()
    {
        var everySecond = Every(1.0 / 60, 1.0 / 60);
        var story = MonitorStory.Created(At(0), everySecond).Beat(0);
        var minutes = TimeSpan.FromDays(365_000).TotalMinutes;

        var watch = Stopwatch.StartNew();
        story.Outage(0.01, minutes).Judge(minutes);

        Assert.Single(story.Missed);
        Assert.Equal(MonitorStatus.Unknown, story.State.Status);
        Assert.Equal(At(minutes).AddSeconds(1), story.State.NextExpectedAt);
        Assert.Equal(1, story.Judgements);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_paused_monitor_does_not_notice_an_outage()
    {
        var story = MonitorStory.Beating().Pause(At(10)).Outage(50, 500).Judge(500).Resume(At(510)).Judge(570);

        Assert.Equal("new 0..0, up 0..10, paused 10..510, new 510..", Tell(story.Periods));
        Assert.Empty(story.Missed);
    }
}
