using Exemplar.Server.Incidents;

namespace Exemplar.Server.Tests.Incidents;

/// <summary>How much is followed up in one transaction, and how long others have the database meanwhile.</summary>
public sealed class FollowUpPaceTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(200);

    private readonly FollowUpPace _pace = new();

    [Fact]
    public void A_portion_grows_while_full_ones_are_quick_up_to_the_largest()
    {
        Assert.Equal(FollowUpPace.SmallestPortion, _pace.Portion);
        _pace.Took(FollowUpPace.SmallestPortion - 1, Quick);
        Assert.Equal(FollowUpPace.SmallestPortion, _pace.Portion);
        for (var i = 0; i < 10; i++) _pace.Took(_pace.Portion, Quick);
        Assert.Equal(FollowUpPace.LargestPortion, _pace.Portion);
    }

    [Fact]
    public void A_portion_that_takes_long_makes_the_next_smaller_but_never_too_small_to_get_on()
    {
        for (var i = 0; i < 10; i++) _pace.Took(_pace.Portion, Quick);
        _pace.Took(_pace.Portion, Slow);
        Assert.Equal(FollowUpPace.LargestPortion / 2, _pace.Portion);
        for (var i = 0; i < 10; i++) _pace.Took(_pace.Portion, Slow);
        Assert.Equal(FollowUpPace.SmallestPortion, _pace.Portion);
    }

    [Fact]
    public void There_is_no_rest_before_very_many_and_a_round_begins_without_one()
    {
        _pace.Begin();
        _pace.Took(FollowUpPace.WithoutRest - 1, Slow);
        Assert.Equal(TimeSpan.Zero, _pace.Rest);
        _pace.Took(1, Slow);
        Assert.True(_pace.Rest > TimeSpan.Zero);
        _pace.Begin();
        Assert.Equal(TimeSpan.Zero, _pace.Rest);
    }
}
