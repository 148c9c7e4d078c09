using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

public sealed class ClockSetBackTests
{
    [Theory]
    [InlineData("New", "new since 0, last none, from -10, next 50")]
    [InlineData("Up", "up since 0, last 0, from -10, next 50")]
    [InlineData("Resumed", "new since 40, last 0, from -10, next 50")]
    [InlineData("Down", "down since 65, last 0, from -10, next 50")]
    [InlineData("DownUnheard", "down since 65, last none, from -10, next 50")]
    [InlineData("Unknown", "unknown since 65, last 0, from -10, next 50")]
    [InlineData("Maintenance", "maintenance since 65, last 0, from -10, next 50")]
    public void An_interval_that_would_begin_in_the_future_is_counted_from_the_clock_as_it_is_now(string given, string next) =>
        MonitorLifecycle.OnClockSetBack(Given.A(given), Hourly, At(-10)).Expect(next);

    [Theory]
    [InlineData("New", 0)]
    [InlineData("Up", 0)]
    [InlineData("Up", 20)]
    [InlineData("Down", 60)]
    [InlineData("DownUnheard", 60)]
    [InlineData("Unknown", 60)]
    [InlineData("Maintenance", 60)]
    public void An_interval_that_began_before_the_new_time_goes_on(string given, double minute)
    {
        var state = Given.A(given);

        MonitorLifecycle.OnClockSetBack(state, Hourly, At(minute)).Expect(Tell(state));
    }

    [Theory]
    [InlineData("Waiting")]
    [InlineData("Paused")]
    [InlineData("PausedUnheard")]
    public void Where_nothing_is_expected_nothing_changes(string given)
    {
        var state = Given.A(given);

        MonitorLifecycle.OnClockSetBack(state, Hourly, At(-10)).Expect(Tell(state));
    }

    [Fact]
    public void Silence_after_the_clock_was_set_back_is_noticed_one_interval_and_grace_later()
    {
        var story = MonitorStory.Beating().Beat(600).ClockSetBack(At(100)).Judge(165);
        Assert.Equal(MonitorStatus.Up, story.State.Status);

        story.Judge(165.1);
        Assert.Equal(MonitorStatus.Down, story.State.Status);
        Assert.Equal("down at 165", Tell(story.Missed));
    }

    [Theory]
    [InlineData("Down", "down since 65, last 0, from 20, next 80")]
    [InlineData("DownUnheard", "down since 65, last none, from 20, next 80")]
    [InlineData("Unknown", "unknown since 65, last 0, from 20, next 80")]
    [InlineData("Maintenance", "maintenance since 65, last 0, from 20, next 80")]
    public void An_expected_moment_more_than_an_interval_ahead_is_not_waited_for(string given, string next) =>
        MonitorLifecycle.OnClockSetBack(Given.A(given), Hourly, At(20)).Expect(next);

    [Fact]
    public void A_clock_that_was_a_year_ahead_for_a_moment_hides_no_silence()
    {
        const double NextYear = 365 * 1_440;
        var story = MonitorStory.Beating().Outage(30, NextYear, OutageCause.ClockJump).Judge(NextYear);
        Assert.Equal("new 0..0, up 0..65, unknown 65..", Tell(story.Periods));

        story.ClockSetBack(At(31)).Judge(97);
        Assert.Equal("new 0..0, up 0..65, unknown 65..96, down 96..", Tell(story.Periods));
    }

    [Fact]
    public void A_job_that_beats_on_is_not_disturbed_by_the_clock()
    {
        var story = MonitorStory.Beating().Beat(600).ClockSetBack(At(100)).Beat(160).Judge(160).Beat(220).Judge(220);

        Assert.Equal("new 0..0, up 0..", Tell(story.Periods));
    }
}
