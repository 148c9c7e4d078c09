using CsCheck;
using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using static Exemplar.Core.Tests.Monitors.MonitorEvents;

namespace Exemplar.Core.Tests.Monitors;

/// <summary>No false alarm and no missed one: what must be true of every verdict.</summary>
public sealed class VerdictPropertyTests
{
    private const int Samples = 5_000;

    [Fact]
    public void A_job_that_beats_within_interval_and_grace_is_never_judged() =>
        Gen.Select(AnySchedule, AnyStart, Gen.Select(Gen.Int[0, 10], Gen.Bool).Array[1, 50]).Sample((schedule, starts, beats) =>
        {
            var longest = schedule.Interval + schedule.Grace;
            var now = Narration.Start;
            var story = MonitorStory.Created(now, schedule, starts);
            foreach (var (tenths, judgedFirst) in beats)
            {
                now += longest * tenths / 10;
                if (judgedFirst) story.Judge(now);
                story.Beat(now);
            }
            story.Judge(now + longest);

            Assert.Empty(story.Missed);
            Assert.Equal(MonitorStatus.Up, story.State.Status);
        }, iter: Samples);

    [Fact]
    public void A_silent_monitor_is_down_once_its_deadline_has_passed_with_one_check_for_every_interval() =>
        Gen.Select(AnySchedule, Gen.Bool, Gen.Int[0, 500]).Sample((schedule, heard, seconds) =>
        {
            var story = MonitorStory.Created(Narration.Start, schedule);
            if (heard) story.Beat(Narration.Start);
            var now = Second(seconds);
            story.Judge(now);

            var deadline = Narration.Start + schedule.Interval + schedule.Grace;
            var expected = new List<DateTimeOffset>();
            for (var at = deadline; at < now; at += schedule.Interval) expected.Add(at);
            Assert.Equal(expected, story.Missed.Select(m => m.At));
            Assert.All(story.Missed, m => Assert.Equal(CheckOutcome.Down, m.Outcome));
            Assert.Equal(now > deadline, story.State.Status == MonitorStatus.Down);
            if (now > deadline) Assert.Equal(deadline, story.State.Since);
        }, iter: Samples);

    [Fact]
    public void Whatever_happened_before_a_silence_without_outages_ends_in_a_downtime() =>
        Gen.Select(AnySchedule, AnyStart, WithClockSteps).Sample((schedule, starts, events) =>
        {
            var story = MonitorStory.Created(Narration.Start, schedule, starts).Live(events);
            var deadline = story.State.DeadlineAt(story.Schedule);

            story.Judge(Second(50_000));

            Assert.Equal(deadline is not null, story.State.Status == MonitorStatus.Down);
        }, iter: 500);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)] // the jump makes the first of them unjudgeable
    public void A_silence_after_the_clock_was_set_back_is_a_downtime_one_interval_and_grace_later(bool jumps, int intervals) =>
        Gen.Select(AnySchedule, AnyStart, AnyOutages, WithClockSteps, Gen.Int[-100, 1_000]).Sample((schedule, starts, outages, events, second) =>
        {
            outages = [.. outages.Where(o => jumps || o.Cause != OutageCause.ClockJump)];
            var story = MonitorStory.Created(Narration.Start, schedule, starts).With(outages).Live(events);
            var nothingExpected = story.State.NextExpectedAt is null;

            var now = Second(second);
            story.ClockSetBack(now).Judge(now + (intervals * story.Schedule.Interval) + story.Schedule.Grace + TimeSpan.FromTicks(1));

            Assert.Equal(nothingExpected, story.State.Status != MonitorStatus.Down);
        }, iter: Samples);

    [Fact]
    public void Judging_at_once_equals_judging_in_many_small_steps() =>
        Gen.Select(AnySchedule, AnyOutages, AnyWindows, Gen.Int[0, 15].Array[0, 100]).Sample((schedule, outages, windows, steps) =>
        {
            var small = MonitorStory.Created(Narration.Start, schedule).With(outages).Planned(windows);
            var now = 0;
            foreach (var step in steps) small.Judge(Second(now += step));
            var atOnce = MonitorStory.Created(Narration.Start, schedule).With(outages).Planned(windows).Judge(Second(now));

            Assert.Equal(atOnce.State, small.State);
            Assert.Equal(atOnce.Missed, small.Missed);
            Assert.Equal(atOnce.Periods, small.Periods);
        }, iter: Samples);

    [Fact]
    public void With_an_outage_over_everything_nothing_goes_down() =>
        Gen.Select(AnySchedule, AnyStart, Forward).Sample((schedule, starts, events) =>
        {
            var always = new Outage(Second(-1_000_000), Second(1_000_000), OutageCause.NotRunning);
            var story = MonitorStory.Created(Narration.Start, schedule, starts).With(always).Live(events).Judge(Second(900_000));

            Assert.DoesNotContain(story.Periods, p => p.Status == MonitorStatus.Down);
            Assert.All(story.Missed, m => Assert.Equal(CheckOutcome.Unknown, m.Outcome));
        }, iter: Samples);

    [Fact]
    public void No_missed_check_blames_the_job_for_a_deadline_in_an_outage() =>
        Gen.Select(AnySchedule, AnyStart, AnyOutages, Forward).Sample((schedule, starts, outages, events) =>
        {
            var story = MonitorStory.Created(Narration.Start, schedule, starts).With(outages).Live(events);

            foreach (var missed in story.Missed.Where(m => m.Outcome == CheckOutcome.Down))
                Assert.DoesNotContain(outages, o => o.Contains(missed.At));
        }, iter: Samples);
}
