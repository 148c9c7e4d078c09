using Exemplar.Core.Checks;
using Exemplar.Core.Noise;

namespace Exemplar.Core.Tests.Noise;

public sealed class NoiseRulesTests
{
    [Theory]
    [InlineData(1, null, "", null)]
    [InlineData(3, null, "d", "1 of 3 failed checks")]
    [InlineData(3, null, "ddu", "2 of 3 failed checks")]
    [InlineData(3, null, "dd?d", null)]
    [InlineData(3, null, "dduddd", "2 of 3 failed checks")]
    [InlineData(3, null, "dddd", null)]
    [InlineData(2, 4, "duu", "1 of 2 failed checks among the last 4")]
    [InlineData(2, 4, "duud", null)]
    [InlineData(2, 4, "duuud", "1 of 2 failed checks among the last 4")]
    [InlineData(2, 4, "du?ud", null)]
    public void A_downtime_waits_for_its_failed_checks(int after, int? ofLast, string newestFirst, string? reason) =>
        Assert.Equal(reason, (NoiseRules.OutOfTheBox with { AlertAfter = after, OfLast = ofLast }).WaitsFor(Outcomes(newestFirst)));

    [Theory]
    [InlineData(1, "", null)]
    [InlineData(2, "u", "1 of 2 good checks")]
    [InlineData(2, "ud", "1 of 2 good checks")]
    [InlineData(2, "uud", null)]
    [InlineData(2, "u?u", null)]
    [InlineData(3, "duuu", "0 of 3 good checks")]
    public void A_recovery_waits_for_its_good_checks(int after, string newestFirst, string? reason) =>
        Assert.Equal(reason, (NoiseRules.OutOfTheBox with { RecoverAfter = after }).RecoversFor(Outcomes(newestFirst)));

    [Theory]
    [InlineData(5, null)]
    [InlineData(6, "is flapping: 11 changes in 60 min")]
    public void Downtimes_and_the_times_up_between_them_are_changes(int downs, string? reason) =>
        Assert.Equal(reason, NoiseRules.OutOfTheBox.Flaps(downs));

    [Fact]
    public void Flapping_can_be_turned_off_and_settles_after_twice_the_time_between_two_changes()
    {
        Assert.Null((NoiseRules.OutOfTheBox with { Flapping = false }).Flaps(100));
        Assert.Equal(TimeSpan.FromMinutes(12), NoiseRules.OutOfTheBox.SettleAfter);
    }

    [Fact]
    public void What_a_monitor_leaves_open_is_the_organizations_and_then_exemplars_own()
    {
        var organization = new NoisePolicy { AlertAfter = 3, AlertAfterOfLast = 5, RecoverAfter = 2, AnnounceLate = true };
        var rules = new NoisePolicy { RecoverAfter = 4, AnnounceRecovered = false }.Over(organization);

        Assert.Equal(new NoiseRules(3, 5, 4, true, 10, TimeSpan.FromHours(1), true, false), rules);
        Assert.Equal(NoiseRules.OutOfTheBox, NoisePolicy.Unset.Over(NoisePolicy.Unset));
    }

    [Fact]
    public void X_and_Y_of_an_organization_are_never_mixed_with_those_of_a_monitor()
    {
        var organization = new NoisePolicy { AlertAfter = 3, AlertAfterOfLast = 5 };

        Assert.Equal((8, null), Pair(new NoisePolicy { AlertAfter = 8 }.Over(organization)));
        Assert.Equal((2, 4), Pair(new NoisePolicy { AlertAfter = 2, AlertAfterOfLast = 4 }.Over(organization)));

        static (int, int?) Pair(NoiseRules rules) => (rules.AlertAfter, rules.OfLast);
    }

    private static IEnumerable<CheckOutcome> Outcomes(string newestFirst) =>
        newestFirst.Select(c => c switch { 'd' => CheckOutcome.Down, 'u' => CheckOutcome.Up, _ => CheckOutcome.Unknown });
}
