using Exemplar.Core.Checks;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

/// <summary>Stories of a silence that somebody had planned.</summary>
public sealed class MaintenanceTests
{
    [Theory]
    [InlineData(55, 61, "covers the expected moment")]
    [InlineData(60, 62, "begins with the expected moment")]
    [InlineData(63, 70, "covers the deadline")]
    [InlineData(65, 70, "begins with the deadline")]
    [InlineData(50, 90, "covers both")]
    public void A_window_over_the_expected_moment_or_the_deadline_gives_one_unknown_check(double from, double to, string why)
    {
        var story = MonitorStory.Beating().Window(from, to).Judge(95);

        Assert.Equal(("unknown at 65", why), (Tell(story.Missed), why));
        Assert.Equal("new 0..0, up 0..65, maintenance 65..", Tell(story.Periods));
        Assert.Equal(At(120), story.State.NextExpectedAt);
    }

    [Theory]
    [InlineData(40, 60, "ends with the expected moment")]
    [InlineData(61, 65, "lies between the two")]
    [InlineData(66, 80, "begins after the deadline")]
    public void A_window_over_neither_of_them_excuses_nothing(double from, double to, string why)
    {
        var story = MonitorStory.Beating().Window(from, to).Judge(70);

        Assert.Equal(("down at 65", why), (Tell(story.Missed), why));
        Assert.Equal("new 0..0, up 0..65, down 65..", Tell(story.Periods));
    }

    [Fact]
    public void The_check_and_the_period_name_the_window()
    {
        var story = MonitorStory.Beating().Window(50, 90).Judge(90);

        const string reason = "maintenance: Upgrade (from 2026-11-23T05:50:00.000Z to 2026-11-23T06:30:00.000Z)";
        Assert.Equal((CheckOutcome.Unknown, reason), (story.Missed[0].Outcome, story.Missed[0].Error));
        Assert.Equal(reason, story.Periods[^1].Error);
    }

    [Fact]
    public void A_long_window_has_one_check_and_the_first_expected_moment_after_it_counts_again()
    {
        var story = MonitorStory.Beating().Window(50, 310).Judge(70).Judge(130).Judge(200).Judge(309).Judge(366);

        Assert.Equal("unknown at 65, down at 365", Tell(story.Missed));
        Assert.Equal("new 0..0, up 0..65, maintenance 65..365, down 365..", Tell(story.Periods));
    }

    [Fact]
    public void Within_a_window_the_next_expected_moment_is_never_further_than_the_next_interval()
    {
        var story = MonitorStory.Beating().Window(50, 5_000).Judge(130);

        Assert.Equal(At(180), story.State.NextExpectedAt);
    }

    [Fact]
    public void A_window_that_is_ended_early_excuses_nothing_after_its_end()
    {
        var story = MonitorStory.Beating().Window(50, 5_000).Judge(130).Window(50, 140).Judge(190);

        Assert.Equal("new 0..0, up 0..65, maintenance 65..185, down 185..", Tell(story.Periods));
    }

    [Fact]
    public void A_beat_within_the_window_brings_it_up_at_once()
    {
        var story = MonitorStory.Beating().Window(50, 200).Judge(70).Beat(80).Judge(150);

        Assert.Equal("new 0..0, up 0..65, maintenance 65..80, up 80..145, maintenance 145..", Tell(story.Periods));
        Assert.Equal("unknown at 65, unknown at 145", Tell(story.Missed));
    }

    [Fact]
    public void A_monitor_that_is_down_goes_to_maintenance_with_the_beginning_of_the_window()
    {
        var story = MonitorStory.Beating().Window(100, 200).Judge(70).Begin(101).Judge(250);

        Assert.Equal("new 0..0, up 0..65, down 65..100, maintenance 100..245, down 245..", Tell(story.Periods));
        Assert.Equal("down at 65, unknown at 125, down at 245", Tell(story.Missed));
    }

    [Fact]
    public void A_deadline_before_the_window_that_nobody_has_judged_yet_is_judged_before_it_begins()
    {
        var story = MonitorStory.Beating().Window(100, 200).Begin(101);

        Assert.Equal("new 0..0, up 0..65, down 65..100, maintenance 100..", Tell(story.Periods));
    }

