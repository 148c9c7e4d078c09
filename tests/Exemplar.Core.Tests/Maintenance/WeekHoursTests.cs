using System.Globalization;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Tests.Maintenance;

/// <summary>Hours on a wall's clock, on ordinary days and on the two nights of a year on which it is set.</summary>
public sealed class WeekHoursTests
{
    private static readonly Dictionary<string, string> Zones = new() { ["B"] = "Europe/Berlin", ["N"] = "America/New_York", ["L"] = "Australia/Lord_Howe" };

    [Theory]
    [InlineData("B", "2026-03-27", "09:00", "17:00", "03-27 08:00", "03-27 16:00", "an ordinary day")]
    [InlineData("B", "2026-03-27", "22:00", "06:00", "03-27 21:00", "03-28 05:00", "over midnight")]
    [InlineData("B", "2026-03-27", "00:00", "00:00", "03-26 23:00", "03-27 23:00", "a whole day")]
    [InlineData("B", "2026-03-28", "22:00", "06:00", "03-28 21:00", "03-29 04:00", "an hour shorter")]
    [InlineData("B", "2026-03-29", "01:30", "03:30", "03-29 00:30", "03-29 01:30", "around the jump")]
    [InlineData("B", "2026-03-29", "02:30", "04:00", "03-29 01:00", "03-29 02:00", "begins in the jump")]
    [InlineData("B", "2026-03-29", "01:00", "02:30", "03-29 00:00", "03-29 01:00", "ends in the jump")]
    [InlineData("B", "2026-03-29", "01:00", "03:00", "03-29 00:00", "03-29 01:00", "ends with the jump")]
    [InlineData("B", "2026-03-29", "02:00", "02:30", "03-29 01:00", "03-29 01:30", "all of it is jumped over")]
    [InlineData("B", "2026-10-24", "22:00", "06:00", "10-24 20:00", "10-25 05:00", "an hour longer")]
    [InlineData("B", "2026-10-25", "01:00", "02:00", "10-24 23:00", "10-25 00:00", "ends where the hour comes twice")]
    [InlineData("B", "2026-10-25", "02:00", "02:30", "10-25 00:00", "10-25 01:30", "from the first to the last of both")]
    [InlineData("B", "2026-10-25", "02:30", "03:00", "10-25 00:30", "10-25 02:00", "begins in the first")]
    [InlineData("B", "2026-10-25", "03:00", "04:00", "10-25 02:00", "10-25 03:00", "after both")]
    [InlineData("N", "2026-03-08", "02:00", "03:00", "03-08 07:00", "03-08 08:00", "all of it is jumped over")]
    [InlineData("N", "2026-03-08", "01:00", "04:00", "03-08 06:00", "03-08 08:00", "around the jump")]
    [InlineData("N", "2026-11-01", "01:00", "01:30", "11-01 05:00", "11-01 06:30", "from the first to the last of both")]
    [InlineData("N", "2026-11-01", "00:00", "00:00", "11-01 04:00", "11-02 05:00", "a day of 25 hours")]
    [InlineData("L", "2026-04-05", "01:30", "02:00", "04-04 14:30", "04-04 15:30", "half an hour comes twice")]
    [InlineData("L", "2026-10-04", "02:00", "02:30", "10-03 15:30", "10-03 16:00", "half an hour is jumped over")]
    [InlineData("L", "2026-10-04", "01:00", "03:00", "10-03 14:30", "10-03 16:00", "around the jump of half an hour")]
    public void A_day_of_the_calendar_has_its_hours(string zone, string day, string from, string to, string utcFrom, string utcTo, string why)
    {
        var date = DateOnly.Parse(day, CultureInfo.InvariantCulture);
        var hours = Hours(Zones[zone], from, to, date.DayOfWeek);

        Assert.Equal((new Stretch(Utc(utcFrom), Utc(utcTo)), why), (hours.On(date), why));
        Assert.Equal(hours.On(date), hours.Covering(Utc(utcFrom)));
        Assert.Equal(hours.On(date), hours.Covering(Utc(utcTo).AddTicks(-1)));
        Assert.Null(hours.Covering(Utc(utcTo)));
        Assert.Null(hours.Covering(Utc(utcFrom).AddTicks(-1)));
        Assert.Equal(hours.On(date), hours.After(Utc(utcFrom).AddTicks(-1)));
        Assert.Equal(hours.On(date), hours.Before(Utc(utcTo)));
    }

    [Theory]
    [InlineData("Europe/Berlin", true)]
    [InlineData("UTC", true)]
    [InlineData("Etc/UTC", true)]
    [InlineData("Europe/Nowhere", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("W. Europe Standard Time", false)]
    [InlineData("", false)]
    public void Only_zones_of_the_database_of_zones_are_found(string name, bool found) => Assert.Equal(found, LocalTime.TryFind(name, out _));

    [Fact]
    public void Hours_are_told_in_words()
    {
        var days = new Dictionary<DayOfWeek, DayHours>();
        foreach (var day in (DayOfWeek[])[DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday]) days[day] = new DayHours(new TimeOnly(9, 0), new TimeOnly(17, 30));
        days[DayOfWeek.Sunday] = new DayHours(new TimeOnly(22, 0), new TimeOnly(6, 0));

        Assert.Equal("Mon-Wed 09:00-17:30, Sun 22:00-06:00 Europe/Berlin", new WeekHours("Europe/Berlin", days).ToString());
    }

    internal static WeekHours Hours(string zone, string from, string to, params IEnumerable<DayOfWeek> days) => new(
        zone, days.ToDictionary(d => d, _ => new DayHours(TimeOnly.Parse(from, CultureInfo.InvariantCulture), TimeOnly.Parse(to, CultureInfo.InvariantCulture))));

    internal static DateTimeOffset Utc(string text) =>
        DateTimeOffset.ParseExact("2026-" + text, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
