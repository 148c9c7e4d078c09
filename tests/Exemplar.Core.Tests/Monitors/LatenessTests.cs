using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

public sealed class LatenessTests
{
    [Theory]
    [InlineData("Up", 59, MonitorStatus.Up, 0)]
    [InlineData("Up", 60, MonitorStatus.Up, 0)]
    [InlineData("Up", 60.001, MonitorStatus.Late, 60)]
    [InlineData("Up", 65, MonitorStatus.Late, 60)]
    [InlineData("New", 60, MonitorStatus.New, 0)]
    [InlineData("New", 60.001, MonitorStatus.Late, 60)]
    public void Late_is_derived_from_the_clock_once_the_expected_moment_has_passed(
        string given, double minute, MonitorStatus status, double since)
    {
        var state = Given.A(given);

        Assert.Equal(status, state.StatusAt(At(minute)));
        Assert.Equal(At(since), state.SinceAt(At(minute)));
    }

    [Theory]
    [InlineData("Down")]
    [InlineData("Unknown")]
    [InlineData("Maintenance")]
    [InlineData("Paused")]
    [InlineData("Waiting")]
    public void Only_what_is_up_or_new_and_expected_can_be_late(string given)
    {
        var state = Given.A(given);

        Assert.Equal(state.Status, state.StatusAt(At(1_000)));
        Assert.Equal(state.Since, state.SinceAt(At(1_000)));
    }

    [Fact]
    public void Being_late_is_not_stored_and_a_beat_within_grace_leaves_no_trace()
    {
        var story = MonitorStory.Beating().Judge(63);
        Assert.Equal(MonitorStatus.Late, story.State.StatusAt(At(63)));

        story.Beat(64).Judge(66);
        Assert.Equal("new 0..0, up 0..", Tell(story.Periods));
        Assert.Equal(MonitorStatus.Up, story.State.StatusAt(At(66)));
    }

    [Fact]
    public void Lateness_begins_with_its_period_when_the_expected_moment_lies_before_it()
    {
        var story = MonitorStory.Beating(Every(10, 60)).Judge(100).DelayedBeat(occurred: 35, minute: 100);

        Assert.Equal("up since 70, last 35, from 35, next 45", Tell(story.State));
        Assert.Equal((MonitorStatus.Late, At(70)), (story.State.StatusAt(At(100)), story.State.SinceAt(At(100))));
    }

    [Theory]
    [InlineData("Up", 65.0)]
    [InlineData("Down", 125.0)]
    [InlineData("Paused", null)]
    [InlineData("Waiting", null)]
    public void The_deadline_is_the_expected_moment_plus_grace(string given, double? deadline)
    {
        var expected = deadline is { } minute ? At(minute) : default(DateTimeOffset?);

        Assert.Equal(expected, Given.A(given).DeadlineAt(Hourly));
    }
}
