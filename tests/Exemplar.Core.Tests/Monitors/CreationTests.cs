using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

public sealed class CreationTests
{
    [Fact]
    public void The_first_deadline_counts_from_the_creation() =>
        MonitorLifecycle.OnCreated(Hourly, FirstDeadline.Creation, At(0))
            .Expect("new since 0, last none, from 0, next 60", changes: "new at 0");

    [Fact]
    public void A_monitor_that_starts_with_its_first_heartbeat_expects_nothing_before_it() =>
        MonitorLifecycle.OnCreated(Hourly, FirstDeadline.FirstHeartbeat, At(0))
            .Expect("new since 0, last none, from none, next none", changes: "new at 0");

    [Fact]
    public void A_monitor_that_never_calls_in_goes_down_at_its_first_deadline()
    {
        var story = MonitorStory.Created(At(0), Hourly).Judge(70);

        Assert.Equal("new 0..65, down 65..", Tell(story.Periods));
        Assert.Equal("down at 65", Tell(story.Missed));
    }

    [Fact]
    public void A_monitor_that_waits_for_its_first_heartbeat_never_goes_down()
    {
        var story = MonitorStory.Created(At(0), Hourly, FirstDeadline.FirstHeartbeat).Judge(1_000_000);

        Assert.Equal("new 0..", Tell(story.Periods));
        Assert.Empty(story.Missed);
    }

    [Fact]
    public void A_monitor_that_waited_for_its_first_heartbeat_has_deadlines_after_it()
    {
        var story = MonitorStory.Created(At(0), Hourly, FirstDeadline.FirstHeartbeat).Beat(500).Judge(570);

        Assert.Equal("new 0..500, up 500..565, down 565..", Tell(story.Periods));
    }
}
