using CsCheck;
using Exemplar.Core.Boards;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Core.Tests.Periods;

namespace Exemplar.Core.Tests.Boards;

public sealed class RolledUpTests
{
    private static readonly DateTimeOffset Start = RandomPeriods.Start;

    [Theory]
    [InlineData(null)]
    [InlineData(MonitorStatus.Up, MonitorStatus.Up)]
    [InlineData(MonitorStatus.Down, MonitorStatus.Up, MonitorStatus.Down, MonitorStatus.Unknown, MonitorStatus.Late)]
    [InlineData(MonitorStatus.Unknown, MonitorStatus.Unknown, MonitorStatus.Late, MonitorStatus.Up)]
    [InlineData(MonitorStatus.Late, MonitorStatus.Up, MonitorStatus.Late, MonitorStatus.New)]
    [InlineData(MonitorStatus.Up, MonitorStatus.Paused, MonitorStatus.Up, MonitorStatus.New)]
    [InlineData(MonitorStatus.New, MonitorStatus.Paused, MonitorStatus.New)]
    [InlineData(MonitorStatus.Paused, MonitorStatus.Paused, MonitorStatus.Paused)]
    public void The_worst_counts_and_what_is_paused_or_new_hides_nothing(MonitorStatus? together, params MonitorStatus[] statuses) =>
        Assert.Equal(together, RolledUp.Of(statuses));

    [Fact]
    public void A_service_is_down_from_the_first_that_fails_to_the_last_that_recovers()
    {
        var together = RolledUp.Of([
            [Run(MonitorStatus.Up, 0, 10), Run(MonitorStatus.Down, 10, 20), Run(MonitorStatus.Up, 20, 60)],
            [Run(MonitorStatus.Up, 0, 15), Run(MonitorStatus.Down, 15, 30), Run(MonitorStatus.Up, 30, 60)],
            [Run(MonitorStatus.Paused, 5, 60)],
        ]);

        Assert.Equal([Run(MonitorStatus.Up, 0, 10), Run(MonitorStatus.Down, 10, 30), Run(MonitorStatus.Up, 30, 60)], together);
    }

    [Fact]
    public void Before_the_first_monitor_there_is_nothing() =>
        Assert.Equal(
            [Run(MonitorStatus.Up, 0, 5), Run(MonitorStatus.New, 10, 20)],
            RolledUp.Of([[Run(MonitorStatus.Up, 0, 5)], [Run(MonitorStatus.New, 10, 20)]]));

    [Fact]
    public void At_every_moment_it_is_the_worst_of_those_that_are_there() =>
        RandomPeriods.Of(8, 300).Array[0, 5].Sample(histories =>
        {
            var end = Start.AddDays(60);
            var timelines = histories.Select(h => (IReadOnlyList<Period>)[.. h.Select(p => p with { To = p.To ?? Later(p.From, end) })]).ToList();
            var together = RolledUp.Of(timelines);

            for (var i = 1; i < together.Count; i++)
            {
                Assert.True(together[i - 1].To <= together[i].From);
                Assert.False(together[i - 1].To == together[i].From && together[i - 1].Status == together[i].Status);
            }
            foreach (var moment in timelines.SelectMany(t => t).Select(p => p.From))
            {
                var expected = RolledUp.Of(timelines.SelectMany(t => t).Where(p => p.From <= moment && moment < p.To).Select(p => p.Status));
                Assert.Equal(expected, together.SingleOrDefault(p => p.From <= moment && moment < p.To)?.Status);
            }
        }, iter: 500);

    [Fact]
    public void Days_add_up_to_the_whole()
    {
        RandomPeriods.Of(10, 3_000).Sample(history =>
        {
            var end = Start.AddDays(60);
            var periods = RolledUp.Of([[.. history.Select(p => p with { To = p.To ?? Later(p.From, end) })]]);
            var last = periods.Count == 0 ? end : periods[^1].To!.Value;
            var days = ServiceDay.Split(periods, Start, last);

            Assert.Equal(DailyRollup.DayOf(Start), days[0].Day);
            Assert.Equal(DailyRollup.DayOf(last), days[^1].Day);
            Assert.Equal(Uptime.Of(periods, Start, last), days.Aggregate(default(Uptime), (sum, day) => sum.Plus(day.Uptime)));
            Assert.All(days, day => Assert.True(day.Uptime.Up + day.Uptime.Down <= TimeSpan.FromDays(1)));
        }, iter: 300);
    }

    private static Period Run(MonitorStatus status, int fromMinute, int toMinute) =>
        new(status, Start.AddMinutes(fromMinute), Start.AddMinutes(toMinute), Error: null);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
