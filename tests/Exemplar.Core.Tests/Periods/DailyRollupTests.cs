using CsCheck;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;

namespace Exemplar.Core.Tests.Periods;

public sealed class DailyRollupTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);

    [Fact]
    public void A_day_in_which_no_period_began_is_not_rolled_up()
    {
        Period[] periods = [new(MonitorStatus.Up, DailyRollup.StartOf(Day).AddHours(-1), null, null)];

        Assert.Null(DailyRollup.Of(Day, periods));
        Assert.NotNull(DailyRollup.Of(Day.AddDays(-1), periods));
    }

    [Fact]
    public void A_day_is_rolled_up_to_its_up_and_down_time_and_its_last_status()
    {
        var midnight = DailyRollup.StartOf(Day);
        Period[] periods =
        [
            new(MonitorStatus.Up, midnight.AddDays(-3), midnight.AddHours(6), null),
            new(MonitorStatus.Down, midnight.AddHours(6), midnight.AddHours(8), "silent"),
            new(MonitorStatus.Paused, midnight.AddHours(8), midnight.AddDays(1), null),
            new(MonitorStatus.Up, midnight.AddDays(1), null, null),
        ];

        Assert.Equal(
            new DailyRollup(Day, new Uptime(TimeSpan.FromHours(6), TimeSpan.FromHours(2)), MonitorStatus.Paused),
            DailyRollup.Of(Day, periods));
    }

    [Fact]
    public void A_period_that_begins_at_midnight_belongs_to_the_day_that_begins()
    {
        var midnight = DailyRollup.StartOf(Day);
        Period[] periods = [new(MonitorStatus.Up, midnight, null, null)];

        Assert.Null(DailyRollup.Of(Day.AddDays(-1), periods));
        Assert.Equal(new Uptime(TimeSpan.FromDays(1), TimeSpan.Zero), DailyRollup.Of(Day, periods)?.Uptime);
    }

    [Fact]
    public void A_day_is_settled_once_it_lies_eight_days_back()
    {
        var noon = DailyRollup.StartOf(Day).AddHours(12);

        Assert.Equal(Day.AddDays(-8), DailyRollup.SettledBefore(noon));
        Assert.Equal(Day, DailyRollup.DayOf(noon.ToOffset(TimeSpan.FromHours(14))));
    }

    [Fact]
    public void A_range_without_roll_ups_was_spent_in_the_status_before_it()
    {
        Assert.Equal(
            new Uptime(TimeSpan.FromDays(30), TimeSpan.Zero),
            DailyRollup.UptimeOf([], MonitorStatus.Up, Day, Day.AddDays(30)));
        Assert.Equal(default, DailyRollup.UptimeOf([], before: null, Day, Day.AddDays(30)));
    }

    [Fact]
    public void Roll_ups_with_their_gaps_filled_say_the_same_as_the_periods_themselves() =>
        Gen.Select(RandomPeriods.Of(25, longestMinutes: 2_000), Gen.Int[0, 60], Gen.Int[0, 60]).Sample((periods, one, other) =>
        {
            var first = DailyRollup.DayOf(RandomPeriods.Start);
            var (from, to) = (first.AddDays(Math.Min(one, other)), first.AddDays(Math.Max(one, other)));
            var rollups = new List<DailyRollup>();
            for (var day = first; day <= first.AddDays(60); day = day.AddDays(1))
                if (DailyRollup.Of(day, Overlapping(periods, day)) is { } rollup) rollups.Add(rollup);

            var summed = DailyRollup.UptimeOf(
                rollups.Where(r => r.Day >= from && r.Day < to), rollups.LastOrDefault(r => r.Day < from)?.LastStatus, from, to);

            Assert.Equal(Uptime.Of(periods, DailyRollup.StartOf(from), DailyRollup.StartOf(to)), summed);
        }, iter: 5_000);

    private static Period[] Overlapping(Period[] periods, DateOnly day)
    {
        var from = DailyRollup.StartOf(day);
        return [.. periods.Where(p => p.From < from.AddDays(1) && (p.To is null || p.To >= from))];
    }
}
