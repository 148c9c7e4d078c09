using Exemplar.Core.Ids;

namespace Exemplar.Server.Boards;

/// <summary>How boards stand at this moment, with timelines of the last 24 hours: for the console and the API.</summary>
internal sealed class LiveBoards(BoardSource source)
{
    /// <summary>What the timelines cover.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromHours(24);

    // Together with the console's tick of a second, a missed heartbeat shows within two.
    private static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan PeriodsFreshFor = TimeSpan.FromSeconds(15);

    private readonly BoardStandings _standings = new(source, Span, FreshFor, PeriodsFreshFor);

    /// <summary>How the board stands; null when the organization has none with this id.</summary>
    public Task<BoardStanding?> OfAsync(int organizationNumber, EntityId id) => _standings.OfAsync(organizationNumber, id);
}
