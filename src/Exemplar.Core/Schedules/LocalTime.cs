namespace Exemplar.Core.Schedules;

/// <summary>
/// What a clock on a wall says, and when: also on the two nights of a year on which it is set. A time that it jumps over
/// is the moment of the jump; of a time that it shows twice, a start means the first and an end the last.
/// </summary>
public static class LocalTime
{
    /// <summary>The zone with this IANA name, such as <c>Europe/Berlin</c>.</summary>
    public static bool TryFind(string id, out TimeZoneInfo zone)
    {
        // Windows' names would work as well, and then not on the next server.
        zone = TimeZoneInfo.Utc;
        return id.Length is > 0 and <= LongestId && (id == "UTC" || id.Contains('/', StringComparison.Ordinal))
            && TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone!);
    }

    /// <summary>The longest name of a zone, in characters.</summary>
    public const int LongestId = 64;

    /// <summary>The day that the wall's calendar shows at <paramref name="moment"/>.</summary>
    public static DateOnly DayOf(TimeZoneInfo zone, DateTimeOffset moment) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    /// <summary>The first moment at which the wall shows <paramref name="local"/> or later.</summary>
    public static DateTimeOffset StartOf(TimeZoneInfo zone, DateTime local) =>
        zone.IsInvalidTime(local) ? JumpOver(zone, local) : Utc(local, OffsetsOf(zone, local).Max());

    /// <summary>The moment up to which the wall shows something before <paramref name="local"/> for the last time.</summary>
    public static DateTimeOffset EndOf(TimeZoneInfo zone, DateTime local)
    {
        // A second, because the rules of a zone may round what lies nearer to the change.
        var last = local.AddSeconds(-1);
        return zone.IsInvalidTime(last) ? JumpOver(zone, last) : Utc(last, OffsetsOf(zone, last).Min()).AddSeconds(1);
    }

    private static TimeSpan[] OffsetsOf(TimeZoneInfo zone, DateTime local) =>
        zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local) : [zone.GetUtcOffset(local)];

    private static DateTimeOffset Utc(DateTime local, TimeSpan offset) => new DateTimeOffset(local, offset).ToUniversalTime();

    /// <summary>The moment at which the clock is put forward over <paramref name="local"/>.</summary>
    private static DateTimeOffset JumpOver(TimeZoneInfo zone, DateTime local)
    {
        // Before it and after it by any offset that is in use on Earth; clocks are set on whole minutes.
        var before = new DateTimeOffset(local.Date, TimeSpan.Zero).AddDays(-1);
        var after = before.AddDays(3);
        var offset = zone.GetUtcOffset(after);
        while (after - before > TimeSpan.FromMinutes(1))
        {
            var middle = before.AddMinutes(Math.Floor((after - before).TotalMinutes / 2));
            if (zone.GetUtcOffset(middle) == offset) after = middle;
            else before = middle;
        }
        return after;
    }
}
