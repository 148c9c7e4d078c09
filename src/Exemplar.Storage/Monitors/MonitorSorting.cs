using Exemplar.Core.Monitors;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Monitors;

/// <summary>
/// A page of monitors in an order. What they are ordered by changes with every heartbeat, and on SQLite is newer in memory than on
/// disk; so numbers and names are read of all that may match, ordered with their present states, and only the page is read in full.
/// </summary>
internal static class MonitorSorting
{
    // States are read in slices: on SQLite a slice holds the lock that heartbeats need to become visible.
    private const int Slice = 5_000;

    public static async Task<MonitorResults> ReadAsync(
        StorageEngine engine, int organizationNumber, MonitorSearch search, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var query = new MonitorQuery(search.Kind, search.Status, search.Tag, search.NamePart, After: 0, MonitorResults.MostSorted) { Severity = search.Severity };
        var candidates = await MonitorListing.Candidates(db, organizationNumber, query, after: 0)
            .Select(m => new Candidate(m.Number, m.Name))
            .Take(MonitorResults.MostSorted + 1)
            .ToListAsync(cancellationToken);
        var isCut = candidates.Count > MonitorResults.MostSorted;

        var matching = new List<Match>(candidates.Count);
        foreach (var slice in candidates.Take(MonitorResults.MostSorted).Chunk(Slice))
        {
            var states = await engine.States.ReadAsync([.. slice.Select(c => c.Number)], cancellationToken);
            foreach (var candidate in slice)
                if (states.TryGetValue(candidate.Number, out var state) && MonitorListing.Matches(query, candidate.Name, state, now))
                    matching.Add(new Match(candidate.Number, candidate.Name, KeyOf(search.Order, state, now)));
        }
        Sort(matching, search.IsReversed);
        var page = matching.Skip(search.Skip).Take(search.Limit).ToList();
        var views = await FindAsync(engine, db, organizationNumber, [.. page.Select(m => m.Number)], cancellationToken);
        return new MonitorResults(views, matching.Count, isCut);
    }

    /// <summary>Those of the numbers that the organization has, in the order of the numbers.</summary>
    public static async Task<IReadOnlyList<MonitorView>> FindAsync(
        StorageEngine engine, Schema.ExemplarDb db, int organizationNumber, IReadOnlyList<int> numbers, CancellationToken cancellationToken)
    {
        if (numbers.Count == 0) return [];
        var rows = await db.Monitors.AsNoTracking()
            .Where(m => m.OrganizationNumber == organizationNumber && numbers.Contains(m.Number))
            .ToDictionaryAsync(m => m.Number, cancellationToken);
        var states = await engine.States.ReadAsync(numbers, cancellationToken);
        var views = new List<MonitorView>(numbers.Count);
        foreach (var number in numbers)
            if (rows.TryGetValue(number, out var row) && states.TryGetValue(number, out var state))
                views.Add(new MonitorView(MonitorStore.Definition(row), state));
        return views;
    }

    private static void Sort(List<Match> matching, bool isReversed)
    {
        var sign = isReversed ? -1 : 1;
        matching.Sort((a, b) =>
        {
            var order = a.Key.CompareTo(b.Key);
            if (order == 0) order = string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase);
            if (order == 0) order = a.Number.CompareTo(b.Number);
            return sign * order;
        });
    }

    private static long KeyOf(MonitorOrder order, in MonitorState state, DateTimeOffset now) => order switch
    {
        MonitorOrder.Status => Urgency(state.StatusAt(now)),
        MonitorOrder.Since => -state.SinceAt(now).ToMs(),
        MonitorOrder.LastHeartbeat => -(state.LastHeartbeatAt.ToMs() ?? long.MinValue + 1),
        _ => 0,
    };

    private static int Urgency(MonitorStatus status) => status switch
    {
        MonitorStatus.Down => 0,
        MonitorStatus.Late => 1,
        MonitorStatus.Unknown => 2,
        MonitorStatus.New => 3,
        MonitorStatus.Up => 4,
        MonitorStatus.Maintenance => 5,
        _ => 6,
    };

    private sealed record Candidate(int Number, string Name);

    private readonly record struct Match(int Number, string Name, long Key);
}
