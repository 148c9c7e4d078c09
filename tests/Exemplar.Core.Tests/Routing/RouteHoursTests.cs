using System.Globalization;
using Exemplar.Core.Routing;

namespace Exemplar.Core.Tests.Routing;

public sealed class RouteHoursTests
{
    private static readonly DayOfWeek[] WorkingDays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];
    private static readonly DayOfWeek[] EveryDay = Enum.GetValues<DayOfWeek>();

    [Theory]
    // 23 November 2026 is a Monday.
    [InlineData("2026-11-23T06:59:59.999Z", false)]
    [InlineData("2026-11-23T07:00Z", true)]
    [InlineData("2026-11-23T16:59:59.999Z", true)]
    [InlineData("2026-11-23T17:00Z", false)]
    [InlineData("2026-11-22T12:00Z", false)]
    [InlineData("2026-07-20T06:00Z", true)]
    [InlineData("2026-07-20T16:00Z", false)]
    public void Office_hours_follow_the_clocks_of_their_zone(string moment, bool within) =>
        Assert.Equal(within, Hours("Europe/Berlin", WorkingDays, "08:00", "18:00").Contain(Moment(moment)));

    [Theory]
    [InlineData("2026-11-27T19:00Z", true)]
    [InlineData("2026-11-28T03:00Z", true)]
    [InlineData("2026-11-28T07:00Z", false)]
    [InlineData("2026-11-28T19:00Z", false)]
    [InlineData("2026-11-30T03:00Z", false)]
    public void Hours_past_midnight_belong_to_the_day_on_which_they_begin(string moment, bool within) =>
        Assert.Equal(within, Hours("Europe/Berlin", WorkingDays, "18:00", "08:00").Contain(Moment(moment)));

    [Theory]
    // Clocks in Berlin skip 02:00 to 03:00 on 29 March, and show it twice on 25 October.
    [InlineData("Europe/Berlin", "02:30", "04:00", "2026-03-29T00:59Z", false)]
    [InlineData("Europe/Berlin", "02:30", "04:00", "2026-03-29T01:00Z", true)]
    [InlineData("Europe/Berlin", "02:30", "04:00", "2026-03-29T02:00Z", false)]
    [InlineData("Europe/Berlin", "02:30", "02:45", "2026-03-29T01:00Z", false)]
    [InlineData("Europe/Berlin", "02:30", "04:00", "2026-10-25T00:30Z", true)]
    [InlineData("Europe/Berlin", "02:30", "04:00", "2026-10-25T01:10Z", true)]
    [InlineData("Europe/Berlin", "00:00", "02:30", "2026-10-25T01:29Z", true)]
    [InlineData("Europe/Berlin", "00:00", "02:30", "2026-10-25T01:30Z", false)]
    [InlineData("America/New_York", "01:00", "01:30", "2026-11-01T05:00Z", true)]
    [InlineData("America/New_York", "01:00", "01:30", "2026-11-01T06:29Z", true)]
    [InlineData("America/New_York", "01:00", "01:30", "2026-11-01T06:30Z", false)]
    [InlineData("Australia/Lord_Howe", "02:00", "02:30", "2026-10-03T15:29Z", false)]
    [InlineData("Australia/Lord_Howe", "02:00", "03:00", "2026-10-03T15:30Z", true)]
    public void When_clocks_change_nothing_is_lost(string zone, string from, string to, string moment, bool within) =>
        Assert.Equal(within, Hours(zone, EveryDay, from, to).Contain(Moment(moment)));

    [Fact]
    public void The_same_time_twice_is_the_whole_day()
    {
        var hours = Hours("Europe/Berlin", [DayOfWeek.Monday], "00:00", "00:00");
        Assert.True(hours.Contain(Moment("2026-11-22T23:00Z")));
        Assert.True(hours.Contain(Moment("2026-11-23T22:59Z")));
        Assert.False(hours.Contain(Moment("2026-11-23T23:00Z")));
    }

    [Theory]
    [InlineData("2026-11-23T12:00Z", "2026-11-23T12:00Z")]
    [InlineData("2026-11-23T05:00Z", "2026-11-23T07:00Z")]
    [InlineData("2026-11-27T17:00Z", "2026-11-30T07:00Z")]
    // Over the change of the clocks on the weekend before.
    [InlineData("2026-03-27T20:00Z", "2026-03-30T06:00Z")]
    public void What_goes_down_outside_is_told_when_the_hours_begin(string moment, string next) =>
        Assert.Equal(Moment(next), Hours("Europe/Berlin", WorkingDays, "08:00", "18:00").NextWithin(Moment(moment)));

    [Fact]
    public void Hours_of_one_day_begin_again_in_a_week() => Assert.Equal(
        Moment("2026-11-30T09:00Z"), Hours("UTC", [DayOfWeek.Monday], "09:00", "10:00").NextWithin(Moment("2026-11-23T10:00Z")));

    private static RouteHours Hours(string zone, IReadOnlyList<DayOfWeek> days, string from, string to) => new(
        TimeZoneInfo.FindSystemTimeZoneById(zone), days,
        TimeOnly.Parse(from, CultureInfo.InvariantCulture), TimeOnly.Parse(to, CultureInfo.InvariantCulture));

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