    [Fact]
    public void A_window_that_was_declared_late_takes_back_no_downtime()
    {
        var late = MonitorStory.Once(At(10), At(200)) with { DeclaredAt = At(90) };
        var story = MonitorStory.Beating().Judge(70).Planned(late).Begin(91);

        Assert.Equal("new 0..0, up 0..65, down 65..90, maintenance 90..", Tell(story.Periods));
    }

    [Theory]
    [InlineData("New")]
    [InlineData("Waiting")]
    [InlineData("Up")]
    [InlineData("Unknown")]
    [InlineData("Maintenance")]
    [InlineData("Paused")]
    public void The_beginning_of_a_window_changes_nothing_that_is_not_down(string given)
    {
        var quiet = new QuietTime(QuietKind.Maintenance, At(70), At(90), "Upgrade", At(0));
        var state = Given.A(given);

        MonitorLifecycle.OnMaintenanceBegan(state, quiet, At(0)).Expect(Tell(state));
    }

    [Fact]
    public void A_pause_within_the_window_and_a_resumption_start_a_fresh_interval()
    {
        var story = MonitorStory.Beating().Window(50, 200).Judge(70).Pause(At(80)).Resume(At(100)).Judge(170).Judge(226);

        Assert.Equal("new 0..0, up 0..65, maintenance 65..80, paused 80..100, new 100..165, maintenance 165..225, down 225..", Tell(story.Periods));
    }

    [Fact]
    public void A_longer_promise_that_is_kept_ends_the_maintenance()
    {
        var story = MonitorStory.Beating().Window(50, 200).Judge(70).Edit(Every(120, 5), FirstDeadline.Creation, At(80));

        Assert.Equal("new 0..0, up 0..65, maintenance 65..80, up 80..", Tell(story.Periods));
    }

    [Fact]
    public void A_delayed_beat_of_a_moment_before_the_window_leaves_it_in_maintenance()
    {
        var story = MonitorStory.Beating().Window(50, 400).Judge(130).DelayedBeat(10, 140);

        Assert.Equal("maintenance since 65, last 10, from 0, next 180", Tell(story.State));
    }

    [Fact]
    public void Our_own_outage_within_the_window_adds_nothing_and_one_that_outlasts_it_counts_as_ours()
    {
        var within = MonitorStory.Beating().Window(50, 400).Outage(100, 200).Judge(390);
        Assert.Equal("new 0..0, up 0..65, maintenance 65..", Tell(within.Periods));
        Assert.Equal("unknown at 65", Tell(within.Missed));

        var outlasting = MonitorStory.Beating().Window(50, 150).Outage(100, 250).Judge(306);
        Assert.Equal("new 0..0, up 0..65, maintenance 65..185, unknown 185..305, down 305..", Tell(outlasting.Periods));
    }

    [Fact]
    public void After_the_clock_was_set_back_into_the_window_silence_is_still_excused()
    {
        var story = MonitorStory.Beating().Window(50, 400).Judge(130).ClockSetBack(At(60)).Judge(130).Judge(466);

        Assert.Equal("new 0..0, up 0..65, maintenance 65..425, down 425..", Tell(story.Periods));
    }

    [Fact]
    public void Windows_that_follow_one_another_have_one_check()
    {
        var story = MonitorStory.Beating()
            .Planned(MonitorStory.Once(At(50), At(150)), MonitorStory.Once(At(150), At(300))).Judge(70).Judge(200).Judge(299);

        Assert.Equal("unknown at 65", Tell(story.Missed));
    }

    [Fact]
    public void A_grace_longer_than_the_interval_is_excused_as_far_as_its_deadlines_reach_into_the_window()
    {
        var story = MonitorStory.Beating(Every(10, 60)).Window(65, 75).Judge(200);

        // Expected at 10, 20 and so on, judged an hour later: the first deadline lies in the window, the moment of 70 too.
        Assert.Equal("unknown at 70, down at 80, down at 90, down at 100, down at 110, down at 120, unknown at 130, down at 140", Tell(story.Missed.TakeWhile(m => m.At < At(145))));
    }
}
