using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

public sealed class DeadlineTests
{
    [Theory]
    [InlineData("New", 64)]
    [InlineData("Up", 64)]
    [InlineData("Resumed", 104)]
    [InlineData("Down", 124)]
    [InlineData("DownUnheard", 124)]
    [InlineData("Unknown", 124)]
    [InlineData("Maintenance", 124)]
    public void A_deadline_that_has_not_been_reached_is_not_judged(string given, double minute)
    {
        var state = Given.A(given);

        MonitorLifecycle.OnDeadline(state, Hourly, OutageLog.Empty, At(minute)).Expect(Tell(state));
    }

    [Theory]
    [InlineData("New", 65)]
    [InlineData("Up", 65)]
    [InlineData("Resumed", 105)]
    [InlineData("Down", 125)]
    [InlineData("DownUnheard", 125)]
    [InlineData("Unknown", 125)]
    [InlineData("Maintenance", 125)]
    public void At_the_deadline_itself_nothing_is_judged_because_a_heartbeat_may_still_come(string given, double minute)
    {
        var state = Given.A(given);

        MonitorLifecycle.OnDeadline(state, Hourly, OutageLog.Empty, At(minute)).Expect(Tell(state));
    }

    [Theory]
    [InlineData("New", 65.001, "down since 65, last none, from 0, next 120", "down at 65", "down at 65")]
    [InlineData("Up", 65.001, "down since 65, last 0, from 0, next 120", "down at 65", "down at 65")]
    [InlineData("Resumed", 105.001, "down since 105, last 0, from 40, next 160", "down at 105", "down at 105")]
    [InlineData("Down", 125.001, "down since 65, last 0, from 0, next 180", "", "down at 125")]
    [InlineData("DownUnheard", 125.001, "down since 65, last none, from 0, next 180", "", "down at 125")]
    [InlineData("Unknown", 125.001, "down since 125, last 0, from 0, next 180", "down at 125", "down at 125")]
    [InlineData("Maintenance", 125.001, "down since 125, last 0, from 0, next 180", "down at 125", "down at 125")]
    public void A_deadline_that_has_passed_makes_a_missed_check_and_a_downtime_that_start_there(
        string given, double minute, string next, string changes, string missed) =>
        MonitorLifecycle.OnDeadline(Given.A(given), Hourly, OutageLog.Empty, At(minute)).Expect(next, changes, missed);

    [Theory]
    [InlineData("New", 65.001, "unknown since 65, last none, from 0, next 120", "unknown at 65", "unknown at 65")]
    [InlineData("Up", 65.001, "unknown since 65, last 0, from 0, next 120", "unknown at 65", "unknown at 65")]
    [InlineData("Resumed", 105.001, "unknown since 105, last 0, from 40, next 160", "unknown at 105", "unknown at 105")]
    [InlineData("Down", 125.001, "down since 65, last 0, from 0, next 180", "", "unknown at 125")]
    [InlineData("Unknown", 125.001, "unknown since 65, last 0, from 0, next 180", "", "unknown at 125")]
    public void A_deadline_that_passed_in_an_outage_cannot_be_judged(
        string given, double minute, string next, string changes, string missed)
    {
        var outages = new OutageLog([new Outage(At(minute - 2), At(minute), OutageCause.NotRunning)]);

        MonitorLifecycle.OnDeadline(Given.A(given), Hourly, outages, At(minute)).Expect(next, changes, missed);
    }

    [Theory]
    [InlineData("Waiting")]
    [InlineData("Paused")]
    [InlineData("PausedUnheard")]
    public void Where_nothing_is_expected_nothing_is_judged(string given)
    {
        var state = Given.A(given);

        MonitorLifecycle.OnDeadline(state, Hourly, OutageLog.Empty, At(1_000_000)).Expect(Tell(state));
    }

    [Fact]
    public void A_deadline_that_moved_on_with_a_heartbeat_is_left_alone()
    {
        var beaten = MonitorLifecycle.OnHeartbeat(Given.Up, Hourly, At(64)).Next;

        MonitorLifecycle.OnDeadline(beaten, Hourly, OutageLog.Empty, At(65.001))
            .Expect("up since 0, last 64, from 64, next 124");
    }

    [Fact]
    public void One_decision_judges_a_limited_number_of_deadlines_and_leaves_the_rest_due()
    {
        var decision = MonitorLifecycle.OnDeadline(Given.Up, Hourly, OutageLog.Empty, At(1_000_000));

        Assert.Equal(MonitorLifecycle.DeadlinesPerDecision, decision.Missed.Count);
        Assert.Equal("down at 65", Tell(decision.Changes));
        Assert.Equal(At((MonitorLifecycle.DeadlinesPerDecision + 1) * 60), decision.Next.NextExpectedAt);
        Assert.Equal(
            "down at 6065",
            Tell(MonitorLifecycle.OnDeadline(decision.Next, Hourly, OutageLog.Empty, At(1_000_000)).Missed.Take(1)));
    }
}
