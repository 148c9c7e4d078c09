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
        Assert.Null(Hold.Of([Of("a", MonitorStatus.Up), Of("b", MonitorStatus.Paused), Of("c", MonitorStatus.Unknown)], InNone, Noon));

    [Fact]
    public void The_nearest_that_is_down_holds_before_one_that_is_late()
    {
        var hold = Hold.Of([Of("late", MonitorStatus.Up, expectedIn: -60), Of("near", MonitorStatus.Down), Of("far", MonitorStatus.Down)], _ => Noon.AddHours(1), Noon)!;

        Assert.Equal(("near", HoldKind.Down, "held: near is down", Noon + Hold.LookEvery), (hold.By.Name, hold.Kind, hold.Reason, hold.LookAt));
    }

    [Theory]
    [InlineData(-60, 10)]
    [InlineData(-297, 4)]
    public void A_late_one_is_waited_for_until_just_after_its_deadline(double expectedIn, double looksIn)
    {
        var hold = Hold.Of([Of("late", MonitorStatus.Up, expectedIn)], InNone, Noon)!;

        Assert.Equal((false, "late is late; its verdict is waited for", Noon.AddSeconds(looksIn)), (hold.IsCertain, hold.Reason, hold.LookAt));
    }

    [Theory]
    [InlineData(MonitorStatus.Up, 3_600, 300)]
    [InlineData(MonitorStatus.Maintenance, 90, 90)]
    [InlineData(MonitorStatus.Paused, 90, 90)]
    public void One_in_a_maintenance_window_holds_however_it_stands_before_one_that_is_late(MonitorStatus status, double endsIn, double looksIn)
    {
        var hold = Hold.Of(
            [Of("late", MonitorStatus.Up, expectedIn: -60), Of("host", status)], ancestor => ancestor.Name == "host" ? Noon.AddSeconds(endsIn) : null, Noon)!;

        Assert.Equal(
            ("host", HoldKind.Maintenance, true, Noon.AddSeconds(looksIn)), (hold.By.Name, hold.Kind, hold.IsCertain, hold.LookAt));
        Assert.Equal($"held: host is in maintenance until {Noon.AddSeconds(endsIn):yyyy-MM-ddTHH:mm:ssZ}", hold.Reason);
    }

    [Fact]
    public void After_a_hold_a_monitor_has_as_long_as_it_promised_and_five_minutes_at_most()
    {
        Assert.Equal(TimeSpan.FromMinutes(5), Hold.SettlingOf(Hourly));
        Assert.Equal(TimeSpan.FromSeconds(65), Hold.SettlingOf(new Schedule(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5))));
    }

    private static DateTimeOffset? InNone(Ancestor ancestor) => null;

    private static Ancestor Of(string name, MonitorStatus status, double expectedIn = 1_000) =>
        new(1, EntityId.Create(Noon, 1), name, Hourly, new MonitorState(status, Noon.AddHours(-5), null, Noon.AddHours(-1), Noon.AddSeconds(expectedIn)));
}
