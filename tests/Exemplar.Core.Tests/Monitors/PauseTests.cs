using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

public sealed class PauseTests
{
    [Theory]
    [InlineData("New", "paused since 70, last none, from none, next none")]
    [InlineData("Waiting", "paused since 70, last none, from none, next none")]
    [InlineData("Resumed", "paused since 70, last 0, from none, next none")]
    [InlineData("Up", "paused since 70, last 0, from none, next none")]
    [InlineData("Down", "paused since 70, last 0, from none, next none")]
    [InlineData("DownUnheard", "paused since 70, last none, from none, next none")]
    [InlineData("Unknown", "paused since 70, last 0, from none, next none")]
    [InlineData("Maintenance", "paused since 70, last 0, from none, next none")]
    public void Nothing_is_expected_of_a_paused_monitor(string given, string next) =>
        MonitorLifecycle.OnPaused(Given.A(given), At(70)).Expect(next, changes: "paused at 70");

    [Theory]
    [InlineData("Paused")]
    [InlineData("PausedUnheard")]
    public void Pausing_twice_changes_nothing(string given)
    {
        var state = Given.A(given);

        MonitorLifecycle.OnPaused(state, At(70)).Expect(Tell(state));
    }

    [Fact]
    public void A_pause_on_a_clock_that_was_set_back_begins_where_the_period_began() =>
        MonitorLifecycle.OnPaused(Given.Down, At(60))
            .Expect("paused since 65, last 0, from none, next none", changes: "paused at 65");

    [Fact]
    public void A_paused_monitor_takes_heartbeats_and_never_goes_down()
    {
        var story = MonitorStory.Beating().Pause(At(10)).Beat(20).Judge(1_000).DelayedBeat(occurred: 950, minute: 1_000).Judge(5_000);

        Assert.Equal("new 0..0, up 0..10, paused 10..", Tell(story.Periods));
        Assert.Equal(At(950), story.State.LastHeartbeatAt);
        Assert.Empty(story.Missed);
    }
}
