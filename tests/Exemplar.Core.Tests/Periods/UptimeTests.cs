using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;

namespace Exemplar.Core.Tests.Periods;

public sealed class UptimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(MonitorStatus.Up, 10, 0)]
    [InlineData(MonitorStatus.Late, 10, 0)]
    [InlineData(MonitorStatus.Down, 0, 10)]
    [InlineData(MonitorStatus.New, 0, 0)]
    [InlineData(MonitorStatus.Paused, 0, 0)]
    [InlineData(MonitorStatus.Unknown, 0, 0)]
    public void Up_and_late_count_as_up_and_down_as_down_and_the_rest_as_neither(MonitorStatus status, int up, int down) =>
        Assert.Equal(
            new Uptime(TimeSpan.FromMinutes(up), TimeSpan.FromMinutes(down)),
            Uptime.Of(status, TimeSpan.FromMinutes(10)));

    [Fact]
    public void The_ratio_is_up_divided_by_up_and_down() =>
        Assert.Equal(0.75, new Uptime(TimeSpan.FromMinutes(45), TimeSpan.FromMinutes(15)).Ratio);

    [Fact]
    public void Where_nothing_was_up_or_down_there_is_no_ratio() => Assert.Null(default(Uptime).Ratio);

    [Fact]
    public void Only_what_lies_in_the_range_counts_and_the_open_period_lasts_to_its_end()
    {
        Period[] periods =
        [
            new(MonitorStatus.New, At(0), At(10), null),
            new(MonitorStatus.Up, At(10), At(60), null),
            new(MonitorStatus.Down, At(60), At(80), "silent"),
            new(MonitorStatus.Paused, At(80), At(100), null),
            new(MonitorStatus.Up, At(100), null, null),
        ];

        Assert.Equal(new Uptime(TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(20)), Uptime.Of(periods, At(40), At(140)));
        Assert.Equal(new Uptime(TimeSpan.FromMinutes(0), TimeSpan.FromMinutes(5)), Uptime.Of(periods, At(70), At(75)));
        Assert.Equal(default, Uptime.Of(periods, At(80), At(100)));
        Assert.Equal(default, Uptime.Of(periods, At(20), At(20)));
    }

    private static DateTimeOffset At(int minute) => Start.AddMinutes(minute);
}
