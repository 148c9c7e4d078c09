using CsCheck;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;

namespace Exemplar.Core.Tests.Periods;

/// <summary>Random histories as a store holds them: gapless, ordered, empty periods among them, the last one open.</summary>
internal static class RandomPeriods
{
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<MonitorStatus> AnyStoredStatus = Gen.OneOf(
        [MonitorStatus.New, MonitorStatus.Up, MonitorStatus.Down, MonitorStatus.Paused, MonitorStatus.Unknown]);

    /// <summary>Up to <paramref name="count"/> periods of up to so many minutes each, some of them whole days long.</summary>
    public static Gen<Period[]> Of(int count, int longestMinutes) => Gen.Select(
        Gen.Int[0, 3 * 1_440],
        Gen.Select(AnyStoredStatus, Gen.OneOf([Gen.Int[0, longestMinutes], Gen.Int[0, 5].Select(days => days * 1_440)])).Array[1, count],
        (offset, runs) => Chain(Start.AddMinutes(offset), runs));

    private static Period[] Chain(DateTimeOffset from, (MonitorStatus Status, int Minutes)[] runs)
    {
        var periods = new Period[runs.Length];
        for (var i = 0; i < runs.Length; i++)
        {
            var to = from.AddMinutes(runs[i].Minutes);
            var error = runs[i].Status is MonitorStatus.Down or MonitorStatus.Unknown ? "because" : null;
            periods[i] = new Period(runs[i].Status, from, i == runs.Length - 1 ? null : to, error);
            from = to;
        }
        return periods;
    }
}
