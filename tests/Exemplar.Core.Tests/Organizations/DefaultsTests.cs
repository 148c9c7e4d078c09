using Exemplar.Core.Organizations;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Tests.Organizations;

public sealed class DefaultsTests
{
    [Fact]
    public void Out_of_the_box_a_heartbeat_is_expected_every_5_minutes_with_1_minute_of_grace() =>
        Assert.Equal(new Schedule(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1)), Organization.OutOfTheBox);
}
