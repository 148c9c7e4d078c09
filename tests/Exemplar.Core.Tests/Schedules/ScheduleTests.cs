using CsCheck;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Tests.Schedules;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);
    private static readonly Schedule Hourly = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));

    [Theory]
    [InlineData(999, false)]
    [InlineData(1_000, true)]
    [InlineData(34_560_000_000, true)]
    [InlineData(34_560_000_001, false)]
    [InlineData(0, false)]
    [InlineData(-1_000, false)]
    public void A_duration_lies_between_one_second_and_four_hundred_days(long milliseconds, bool allowed) =>
        Assert.Equal(allowed, Schedule.Allows(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void A_heartbeat_is_expected_one_interval_later_and_in_time_until_the_grace_is_over()
    {
        Assert.Equal(Start.AddMinutes(60), Hourly.After(Start));
        Assert.Equal(Start.AddMinutes(65), Hourly.DeadlineOf(Hourly.After(Start)));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 60)]
    [InlineData(59, 60)]
    [InlineData(60, 120)]
    public void The_first_expected_moment_after_another_lies_strictly_after_it(int minute, int first) =>
        Assert.Equal(Start.AddMinutes(first), Hourly.FirstAfter(Start, Start.AddMinutes(minute)));

    [Fact]
    public void The_computed_moment_is_the_one_that_stepping_finds() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[-100, 2_000]).Sample((interval, ahead) =>
        {
            var schedule = new Schedule(TimeSpan.FromSeconds(interval), Schedule.Shortest);
            var moment = Start.AddSeconds(ahead);

            var stepped = Start;
            while (stepped <= moment) stepped = schedule.After(stepped);

            Assert.Equal(stepped, schedule.FirstAfter(Start, moment));
        }, iter: 5_000);

    [Fact]
    public void A_long_series_is_computed_to_the_tick()
    {
        var schedule = new Schedule(TimeSpan.FromMilliseconds(1_001), Schedule.Shortest);
        var steps = 500_000_000L;
        var moment = Start + (schedule.Interval * steps);

        Assert.Equal(moment + schedule.Interval, schedule.FirstAfter(Start, moment));
        Assert.Equal(moment, schedule.FirstAfter(Start, moment.AddTicks(-1)));
    }
}
