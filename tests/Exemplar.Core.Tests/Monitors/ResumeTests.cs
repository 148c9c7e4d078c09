using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

public sealed class ResumeTests
{
    [Theory]
    [InlineData("Paused", FirstDeadline.Creation, "new since 90, last 0, from 90, next 150")]
    [InlineData("Paused", FirstDeadline.FirstHeartbeat, "new since 90, last 0, from 90, next 150")]
    [InlineData("PausedUnheard", FirstDeadline.Creation, "new since 90, last none, from 90, next 150")]
    public void Resuming_starts_a_fresh_interval(string given, FirstDeadline starts, string next) =>
        MonitorLifecycle.OnResumed(Given.A(given), Hourly, starts, At(90)).Expect(next, changes: "new at 90");

    [Fact]
    public void A_monitor_that_was_never_heard_waits_for_its_first_heartbeat_again() =>
        MonitorLifecycle.OnResumed(Given.PausedUnheard, Hourly, FirstDeadline.FirstHeartbeat, At(90))
            .Expect("new since 90, last none, from none, next none", changes: "new at 90");

    [Theory]
    [InlineData("New")]
    [InlineData("Waiting")]
    [InlineData("Resumed")]
    [InlineData("Up")]
    [InlineData("Down")]
    [InlineData("DownUnheard")]
    [InlineData("Unknown")]
    [InlineData("Maintenance")]
    public void Resuming_what_is_not_paused_changes_nothing(string given)
    {
        var state = Given.A(given);

        MonitorLifecycle.OnResumed(state, Hourly, FirstDeadline.Creation, At(90)).Expect(Tell(state));
        MonitorLifecycle.OnResumed(state, Hourly, FirstDeadline.FirstHeartbeat, At(90)).Expect(Tell(state));
    }

    [Fact]
    public void A_resume_on_a_clock_that_was_set_back_begins_where_the_pause_began() =>
        MonitorLifecycle.OnResumed(Given.Paused, Hourly, FirstDeadline.Creation, At(20))
            .Expect("new since 30, last 0, from 20, next 80", changes: "new at 30");

    [Fact]
    public void A_resumed_monitor_that_stays_silent_goes_down_one_interval_and_grace_later()
    {
        var story = MonitorStory.Beating().Judge(70).Pause(At(80)).Resume(At(200)).Judge(266);

        Assert.Equal("new 0..0, up 0..65, down 65..80, paused 80..200, new 200..265, down 265..", Tell(story.Periods));
        Assert.Equal("down at 65, down at 265", Tell(story.Missed));
    }

    [Fact]
    public void A_heartbeat_during_the_pause_does_not_shorten_the_fresh_interval()
    {
        var story = MonitorStory.Beating().Pause(At(10)).Beat(190).Resume(At(200)).Judge(265);

        Assert.Equal("new since 200, last 190, from 200, next 260", Tell(story.State));
    }
}
