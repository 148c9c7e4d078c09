namespace Exemplar.Core.Organizations;

/// <summary>
/// How long history is kept. Whatever is older or more is removed in small steps, so it may outlive its limit
/// by some minutes. Periods are kept for <see cref="PeriodDays"/>, roll-ups for ever.
/// </summary>
/// <param name="CheckDays">Checks older than this many days go, 1 to 3,650.</param>
/// <param name="CheckCount">
/// Of every monitor the newest so many heartbeats stay, and the newest so many other checks; 100 to 10,000,000.
/// </param>
public sealed record Retention(int CheckDays, int CheckCount)
{
    /// <summary>Periods that ended longer ago than five years go; their uptime stays in the roll-ups.</summary>
    public const int PeriodDays = 1_830;

    /// <summary>Incidents that ended longer ago than this many days go, 30 to 3,650, with what happened in them.</summary>
    public int IncidentDays { get; init; } = PeriodDays;

    /// <summary>What was told, to whom and with what answer goes after this many days, 7 to 3,650, and with its incident at the latest.</summary>
    public int AlertDays { get; init; } = 90;

    /// <summary>Out of the box: 90 days, and 100,000 checks of a monitor.</summary>
    public static readonly Retention OutOfTheBox = new(90, 100_000);
}
