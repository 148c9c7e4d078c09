using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using static Exemplar.Core.Tests.Maintenance.WeekHoursTests;

namespace Exemplar.Core.Tests.Maintenance;

public sealed class MaintenanceWindowTests
{
    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "03-29 01:00", "the jump: right after it")]
    [InlineData("30 2 * * *", "Europe/Berlin", "03-30 00:30", "the day after")]
    [InlineData("30 2 * * *", "Europe/Berlin", "10-25 00:30", "the double hour: in its first")]
    [InlineData("30 1 * * *", "America/New_York", "11-01 05:30", "the double hour: in its first")]
    [InlineData("30 2 * * *", "America/New_York", "03-08 07:00", "the jump: right after it")]
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "10-03 15:30", "half an hour is jumped over")]
    public void A_cron_window_begins_by_the_clock_of_its_zone_and_lasts_its_time(string cron, string zone, string begins, string why)
    {
        var window = Recurring(new CronRecurrence(cron, zone, TimeSpan.FromMinutes(90)));
        var stretch = new Stretch(Utc(begins), Utc(begins).AddMinutes(90));

        Assert.Equal((stretch, why), (window.Covering(Utc(begins)), why));
        Assert.Equal(stretch, window.Covering(stretch.To.AddTicks(-1)));
        Assert.Null(window.Covering(stretch.To));
        Assert.Null(window.Covering(stretch.From.AddTicks(-1)));
        Assert.Equal(stretch, window.After(stretch.From.AddTicks(-1)));
    }

    [Fact]
    public void The_next_three_times_are_known()
    {
        var window = Recurring(new WeeklyRecurrence(Hours("Europe/Berlin", "22:00", "02:00", DayOfWeek.Saturday)));

        Assert.Equal(
            [new Stretch(Utc("03-21 21:00"), Utc("03-22 01:00")), new Stretch(Utc("03-28 21:00"), Utc("03-29 01:00")), new Stretch(Utc("04-04 20:00"), Utc("04-05 00:00"))],
            window.Next(Utc("03-15 12:00"), 3));
    }

    [Fact]
    public void A_recurring_window_does_not_reach_back_before_it_was_made_nor_on_beyond_its_last_day()
    {
        var nightly = new CronRecurrence("0 22 * * *", "UTC", TimeSpan.FromHours(8));
        var window = Recurring(nightly, begins: "06-01 23:30", until: "06-03 00:00");

        Assert.Null(window.Covering(Utc("06-01 23:00")));
        Assert.Equal(new Stretch(Utc("06-01 23:30"), Utc("06-02 06:00")), window.Covering(Utc("06-02 01:00")));
        Assert.Equal(new Stretch(Utc("06-02 22:00"), Utc("06-03 06:00")), window.Covering(Utc("06-03 05:00")));
        Assert.Null(window.Covering(Utc("06-03 22:30")));
        Assert.Equal(Utc("06-03 06:00"), window.OverAt);
        Assert.Equal(
            (MaintenanceState.Current, MaintenanceState.Upcoming, MaintenanceState.Past),
            (window.StateAt(Utc("06-02 01:00")), window.StateAt(Utc("06-02 12:00")), window.StateAt(Utc("06-03 06:00"))));
    }

    [Fact]
    public void Ending_a_recurring_window_ends_the_time_of_now_and_leaves_the_others()
    {
        var window = Recurring(new CronRecurrence("0 22 * * *", "UTC", TimeSpan.FromHours(2))) with { EndedAt = Utc("06-01 22:30") };

        Assert.Equal(new Stretch(Utc("06-01 22:00"), Utc("06-01 22:30")), window.Covering(Utc("06-01 22:10")));
        Assert.Null(window.Covering(Utc("06-01 22:30")));
        Assert.Equal(new Stretch(Utc("06-02 22:00"), Utc("06-03 00:00")), window.Covering(Utc("06-02 23:00")));
        Assert.Equal(MaintenanceState.Upcoming, window.StateAt(Utc("06-01 23:00")));
    }

    [Fact]
    public void A_window_that_was_called_off_takes_place_no_more()
    {
        var recurring = Recurring(new CronRecurrence("0 22 * * *", "UTC", TimeSpan.FromHours(2))) with { CancelledAt = Utc("06-01 22:30") };
        Assert.Equal(new Stretch(Utc("06-01 22:00"), Utc("06-01 22:30")), recurring.Covering(Utc("06-01 22:10")));
        Assert.Null(recurring.Covering(Utc("06-02 22:30")));
        Assert.Equal((MaintenanceState.Past, (DateTimeOffset?)Utc("06-01 22:30")), (recurring.StateAt(Utc("06-01 22:30")), recurring.OverAt));

        var once = Once("06-01 10:00", "06-01 12:00") with { CancelledAt = Utc("06-01 09:00") };
        Assert.Null(once.Covering(Utc("06-01 11:00")));
        Assert.Equal((DateTimeOffset?)Utc("06-01 09:00"), once.OverAt);
    }

    [Theory]
    [InlineData("06-01 09:59", MaintenanceState.Upcoming, false)]
    [InlineData("06-01 10:00", MaintenanceState.Current, true)]
    [InlineData("06-01 11:59", MaintenanceState.Current, true)]
    [InlineData("06-01 12:00", MaintenanceState.Past, true)]
    public void A_window_is_upcoming_current_and_past(string moment, MaintenanceState state, bool hasBegun)
    {
        var window = Once("06-01 10:00", "06-01 12:00");

        Assert.Equal((state, hasBegun), (window.StateAt(Utc(moment)), window.HasBegun(Utc(moment))));
    }

    [Theory]
    [InlineData("05-31 22:30", false)] // takes place by the calendar, and not before it begins to hold
    [InlineData("06-01 21:59", false)]
    [InlineData("06-01 22:00", true)]
    public void A_recurring_window_has_begun_with_its_first_time(string moment, bool hasBegun)
    {
        var window = Recurring(new CronRecurrence("0 22 * * *", "UTC", TimeSpan.FromHours(2)), begins: "06-01 03:00");

        Assert.Equal(hasBegun, window.HasBegun(Utc(moment)));
        Assert.False(Recurring(new CronRecurrence("0 22 * * *", "UTC", TimeSpan.FromHours(2)), begins: "06-01 23:00").HasBegun(Utc("06-01 22:30")));
    }

    [Theory]
    [InlineData("*/10 * * * *", 11, true)]
    [InlineData("*/10 * * * *", 10, false)]
    [InlineData("0 0 * * *", 1440, true)] // the day in spring has 23 hours
    [InlineData("0 0 * * *", 1380, false)]
    public void A_window_must_end_before_it_begins_again(string cron, int minutes, bool overlaps) =>
        Assert.Equal(overlaps, new CronRecurrence(cron, "Europe/Berlin", TimeSpan.FromMinutes(minutes)).OverlapsItself(Utc("01-01 00:00")));

    [Theory]
    [InlineData("0 22 * * *", true)]
    [InlineData("0 22 * *", false)]
    [InlineData("0 25 * * *", false)]
    [InlineData("hello", false)]
    public void A_cron_expression_can_be_read_or_not(string text, bool can) => Assert.Equal(can, CronRecurrence.CanRead(text));

    [Fact]
    public void Quiet_times_are_found_by_the_monitor_and_of_two_windows_the_one_that_ends_last()
    {
        var shorter = Once("06-01 10:00", "06-01 12:00") with { Targets = new MaintenanceTargets(true, [], []), Title = "Everything" };
        var longer = Once("06-01 11:00", "06-01 14:00") with { Title = "Some" };
        var hours = new MonitorHours(9, Hours("UTC", "09:00", "17:00", DayOfWeek.Monday), ObservesHolidays: true);
        var times = new QuietTimes([new OrganizationQuietTimes(5, [new PlacedWindow(shorter, []), new PlacedWindow(longer, [3, 7])], [hours], Holidays.None)]);

        Assert.Equal("Everything", times.Covering(5, 1, Utc("06-01 11:30"))?.Name);
        Assert.Equal("Some", times.Covering(5, 7, Utc("06-01 11:30"))?.Name);
        Assert.Null(times.Covering(5, 1, Utc("06-01 13:00")));
        Assert.Null(times.Covering(6, 7, Utc("06-01 11:30")));
        Assert.Equal(QuietKind.OutsideActiveHours, times.Covering(5, 9, Utc("06-01 18:00"))?.Kind);

        var organization = times.Of(5)!;
        Assert.True(organization.AnyBegins(Utc("06-01 09:59"), Utc("06-01 10:00")));
        Assert.False(organization.AnyBegins(Utc("06-01 10:00"), Utc("06-01 10:30")));
        Assert.True(organization.AnyBegins(Utc("06-01 16:59"), Utc("06-01 17:00"))); // the end of work
        Assert.False(organization.AnyBegins(Utc("06-01 17:00"), Utc("06-01 18:00")));
    }

    private static MaintenanceWindow Recurring(Recurrence recurrence, string begins = "01-01 00:00", string? until = null) =>
        Window(new MaintenanceTimes(null, recurrence, Utc(begins), until is null ? null : Utc(until)));

    private static MaintenanceWindow Once(string from, string to) => Window(new MaintenanceTimes(new Stretch(Utc(from), Utc(to)), null, Utc(from), null));

    private static MaintenanceWindow Window(MaintenanceTimes times) => new(
        EntityId.Create(Utc("01-01 00:00"), 1), 5, "Upgrade", MaintenanceSeverity.Major, "Ops", times, new MaintenanceTargets(false, [], []), times.BeginsAt);
}
