using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

public sealed class HeartbeatTests
{
    [Theory]
    [InlineData("New", 10, "up since 10, last 10, from 10, next 70", "up at 10")]
    [InlineData("Waiting", 10, "up since 10, last 10, from 10, next 70", "up at 10")]
    [InlineData("Resumed", 50, "up since 50, last 50, from 50, next 110", "up at 50")]
    [InlineData("Up", 10, "up since 0, last 10, from 10, next 70", "")]
    [InlineData("Up", 62, "up since 0, last 62, from 62, next 122", "")]
    [InlineData("Down", 100, "up since 100, last 100, from 100, next 160", "up at 100")]
    [InlineData("DownUnheard", 100, "up since 100, last 100, from 100, next 160", "up at 100")]
    [InlineData("Unknown", 100, "up since 100, last 100, from 100, next 160", "up at 100")]
    [InlineData("Maintenance", 100, "up since 100, last 100, from 100, next 160", "up at 100")]
    [InlineData("Paused", 40, "paused since 30, last 40, from none, next none", "")]
    [InlineData("PausedUnheard", 40, "paused since 30, last 40, from none, next none", "")]
    public void A_heartbeat_brings_every_monitor_up_at_once_that_is_not_paused(
        string given, double minute, string next, string changes) =>
        MonitorLifecycle.OnHeartbeat(Given.A(given), Hourly, At(minute)).Expect(next, changes);

    [Theory]
    [InlineData(3.9, "up since 0, last 65.065, from 65.065, next 125.065", "", "")]
    [InlineData(4.5, "up since 65.075, last 65.075, from 65.075, next 125.075", "down at 65, up at 65.075", "down at 65")]
    public void A_heartbeat_just_after_a_deadline_that_nobody_judged_may_have_waited_for_the_server_and_is_in_time(
        double secondsAfter, string next, string changes, string missed) =>
        MonitorLifecycle.OnHeartbeat(Given.Up, Hourly, OutageLog.Empty, At(65 + (secondsAfter / 60))).Expect(next, changes, missed);

    [Fact]
    public void A_heartbeat_gives_no_reason_for_the_change()
    {
        var decision = MonitorLifecycle.OnHeartbeat(Given.Down, Hourly, At(100));

        Assert.Null(Assert.Single(decision.Changes).Error);
    }

    [Theory]
    [InlineData("Up", -1.0, "up since 0, last 0, from 0, next 60", "")]
    [InlineData("Down", -1.0, "up since 65, last 0, from 0, next 60", "up at 65")]
    [InlineData("Paused", -1.0, "paused since 30, last 0, from none, next none", "")]
    public void A_heartbeat_stamped_up_to_a_second_before_the_last_counts_as_the_last(
        string given, double seconds, string next, string changes) =>
        MonitorLifecycle.OnHeartbeat(Given.A(given), Hourly, At(seconds / 60)).Expect(next, changes);

    [Theory]
    [InlineData("Up", -1.2, "up since 0, last -0.02, from -0.02, next 59.98", "")]
    [InlineData("Down", -1.2, "up since 65, last -0.02, from -0.02, next 59.98", "up at 65")]
    [InlineData("Paused", -1.2, "paused since 30, last -0.02, from none, next none", "")]
    public void A_heartbeat_stamped_more_than_a_second_before_the_last_follows_a_clock_that_was_set_back(
        string given, double seconds, string next, string changes) =>
        MonitorLifecycle.OnHeartbeat(Given.A(given), Hourly, At(seconds / 60)).Expect(next, changes);

    [Theory]
    [InlineData("Down")]
    [InlineData("Unknown")]
    [InlineData("Maintenance")]
    public void A_heartbeat_stamped_before_the_period_began_leaves_that_period_empty(string given) =>
        MonitorLifecycle.OnHeartbeat(Given.A(given), Hourly, At(64.9))
            .Expect("up since 65, last 64.9, from 64.9, next 124.9", changes: "up at 65");
}
