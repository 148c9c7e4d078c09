using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Tests.Noise;

public sealed class LateNoticeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly Schedule Minutely = new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30));

    [Fact]
    public void Before_the_expected_moment_it_is_looked_at_again_just_after_it()
    {
        var notice = LateNotice.Of(State(MonitorStatus.Up, expectedIn: 20), Minutely, toldFor: null, Noon);

        Assert.Null(notice.TellFor);
        Assert.InRange(notice.LookAt, Noon.AddSeconds(20), Noon.AddSeconds(21));
    }

    [Fact]
    public void Past_it_the_moment_is_told_once_and_looked_at_again_after_the_deadline()
    {
        var late = State(MonitorStatus.Up, expectedIn: -5);
        var first = LateNotice.Of(late, Minutely, toldFor: Noon.AddMinutes(-1), Noon);
        var second = LateNotice.Of(late, Minutely, first.TellFor, Noon.AddSeconds(1));

        Assert.Equal(Noon.AddSeconds(-5), first.TellFor);
        Assert.Null(second.TellFor);
        Assert.InRange(first.LookAt, Noon.AddSeconds(25), Noon.AddSeconds(26));
    }

    [Theory]
    [InlineData(MonitorStatus.Down)]
    [InlineData(MonitorStatus.Unknown)]
    public void A_monitor_that_is_down_or_unknown_is_not_late(MonitorStatus status) =>
        Assert.Null(LateNotice.Of(State(status, expectedIn: -5), Minutely, toldFor: null, Noon).TellFor);

    [Fact]
    public void Where_nothing_is_expected_it_is_looked_at_seldom() =>
        Assert.Equal(new LateNotice(null, Noon + LateNotice.IdleLookEvery),
            LateNotice.Of(new MonitorState(MonitorStatus.Paused, Noon, null, null, null), Minutely, null, Noon));

    private static MonitorState State(MonitorStatus status, double expectedIn) =>
        new(status, Noon.AddHours(-1), Noon.AddMinutes(-1), Noon.AddMinutes(-1), Noon.AddSeconds(expectedIn));
}
