using CsCheck;
using Exemplar.Core.Outages;

namespace Exemplar.Core.Tests.Outages;

public sealed class OutageLogTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(15, true)]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void An_outage_contains_its_two_ends(int second, bool contained) =>
        Assert.Equal(contained, Lasting(10, 20).Contains(At(second)));

    [Fact]
    public void An_empty_log_interrupts_nothing()
    {
        Assert.Null(OutageLog.Empty.Interrupting(At(0), At(0), At(10)));
        Assert.Equal(0, OutageLog.Empty.Count);
    }

    [Fact]
    public void The_outage_over_the_expected_moment_is_named_before_the_one_over_the_deadline()
    {
        var early = Lasting(5, 12);
        var late = Lasting(18, 30);
        var log = new OutageLog([late, early]);

        Assert.Same(early, log.Interrupting(At(10), At(10), At(20)));
        Assert.Same(late, log.Interrupting(At(13), At(13), At(20)));
        Assert.Same(early, log.Interrupting(At(10), At(10), At(15)));
        Assert.Null(log.Interrupting(At(13), At(13), At(17)));
    }

    [Fact]
    public void A_log_with_one_outage_more_leaves_the_old_one_as_it_was()
    {
        var more = OutageLog.Empty.With(Lasting(10, 20));

        Assert.Equal((0, 1), (OutageLog.Empty.Count, more.Count));
        Assert.NotNull(more.Interrupting(At(15), At(15), At(40)));
        Assert.Null(OutageLog.Empty.Interrupting(At(15), At(15), At(40)));
    }

    [Fact]
    public void A_long_outage_is_found_behind_many_short_ones_that_began_later()
    {
        var longest = Lasting(0, 10_000);
        var log = new OutageLog(Enumerable.Range(1, 1_000).Select(i => Lasting(i * 5, (i * 5) + 1)).Prepend(longest));

        Assert.Same(longest, log.Interrupting(At(9_000), At(9_000), At(20_000)));
        Assert.Null(log.Interrupting(At(10_001), At(10_001), At(20_000)));
    }

    [Fact]
    public void Once_the_clock_was_set_back_no_outage_reaches_beyond_the_present()
    {
        var log = new OutageLog([Lasting(0, 5), Lasting(10, 1_000), Lasting(20, 30)]).OnClockSetBack(At(15));

        Assert.Equal(2, log.Count);
        Assert.Equal(Lasting(0, 5), log.Interrupting(At(5), At(5), At(6)));
        Assert.Equal(Lasting(10, 15), log.Interrupting(At(15), At(15), At(16)));
        Assert.Null(log.Interrupting(At(16), At(16), At(25)));
    }

    [Fact]
    public void The_search_finds_the_outage_that_ends_last_exactly_where_looking_at_every_one_finds_some() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 100], Gen.Int[0, 30], (from, length) => Lasting(from, from + length)).Array[0, 12],
            Gen.Int[-5, 135], Gen.Int[0, 40]).Sample((outages, expected, grace) =>
        {
            var (expectedAt, deadlineAt) = (At(expected), At(expected + grace));

            var found = new OutageLog(outages).Interrupting(expectedAt, expectedAt, deadlineAt);

            Outage[] candidates = [.. outages.Where(o => o.Contains(expectedAt))];
            if (candidates.Length == 0) candidates = [.. outages.Where(o => o.Contains(deadlineAt))];
            if (candidates.Length == 0) Assert.Null(found);
            else Assert.Equal(candidates.Max(o => o.To), found!.To);
        }, iter: 20_000);

    [Fact]
    public void A_jump_of_the_clock_counts_wherever_it_lies_in_the_interval_and_nothing_else_does()
    {
        var jump = new Outage(At(30), At(50), OutageCause.ClockJump);

        Assert.Same(jump, new OutageLog([jump]).Interrupting(At(0), At(60), At(65)));
        Assert.Null(new OutageLog([jump]).Interrupting(At(50), At(60), At(65)));
        Assert.Null(new OutageLog([Lasting(30, 50)]).Interrupting(At(0), At(60), At(65)));
    }

    private static DateTimeOffset At(int second) => Start.AddSeconds(second);

    private static Outage Lasting(int from, int to) => new(At(from), At(to), OutageCause.NotRunning);
}
