using CsCheck;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Core.Tests.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Periods;

public sealed class TimelineTests
{
    [Fact]
    public void Periods_are_clipped_to_the_range()
    {
        var story = MonitorStory.Beating().Judge(70).Beat(80);

        Assert.Equal("up 30..65, down 65..80, up 80..90", Cut(story, from: 30, to: 90, now: 100));
        Assert.Equal("down 70..75", Cut(story, from: 70, to: 75, now: 100));
        Assert.Equal("up 85..100", Cut(story, from: 85, to: 100, now: 100));
    }

    [Fact]
    public void An_empty_period_is_left_out_and_its_neighbours_become_one()
    {
        var story = MonitorStory.Beating().Judge(80).DelayedBeat(occurred: 61, minute: 90);

        Assert.Equal("new 0..0, up 0..65, down 65..65, up 65..", Tell(story.Periods));
        Assert.Equal("up 0..90", Cut(story, from: 0, to: 90, now: 90));
    }

    [Fact]
    public void An_empty_range_has_no_periods() =>
        Assert.Equal("", Cut(MonitorStory.Beating(), from: 20, to: 20, now: 30));

    [Fact]
    public void The_error_of_a_period_stays_with_it()
    {
        var story = MonitorStory.Beating().Judge(70);

        var cut = Timeline.Cut(story.Periods, story.State, At(66), At(70), At(70));

        Assert.Equal(story.Missed[0].Error, Assert.Single(cut).Error);
    }

    [Theory]
    [InlineData(0, 60, 60, "up 0..60")]
    [InlineData(0, 63, 63, "up 0..60, late 60..63")]
    [InlineData(0, 70, 70, "up 0..60, late 60..70")]
    [InlineData(60, 63, 63, "late 60..63")]
    [InlineData(61, 63, 63, "late 61..63")]
    [InlineData(0, 60, 63, "up 0..60")]
    [InlineData(0, 50, 63, "up 0..50")]
    [InlineData(0, 61, 63, "up 0..60, late 60..61")]
    public void The_end_of_an_up_period_is_shown_as_late_from_the_expected_moment(int from, int to, int now, string shown) =>
        Assert.Equal(shown, Cut(MonitorStory.Beating(), from, to, now));

    [Fact]
    public void What_is_down_is_not_late() =>
        Assert.Equal("up 0..65, down 65..130", Cut(MonitorStory.Beating().Judge(130), from: 0, to: 130, now: 130));

    [Fact]
    public void A_range_from_the_past_is_not_late_when_the_present_is()
    {
        var story = MonitorStory.Beating().Judge(70).Beat(80);

        Assert.Equal("up 0..65", Cut(story, from: 0, to: 65, now: 143));
        Assert.Equal("up 0..65, down 65..80, up 80..140, late 140..143", Cut(story, from: 0, to: 143, now: 143));
    }

    [Fact]
    public void A_cut_leaves_no_gap_and_no_overlap_and_adds_up_to_the_range() =>
        Gen.Select(RandomPeriods.Of(12, longestMinutes: 600), Gen.Int[0, 20_000], Gen.Int[0, 20_000], Gen.Int[0, 100], Gen.Int[-50, 300])
            .Sample((stored, one, other, later, expected) =>
        {
            var (from, to) = (stored[0].From.AddMinutes(Math.Min(one, other)), stored[0].From.AddMinutes(Math.Max(one, other)));
            var last = stored[^1];
            var state = new MonitorState(last.Status, last.From, last.From, last.From, last.From.AddMinutes(expected));
            Period[] overlapping = [.. stored.Where(p => p.From < to && (p.To is null || p.To > from))];

            var cut = Timeline.Cut(overlapping, state, from, to, to.AddMinutes(later));

            Assert.Equal(to - from, cut.Aggregate(TimeSpan.Zero, (sum, p) => sum + (p.To!.Value - p.From)));
            Assert.All(cut, p => Assert.True(p.To > p.From));
            foreach (var (period, next) in cut.Zip(cut.Skip(1))) Assert.Equal(period.To, next.From);
            if (from < to) Assert.Equal((from, to), (cut[0].From, cut[^1].To));
            Assert.Equal(Uptime.Of(stored, from, to), Uptime.Of(cut, from, to));
        }, iter: 5_000);

    private static string Cut(MonitorStory story, int from, int to, int now) =>
        Tell(Timeline.Cut(story.Periods, story.State, At(from), At(to), At(now)));
}
