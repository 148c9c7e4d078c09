using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Tests.Noise;

public sealed class HoldTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly Schedule Hourly = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));

    [Fact]
    public void Nothing_holds_a_monitor_whose_ancestors_are_well() =>
        Assert.Null(Hold.Of([Of("a", MonitorStatus.Up), Of("b", MonitorStatus.Paused), Of("c", MonitorStatus.Unknown)], Noon));

    [Fact]
    public void The_nearest_that_is_down_holds_before_one_that_is_late()
    {
        var hold = Hold.Of([Of("late", MonitorStatus.Up, expectedIn: -60), Of("near", MonitorStatus.Down), Of("far", MonitorStatus.Down)], Noon)!;

        Assert.Equal(("near", true, "held: near is down", Noon + Hold.LookEvery), (hold.By.Name, hold.IsDown, hold.Reason, hold.LookAt));
    }

    [Theory]
    [InlineData(-60, 10)]
    [InlineData(-297, 4)]
    public void A_late_one_is_waited_for_until_just_after_its_deadline(double expectedIn, double looksIn)
    {
        var hold = Hold.Of([Of("late", MonitorStatus.Up, expectedIn)], Noon)!;

        Assert.Equal((false, "late is late; its verdict is waited for", Noon.AddSeconds(looksIn)), (hold.IsDown, hold.Reason, hold.LookAt));
    }

    [Fact]
    public void After_a_hold_a_monitor_has_as_long_as_it_promised_and_five_minutes_at_most()
    {
        Assert.Equal(TimeSpan.FromMinutes(5), Hold.SettlingOf(Hourly));
        Assert.Equal(TimeSpan.FromSeconds(65), Hold.SettlingOf(new Schedule(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5))));
    }

    private static Ancestor Of(string name, MonitorStatus status, double expectedIn = 1_000) =>
        new(1, EntityId.Create(Noon, 1), name, Hourly, new MonitorState(status, Noon.AddHours(-5), null, Noon.AddHours(-1), Noon.AddSeconds(expectedIn)));
}
