namespace Exemplar.Core.Routing;

/// <summary>From the clock on a wall to moments. Twice a year that clock skips an hour or repeats one.</summary>
public static class LocalTime
{
    /// <summary>The first moment at which clocks in <paramref name="zone"/> show this time; where they skip it, the moment after the skip.</summary>
    public static DateTimeOffset First(TimeZoneInfo zone, DateOnly date, TimeOnly time)
    {
        var local = Shown(zone, date, time);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The last moment at which clocks show this time; where they skip it, the moment after the skip.</summary>
    public static DateTimeOffset Last(TimeZoneInfo zone, DateOnly date, TimeOnly time)
    {
        var local = Shown(zone, date, time);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Min() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The date that calendars in <paramref name="zone"/> show.</summary>
    public static DateOnly DateAt(TimeZoneInfo zone, DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    private static DateTime Shown(TimeZoneInfo zone, DateOnly date, TimeOnly time)
    {
        var local = date.ToDateTime(new TimeOnly(time.Hour, time.Minute));
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        return local;
    }
}
