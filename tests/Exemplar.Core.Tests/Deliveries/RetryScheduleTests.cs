using Exemplar.Core.Deliveries;

namespace Exemplar.Core.Tests.Deliveries;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(9, 512)]
    [InlineData(10, 900)]
    [InlineData(1_000, 900)]
    public void Each_attempt_waits_twice_as_long_up_to_a_quarter_of_an_hour(int attempts, double longest)
    {
        Assert.Equal(Noon.AddSeconds(longest), RetrySchedule.After(attempts, Noon, Noon, null, random: 1));
        Assert.Equal(Noon.AddSeconds(longest / 2), RetrySchedule.After(attempts, Noon, Noon, null, random: 0));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(60, 60)]
    [InlineData(7_200, 3_600)]
    public void Who_asks_to_wait_is_heeded_for_an_hour_at_most(double asked, double waited) =>
        Assert.Equal(Noon.AddSeconds(waited), RetrySchedule.After(1, Noon, Noon, TimeSpan.FromSeconds(asked), random: 1));

    [Fact]
    public void After_a_day_it_is_given_up()
    {
        Assert.NotNull(RetrySchedule.After(100, Noon, Noon.AddHours(23.9), null, random: 1));
        Assert.Null(RetrySchedule.After(100, Noon, Noon.AddHours(24), null, random: 1));
    }
}
