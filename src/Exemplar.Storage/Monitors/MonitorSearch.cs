using Exemplar.Core.Monitors;

namespace Exemplar.Storage.Monitors;

/// <summary>How a list of monitors is ordered; equals follow by name, then by age.</summary>
public enum MonitorOrder
{
    /// <summary>What needs somebody first: down, late, unknown, new, up, paused.</summary>
    Status = 0,

    /// <summary>By name, either case.</summary>
    Name = 1,

    /// <summary>What changed its status last comes first.</summary>
    Since = 2,

    /// <summary>What was heard last comes first; what never was comes last.</summary>
    LastHeartbeat = 3,
}

/// <summary>Which monitors to show, and in what order.</summary>
/// <param name="Kind">Only this kind; null for all.</param>
/// <param name="Status">Only those that stand so now, <c>late</c> included; null for all.</param>
/// <param name="Tag">Only those with exactly this tag; null for all.</param>
/// <param name="NamePart">Only those whose name holds this text, in either case; null for all.</param>
/// <param name="Order">The order.</param>
/// <param name="IsReversed">The order backwards.</param>
/// <param name="Skip">Leaves out so many from the front, 0 or more.</param>
/// <param name="Limit">At most so many, 1 to 1,000.</param>
public sealed record MonitorSearch(
    MonitorKind? Kind, MonitorStatus? Status, string? Tag, string? NamePart, MonitorOrder Order, bool IsReversed, int Skip, int Limit)
{
    /// <summary>Only those that matter so much; null for all.</summary>
    public Severity? Severity { get; init; }
}

/// <summary>A page of what was found.</summary>
/// <param name="Items">In the order asked for.</param>
/// <param name="Matching">How many match altogether; at most <see cref="MostSorted"/>.</param>
/// <param name="IsCut">True when more than <see cref="MostSorted"/> may match: then the youngest are left out.</param>
public sealed record MonitorResults(IReadOnlyList<MonitorView> Items, int Matching, bool IsCut)
{
    /// <summary>So many are brought into an order at most.</summary>
    public const int MostSorted = 100_000;
}

/// <summary>A tag, and how many monitors have it.</summary>
public sealed record TagCount(string Tag, int Monitors);
