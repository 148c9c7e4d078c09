using System.Globalization;
using Exemplar.Core.Ids;
using Exemplar.Core.Routing;

namespace Exemplar.Core.Tests.Routing;

public sealed class RotationTests
{
    private static readonly Participant Ana = new("Ana", Id(1)), Ben = new("Ben", Id(2)), Cho = new("Cho", Id(3));

    [Theory]
    // Berlin: clocks skip 02:00 to 03:00 on 29 March and show it twice on 25 October.
    [InlineData("Europe/Berlin", "09:00", "2026-03-28T08:00Z", "2026-03-29T06:59Z", "Ana")]
    [InlineData("Europe/Berlin", "09:00", "2026-03-28T08:00Z", "2026-03-29T07:00Z", "Ben")]
    [InlineData("Europe/Berlin", "09:00", "2026-10-24T07:00Z", "2026-10-25T07:59Z", "Ana")]
    [InlineData("Europe/Berlin", "09:00", "2026-10-24T07:00Z", "2026-10-25T08:00Z", "Ben")]
    [InlineData("Europe/Berlin", "02:30", "2026-03-28T01:30Z", "2026-03-29T00:59Z", "Ana")]
    [InlineData("Europe/Berlin", "02:30", "2026-03-28T01:30Z", "2026-03-29T01:00Z", "Ben")]
    [InlineData("Europe/Berlin", "02:30", "2026-10-24T00:30Z", "2026-10-25T00:29Z", "Ana")]
    [InlineData("Europe/Berlin", "02:30", "2026-10-24T00:30Z", "2026-10-25T00:30Z", "Ben")]
    [InlineData("Europe/Berlin", "02:30", "2026-10-24T00:30Z", "2026-10-25T01:30Z", "Ben")]
    // New York: 8 March and 1 November.
    [InlineData("America/New_York", "09:00", "2026-03-07T14:00Z", "2026-03-08T12:59Z", "Ana")]
    [InlineData("America/New_York", "09:00", "2026-03-07T14:00Z", "2026-03-08T13:00Z", "Ben")]
    [InlineData("America/New_York", "09:00", "2026-10-31T13:00Z", "2026-11-01T13:59Z", "Ana")]
    [InlineData("America/New_York", "09:00", "2026-10-31T13:00Z", "2026-11-01T14:00Z", "Ben")]
    // Lord Howe moves its clocks by half an hour: 5 April back, 4 October ahead.
    [InlineData("Australia/Lord_Howe", "09:00", "2026-04-03T22:00Z", "2026-04-04T22:29Z", "Ana")]
    [InlineData("Australia/Lord_Howe", "09:00", "2026-04-03T22:00Z", "2026-04-04T22:30Z", "Ben")]
    [InlineData("Australia/Lord_Howe", "02:15", "2026-10-02T15:45Z", "2026-10-03T15:29Z", "Ana")]
    [InlineData("Australia/Lord_Howe", "02:15", "2026-10-02T15:45Z", "2026-10-03T15:30Z", "Ben")]
    public void A_daily_hand_over_is_at_local_time_through_changes_of_the_clocks(string zone, string at, string start, string moment, string expected) =>
        Assert.Equal(expected, Daily(zone, at, start, Ana, Ben).OnCallAt(Moment(moment))?.Name);

    [Theory]
    [InlineData("2026-11-22T08:00Z", null)]
    [InlineData("2026-11-23T08:00Z", "Ana")]
    [InlineData("2026-11-25T12:00Z", "Ana")]
    [InlineData("2026-11-30T07:59Z", "Ana")]
    [InlineData("2026-11-30T08:00Z", "Ben")]
    [InlineData("2026-12-07T08:00Z", "Cho")]
    [InlineData("2026-12-14T08:00Z", "Ana")]
    [InlineData("2027-06-21T07:00Z", "Ana")]
    public void A_weekly_rotation_hands_over_on_its_day_and_begins_with_the_first(string moment, string? expected) =>
        Assert.Equal(expected, Weekly(Ana, Ben, Cho).OnCallAt(Moment(moment))?.Name);

