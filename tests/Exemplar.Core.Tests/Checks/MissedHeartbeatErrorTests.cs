using Exemplar.Core.Checks;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Tests.Checks;

public sealed class MissedHeartbeatErrorTests
{
    private const string Words = "no heartbeat received within expected_interval_minutes + grace_period_minutes";

    private static readonly DateTimeOffset Last = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_text_is_the_one_of_the_http_contract() =>
        Assert.Equal(
            "no heartbeat received within expected_interval_minutes + grace_period_minutes (60 + 5 min; last heartbeat 2026-11-23T05:00:00.000Z)",
            MissedHeartbeatError.For(new Schedule(TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(5)), Last));

    [Fact]
    public void A_monitor_that_was_never_heard_says_so() =>
        Assert.Equal(
            Words + " (5 + 1 min; no heartbeat yet)",
            MissedHeartbeatError.For(new Schedule(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1)), null));

    [Theory]
    [InlineData(3_000, 1_500, "0.05 + 0.025 min")]
    [InlineData(1_000, 90_000, "0.016667 + 1.5 min")]
    [InlineData(34_560_000_000, 1_000, "576000 + 0.016667 min")]
    public void Fractions_of_a_minute_are_written_as_decimals(long intervalMs, long graceMs, string timing)
    {
        var schedule = new Schedule(TimeSpan.FromMilliseconds(intervalMs), TimeSpan.FromMilliseconds(graceMs));

        Assert.Equal($"{Words} ({timing}; no heartbeat yet)", MissedHeartbeatError.For(schedule, null));
    }

    [Fact]
    public void The_last_heartbeat_is_written_in_utc_to_the_millisecond()
    {
        var elsewhere = new DateTimeOffset(2026, 11, 23, 7, 0, 0, 123, TimeSpan.FromHours(2));

        Assert.EndsWith(
            "; last heartbeat 2026-11-23T05:00:00.123Z)",
            MissedHeartbeatError.For(new Schedule(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1)), elsewhere),
            StringComparison.Ordinal);
    }
}
