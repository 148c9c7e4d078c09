using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

/// <summary>Stories of a job that falls silent, and comes back.</summary>
public sealed class SilenceTests
{
    [Fact]
    public void A_beat_exactly_on_the_deadline_keeps_the_monitor_up()
    {
        var story = MonitorStory.Beating().Judge(65).Beat(65).Judge(65.1);

        Assert.Equal("new 0..0, up 0..", Tell(story.Periods));
        Assert.Empty(story.Missed);
    }

    [Fact]
    public void A_late_beat_within_grace_keeps_the_monitor_up()
    {
        var story = MonitorStory.Beating().Judge(61).Beat(64).Judge(65.1).Judge(129);

        Assert.Equal("new 0..0, up 0..", Tell(story.Periods));
        Assert.Empty(story.Missed);
    }

    [Fact]
    public void The_downtime_starts_at_the_deadline_however_late_it_is_noticed()
    {
        var story = MonitorStory.Beating().Judge(124);

        Assert.Equal("new 0..0, up 0..65, down 65..", Tell(story.Periods));
        Assert.Equal("down at 65", Tell(story.Missed));
    }

    [Fact]
    public void Every_further_interval_of_silence_adds_one_more_missed_check()
    {
        var story = MonitorStory.Beating();

        Assert.Equal("down at 65", Tell(story.Judge(66).Missed));
        Assert.Equal("down at 65", Tell(story.Judge(125).Missed));
        Assert.Equal("down at 65, down at 125", Tell(story.Judge(125.1).Missed));
        Assert.Equal("down at 65, down at 125, down at 185, down at 245, down at 305", Tell(story.Judge(310).Missed));
        Assert.Equal("new 0..0, up 0..65, down 65..", Tell(story.Periods));
    }

    [Fact]
    public void A_beat_recovers_at_once_and_the_next_downtime_counts_from_it()
    {
        var story = MonitorStory.Beating().Judge(70).Beat(71).Judge(136.1);

        Assert.Equal("new 0..0, up 0..65, down 65..71, up 71..136, down 136..", Tell(story.Periods));
        Assert.Equal("down at 65, down at 136", Tell(story.Missed));
    }

    [Fact]
    public void The_missed_check_and_the_downtime_say_the_same()
    {
        var story = MonitorStory.Beating().Judge(66);

        const string Error = "no heartbeat received within expected_interval_minutes + grace_period_minutes "
            + "(60 + 5 min; last heartbeat 2026-11-23T05:00:00.000Z)";
        Assert.Equal(Error, Assert.Single(story.Missed).Error);
        Assert.Equal(Error, story.Periods[^1].Error);
        Assert.Equal(CheckOutcome.Down, story.Missed[0].Outcome);
    }

    [Fact]
    public void Every_missed_check_names_the_last_heartbeat_of_any_kind()
    {
        var story = MonitorStory.Beating().Judge(200).DelayedBeat(occurred: 90, minute: 240).Judge(250);

        Assert.Equal(MonitorStatus.Down, story.State.Status);
        Assert.EndsWith("last heartbeat 2026-11-23T05:00:00.000Z)", story.Missed[^2].Error, StringComparison.Ordinal);
        Assert.EndsWith("last heartbeat 2026-11-23T06:30:00.000Z)", story.Missed[^1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grace_longer_than_the_interval_misses_its_first_beat_only_when_the_grace_is_over()
    {
        var story = MonitorStory.Beating(Every(10, 60)).Judge(95);

        Assert.Equal("new 0..0, up 0..70, down 70..", Tell(story.Periods));
        Assert.Equal("down at 70, down at 80, down at 90", Tell(story.Missed));
    }
}
