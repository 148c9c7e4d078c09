using Exemplar.Core.Checks;

namespace Exemplar.Storage.Checks;

/// <summary>Which checks to read, newest first.</summary>
/// <param name="Outcome">Only this outcome; null for all.</param>
/// <param name="From">Only checks at or after this moment.</param>
/// <param name="To">Only checks before this moment.</param>
/// <param name="Limit">At most so many, 1 to 1,000.</param>
/// <param name="Cursor">Where an earlier page ended; null for the first.</param>
public sealed record CheckQuery(CheckOutcome? Outcome, DateTimeOffset? From, DateTimeOffset? To, int Limit, string? Cursor);

/// <summary>One page of history.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">For the page of older checks; null when there are none.</param>
public sealed record CheckPage(IReadOnlyList<Check> Items, string? NextCursor);

/// <summary>Reads the history of one monitor.</summary>
public interface ICheckStore
{
    /// <summary>Reads a page. Checks that arrive meanwhile never shift a page that a cursor points to. Null when the cursor is none of ours.</summary>
    Task<CheckPage?> ReadAsync(int monitorNumber, CheckQuery query, CancellationToken cancellationToken);

    /// <summary>The latest checks of several monitors, newest first, at most <paramref name="limit"/> of each; by monitor number.</summary>
    Task<IReadOnlyDictionary<int, IReadOnlyList<Check>>> LatestAsync(
        IReadOnlyCollection<int> monitorNumbers, int limit, CancellationToken cancellationToken);

    /// <summary>The last check before a moment that was up, of each monitor that has one; by monitor number.</summary>
    Task<IReadOnlyDictionary<int, Check>> LastUpAsync(
        IReadOnlyDictionary<int, DateTimeOffset> before, CancellationToken cancellationToken);
}
