using Exemplar.Core.Monitors;
using Exemplar.Server.Requests;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Console.Monitors;

/// <summary>What is chosen on the list of monitors. It stands in the address, so that it can be kept, sent and gone back to.</summary>
/// <param name="Part">A part of the name; null for all.</param>
/// <param name="Status">As it stands now; null for all.</param>
/// <param name="Kind">Null for all.</param>
/// <param name="Tag">Exactly this one; null for all.</param>
/// <param name="Order">The order.</param>
/// <param name="IsReversed">The order backwards.</param>
/// <param name="Page">From 1.</param>
public sealed record MonitorFilter(
    string? Part = null, MonitorStatus? Status = null, MonitorKind? Kind = null, string? Tag = null,
    MonitorOrder Order = MonitorOrder.Status, bool IsReversed = false, int Page = 1)
{
    public const int PageSize = 50;
    private const int LongestPart = 200;
    private const int LastPage = MonitorResults.MostSorted / PageSize;

    public static readonly MonitorFilter None = new();

    /// <summary>Only those that matter so much; null for all.</summary>
    public Severity? Severity { get; init; }

    /// <summary>True when it leaves monitors out.</summary>
    public bool IsNarrow => Part is not null || Status is not null || Kind is not null || Tag is not null || Severity is not null;

    public string Address
    {
        get
        {
            var query = new List<string>();
            if (Part is not null) query.Add("q=" + Uri.EscapeDataString(Part));
            if (Status is { } status) query.Add("status=" + Words<MonitorStatus>.Of(status));
            if (Kind is { } kind) query.Add("kind=" + Words<MonitorKind>.Of(kind));
            if (Severity is { } severity) query.Add("severity=" + Words<Severity>.Of(severity));
            if (Tag is not null) query.Add("tag=" + Uri.EscapeDataString(Tag));
            if (Order != MonitorOrder.Status || IsReversed) query.Add($"sort={(IsReversed ? "-" : "")}{Words<MonitorOrder>.Of(Order)}");
            if (Page > 1) query.Add("page=" + Page);
            return query.Count == 0 ? "/monitors" : "/monitors?" + string.Join('&', query);
        }
    }

    /// <summary>What an address says; what it says wrongly is left out.</summary>
    public static MonitorFilter Read(string? part, string? status, string? kind, string? tag, string? sort, int page, string? severity = null)
    {
        var isReversed = sort?.StartsWith('-') == true;
        return new MonitorFilter(
            string.IsNullOrWhiteSpace(part) ? null : Cut(part.Trim(), LongestPart),
            Words<MonitorStatus>.TryParse(status, out var s) ? s : null,
            Words<MonitorKind>.TryParse(kind, out var k) ? k : null,
            string.IsNullOrEmpty(tag) ? null : Cut(tag, LongestPart),
            Words<MonitorOrder>.TryParse(sort?.TrimStart('-'), out var order) ? order : MonitorOrder.Status,
            isReversed && sort is { Length: > 1 },
            Math.Clamp(page, 1, LastPage))
        {
            Severity = Words<Severity>.TryParse(severity, out var matters) ? matters : null,
        };
    }

    /// <summary>Ordered by something: a second time the other way round. Back on the first page.</summary>
    public MonitorFilter By(MonitorOrder order) => this with { Order = order, IsReversed = Order == order && !IsReversed, Page = 1 };

    public MonitorSearch ToSearch(int skip, int limit) => new(Kind, Status, Tag, Part, Order, IsReversed, skip, limit) { Severity = Severity };

    private static string Cut(string text, int longest) => text.Length > longest ? text[..longest] : text;
}
