namespace Exemplar.Core.Organizations;

/// <summary>
/// How long raw checks and periods are kept. Roll-ups stay. Whatever is older or more is removed in small steps, so
/// it may outlive its limit by some minutes.
/// </summary>
/// <param name="CheckDays">Checks older than this many days go, 1 to 3,650.</param>
/// <param name="CheckCount">Of every monitor the newest so many checks stay, 100 to 10,000,000.</param>
/// <param name="PeriodDays">Periods that ended longer ago than this many days go, 30 to 36,500.</param>
public sealed record Retention(int CheckDays, int CheckCount, int PeriodDays)
{
    /// <summary>Out of the box: 90 days and 100,000 checks of a monitor; periods for about five years.</summary>
    public static readonly Retention OutOfTheBox = new(90, 100_000, 1_830);
}