    [Fact]
    public void A_start_in_the_middle_of_a_turn_makes_the_first_turn_short()
    {
        var rotation = Weekly(Ana, Ben) with { StartsAt = Moment("2026-11-26T10:00Z") };

        Assert.Null(rotation.OnCallAt(Moment("2026-11-26T09:59Z")));
        Assert.Equal(Ana, rotation.OnCallAt(Moment("2026-11-26T10:00Z")));
        Assert.Equal(Ben, rotation.OnCallAt(Moment("2026-11-30T08:00Z")));
    }

    [Theory]
    [InlineData("2026-11-30T06:59Z", "Ana")]
    [InlineData("2026-11-30T07:00Z", "Cho")]
    [InlineData("2026-11-30T08:00Z", "Cho")]
    [InlineData("2026-11-30T08:59Z", "Cho")]
    [InlineData("2026-11-30T09:00Z", "Ben")]
    public void An_override_reaches_over_a_hand_over(string moment, string expected)
    {
        var rotation = Weekly(Ana, Ben, Cho) with { Overrides = [new(Moment("2026-11-30T07:00Z"), Moment("2026-11-30T09:00Z"), "cho")] };
        Assert.Equal(expected, rotation.OnCallAt(Moment(moment))?.Name);
    }

    [Fact]
    public void Of_two_overrides_at_a_time_the_later_in_the_list_counts()
    {
        var (from, to) = (Moment("2026-11-24T00:00Z"), Moment("2026-11-25T00:00Z"));
        var rotation = Weekly(Ana, Ben, Cho) with { Overrides = [new(from, to, "Ben"), new(from.AddHours(1), to, "Cho")] };

        Assert.Equal((Ben, Cho), (rotation.OnCallAt(from), rotation.OnCallAt(from.AddHours(1))));
    }

    [Fact]
    public void Somebody_who_is_no_longer_a_participant_stands_in_for_nobody()
    {
        var rotation = Weekly(Ana, Ben) with { Overrides = [new(Moment("2026-11-24T00:00Z"), Moment("2026-11-25T00:00Z"), "Cho")] };
        Assert.Equal(Ana, rotation.OnCallAt(Moment("2026-11-24T12:00Z")));
    }

    [Fact]
    public void A_rotation_of_one_never_hands_over_and_one_of_none_has_nobody_on_call()
    {
        var alone = Daily("Europe/Berlin", "09:00", "2026-03-28T08:00Z", Ana);
        Assert.Equal(Ana, alone.OnCallAt(Moment("2030-01-01T00:00Z")));
        Assert.Equal([new Turn(Ana, Moment("2026-03-28T08:00Z"), null)], alone.Turns(Moment("2026-03-28T08:00Z"), 3));
        Assert.Null((alone with { Participants = [] }).OnCallAt(Moment("2026-03-29T08:00Z")));
    }

    [Fact]
    public void The_next_turns_name_every_change_overrides_included()
    {
        var rotation = Weekly(Ana, Ben) with { Overrides = [new(Moment("2026-11-25T18:00Z"), Moment("2026-11-26T06:00Z"), "Ben")] };

        Assert.Equal(
            [
                new Turn(Ana, Moment("2026-11-24T00:00Z"), Moment("2026-11-25T18:00Z")),
                new Turn(Ben, Moment("2026-11-25T18:00Z"), Moment("2026-11-26T06:00Z")),
                new Turn(Ana, Moment("2026-11-26T06:00Z"), Moment("2026-11-30T08:00Z")),
                new Turn(Ben, Moment("2026-11-30T08:00Z"), Moment("2026-12-07T08:00Z")),
            ],
            rotation.Turns(Moment("2026-11-24T00:00Z"), 4));
        Assert.Equal(
            [new Turn(null, Moment("2026-11-20T00:00Z"), Moment("2026-11-23T08:00Z")), new Turn(Ana, Moment("2026-11-23T08:00Z"), Moment("2026-11-25T18:00Z"))],
            rotation.Turns(Moment("2026-11-20T00:00Z"), 2));
    }

