using Exemplar.Core.Maintenance;
using static Exemplar.Core.Tests.Maintenance.WeekHoursTests;

namespace Exemplar.Core.Tests.Maintenance;

public sealed class ActiveHoursTests
{
    // 2026-11-23 is a Monday; Berlin is one hour ahead of UTC then.
    private static readonly WeekHours Office = Hours("Europe/Berlin", "09:00", "17:00",
        DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday);

    private static readonly WeekHours Nights = Hours("Europe/Berlin", "22:00", "06:00", Enum.GetValues<DayOfWeek>());

    [Theory]
    [InlineData("11-23 08:00", null, "work begins")]
    [InlineData("11-23 15:59", null, "the last minute")]
    [InlineData("11-23 16:00", "11-23 16:00 to 11-24 08:00", "the evening")]
    [InlineData("11-24 07:59", "11-23 16:00 to 11-24 08:00", "the early morning")]
    [InlineData("11-28 12:00", "11-27 16:00 to 11-30 08:00", "Saturday")]
    public void Outside_of_them_it_is_quiet_from_the_end_of_work_to_its_next_beginning(string moment, string? quiet, string why) =>
        Assert.Equal((quiet, why), (Tell(ActiveHours.QuietAt(Office, null, Utc(moment))), why));

    [Theory]
    [InlineData("11-24 10:00", "holiday: Founders' day 11-23 23:00 to 11-24 23:00", "all of the day")]
    [InlineData("11-24 23:30", "11-23 16:00 to 11-25 08:00", "the night after it")]
    [InlineData("11-23 20:00", "11-23 16:00 to 11-25 08:00", "the evening before it")]
    [InlineData("11-23 10:00", null, "the day before it")]
    public void On_a_holiday_no_work_begins(string moment, string? quiet, string why)
    {
        var holidays = new Holidays([new Holiday(new DateOnly(2026, 11, 24), "Founders' day")], Utc("01-01 00:00"));

        Assert.Equal((quiet, why), (Tell(ActiveHours.QuietAt(Office, holidays, Utc(moment))), why));
    }

    [Theory]
    [InlineData("11-24 00:30", null, "the shift of the evening before goes on into the holiday")]
    [InlineData("11-24 05:30", "holiday: Founders' day 11-24 05:00 to 11-24 23:00", "and ends as always")]
    [InlineData("11-24 22:30", "holiday: Founders' day 11-24 05:00 to 11-24 23:00", "that of the holiday's evening does not take place")]
    [InlineData("11-25 03:00", "11-24 05:00 to 11-25 21:00", "nor its second half on the next day")]
    public void A_night_shift_belongs_to_the_day_on_which_it_begins(string moment, string? quiet, string why)
    {
        var holidays = new Holidays([new Holiday(new DateOnly(2026, 11, 24), "Founders' day")], Utc("01-01 00:00"));

        Assert.Equal((quiet, why), (Tell(ActiveHours.QuietAt(Nights, holidays, Utc(moment))), why));
    }

    [Theory]
    [InlineData("03-28 23:00", "03-27 16:00 to 03-30 07:00", "the weekend of the jump ends an hour earlier")]
    [InlineData("10-25 12:00", "10-23 15:00 to 10-26 08:00", "that of the double hour an hour later")]
    public void The_weekends_on_which_the_clock_is_set_keep_to_the_wall(string moment, string quiet, string why) =>
        Assert.Equal((quiet, why), (Tell(ActiveHours.QuietAt(Office, null, Utc(moment))), why));

    [Fact]
    public void The_reason_names_the_hours_and_the_holiday()
    {
        Assert.Equal(
            "outside active hours (Mon-Fri 09:00-17:00 Europe/Berlin; from 2026-11-23T16:00:00.000Z to 2026-11-24T08:00:00.000Z)",
            ActiveHours.QuietAt(Office, null, Utc("11-23 18:00"))!.Reason);
    }

    private static string? Tell(QuietTime? quiet) => quiet is null ? null
        : FormattableString.Invariant($"{(quiet.Kind == QuietKind.Holiday ? $"holiday: {quiet.Name} " : "")}{quiet.From:MM-dd HH:mm} to {quiet.To:MM-dd HH:mm}");
}
