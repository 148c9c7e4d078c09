using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

public sealed class ScheduleEditTests
{
    [Theory]
    [InlineData("New", 120, "new since 0, last none, from 0, next 120")]
    [InlineData("New", 25, "new since 0, last none, from 0, next 25")]
    [InlineData("Up", 120, "up since 0, last 0, from 0, next 120")]
    [InlineData("Up", 25, "up since 0, last 0, from 0, next 25")]
    public void The_new_promise_counts_from_where_the_old_one_did(string given, double interval, string next) =>
        Edit(given, interval, minute: 30).Expect(next);

    [Theory]
    [InlineData("New", 30, "new since 0, last none, from 30, next 54")]
    [InlineData("Up", 30, "up since 0, last 0, from 30, next 54")]
    [InlineData("Resumed", 70, "new since 40, last 0, from 70, next 94")]
    public void A_shorter_promise_that_would_already_be_broken_starts_a_fresh_interval(
        string given, double minute, string next) =>
        Edit(given, interval: 24, minute).Expect(next);

    [Fact]
    public void A_resumed_monitor_counts_on_from_its_resume() =>
        Edit("Resumed", interval: 120, minute: 70).Expect("new since 40, last 0, from 40, next 160");

    [Theory]
    [InlineData("New")]
    [InlineData("Waiting")]
    public void A_monitor_never_heard_expects_nothing_once_it_starts_with_its_first_heartbeat(string given) =>
        MonitorLifecycle.OnScheduleChanged(Given.A(given), Hourly, FirstDeadline.FirstHeartbeat, At(30))
            .Expect("new since 0, last none, from none, next none");

    [Fact]
    public void A_waiting_monitor_that_no_longer_waits_counts_from_the_edit() =>
        MonitorLifecycle.OnScheduleChanged(Given.Waiting, Hourly, FirstDeadline.Creation, At(30))
            .Expect("new since 0, last none, from 30, next 90");

    [Theory]
    [InlineData("Up", 50)]
    [InlineData("Resumed", 100)]
    [InlineData("Down", 100)]
    [InlineData("Unknown", 100)]
    [InlineData("Maintenance", 100)]
    public void How_a_monitor_starts_does_not_matter_any_more_once_it_was_heard(string given, double minute)
    {
        var state = Given.A(given);

        MonitorLifecycle.OnScheduleChanged(state, Hourly, FirstDeadline.FirstHeartbeat, At(minute)).Expect(Tell(state));
    }

    [Theory]
    [InlineData("Down", 120, "up since 100, last 0, from 0, next 120")]
    [InlineData("Down", 95, "up since 100, last 0, from 0, next 95")]
    [InlineData("Unknown", 120, "up since 100, last 0, from 0, next 120")]
    [InlineData("Maintenance", 120, "up since 100, last 0, from 0, next 120")]
    [InlineData("Unknown", 95, "up since 100, last 0, from 0, next 95")]
    [InlineData("Maintenance", 95, "up since 100, last 0, from 0, next 95")]
    public void A_longer_promise_that_is_kept_brings_the_monitor_up_at_the_edit(string given, double interval, string next) =>
        Edit(given, interval, minute: 100).Expect(next, changes: "up at 100");

    [Fact]
    public void A_monitor_that_an_edit_brings_up_goes_on_counting_from_its_resume()
    {
        var story = MonitorStory.Beating().Pause(At(30)).Resume(At(40)).Judge(106).Edit(Every(150, 5), FirstDeadline.Creation, At(110));

        Assert.Equal("up since 110, last 0, from 40, next 190", Tell(story.State));
    }

    [Theory]
    [InlineData("Down", 94, "down since 65, last 0, from 0, next 188")]
    [InlineData("Down", 10, "down since 65, last 0, from 0, next 100")]
    [InlineData("Down", 19, "down since 65, last 0, from 0, next 114")]
    [InlineData("Unknown", 10, "unknown since 65, last 0, from 0, next 100")]
    [InlineData("Maintenance", 10, "maintenance since 65, last 0, from 0, next 100")]
    [InlineData("DownUnheard", 10, "down since 65, last none, from 0, next 100")]
    [InlineData("DownUnheard", 120, "down since 65, last none, from 0, next 120")]
    public void A_promise_that_is_still_broken_is_judged_next_at_its_first_deadline_after_the_edit(
        string given, double interval, string next) =>
        Edit(given, interval, minute: 100).Expect(next);

    [Theory]
    [InlineData("Paused")]
    [InlineData("PausedUnheard")]
    public void A_paused_monitor_stays_paused(string given)
    {
        var state = Given.A(given);

        Edit(given, interval: 10, minute: 100).Expect(Tell(state));
    }

    [Fact]
    public void Shortening_the_promise_never_makes_a_downtime_of_the_past()
    {
        var story = MonitorStory.Beating().Edit(Every(1, 1), FirstDeadline.Creation, At(50)).Judge(51).Judge(52.5);

        Assert.Equal("new 0..0, up 0..52, down 52..", Tell(story.Periods));
    }

    private static LifecycleDecision Edit(string given, double interval, double minute) =>
        MonitorLifecycle.OnScheduleChanged(Given.A(given), Every(interval, 5), FirstDeadline.Creation, At(minute));
}