    [Fact]
    public void A_day_that_a_zone_skips_stops_nothing()
    {
        // Samoa had no 30 December 2011.
        var rotation = Daily("Pacific/Apia", "08:00", "2011-12-29T18:00Z", Ana, Ben, Cho);
        Assert.Equal(Ana, rotation.OnCallAt(Moment("2011-12-30T09:59Z")));
        Assert.NotNull(rotation.OnCallAt(Moment("2011-12-31T00:00Z")));
        Assert.Equal(3, rotation.Turns(Moment("2011-12-29T19:00Z"), 3).Count);
    }

    [Theory]
    // Ana, Ben, Cho from 23 November on, each a week.
    [InlineData("2026-11-25T12:00Z", "Ana,Ben", "Ana,Ben")]
    [InlineData("2026-11-25T12:00Z", "Cho,Ben,Ana", "Ana,Cho,Ben")]
    [InlineData("2026-12-02T12:00Z", "Ana,Ben,Cho,Dan", "Ben,Cho,Dan,Ana")]
    [InlineData("2026-12-02T12:00Z", "Ben,Ana", "Ben,Ana")]
    [InlineData("2026-12-02T12:00Z", "Ana,Cho", "Cho,Ana")]
    [InlineData("2026-12-16T12:00Z", "Dan,Ana", "Ana,Dan")]
    [InlineData("2027-06-23T12:00Z", "ana,Ben,Dan,Cho", "ana,Ben,Dan,Cho")]
    // Nobody stayed: it begins anew with the first by its start.
    [InlineData("2026-12-02T12:00Z", "Dan,Eve", "Eve,Dan")]
    // It has not begun: the first begins.
    [InlineData("2026-11-22T12:00Z", "Cho,Ana", "Cho,Ana")]
    public void Whoever_is_on_call_stays_so_when_others_join_or_leave(string now, string participants, string turns)
    {
        var before = Weekly(Ana, Ben, Cho);
        var after = (before with { Participants = [.. participants.Split(',').Select((name, i) => new Participant(name, Id((ulong)i + 10)))] }).Keeping(before, Moment(now));
        var from = Moment(now) > before.StartsAt ? Moment(now) : before.StartsAt;
        Assert.Equal(turns.Split(','), after.Turns(from, turns.Split(',').Length).Select(turn => turn.Participant?.Name));
    }

    [Theory]
    [InlineData("09:00")]
    [InlineData("18:00")]
    public void Another_hand_over_leaves_the_turn_to_whoever_has_it(string at)
    {
        var before = Weekly(Ana, Ben, Cho);
        var after = (before with { HandOver = new HandOver(HandOverEvery.Daily, DayOfWeek.Monday, TimeOnly.Parse(at, CultureInfo.InvariantCulture)) }).Keeping(before, Moment("2026-12-02T12:00Z"));
        Assert.Equal(["Ben", "Cho", "Ana"], after.Turns(Moment("2026-12-02T12:00Z"), 3).Select(turn => turn.Participant?.Name));
    }

    private static Rotation Daily(string zone, string at, string start, params Participant[] participants) => new(
        1, Id(9), "Operations", TimeZoneInfo.FindSystemTimeZoneById(zone),
        new HandOver(HandOverEvery.Daily, DayOfWeek.Monday, TimeOnly.Parse(at, CultureInfo.InvariantCulture)), Moment(start), participants, []);

    // From Monday, 23 November 2026, 09:00 in Berlin.
    private static Rotation Weekly(params Participant[] participants) => new(
        1, Id(9), "Operations", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
        new HandOver(HandOverEvery.Weekly, DayOfWeek.Monday, new TimeOnly(9, 0)), Moment("2026-11-23T08:00Z"), participants, []);

    private static EntityId Id(ulong number) => EntityId.Create(DateTimeOffset.UnixEpoch, number);

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
