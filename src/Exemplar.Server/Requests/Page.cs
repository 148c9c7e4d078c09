namespace Exemplar.Server.Requests;

/// <summary>One page of a list.</summary>
internal sealed record Page<T>
{
    /// <summary>What is on this page. It may be fewer than asked for although more follow.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Give this as `cursor` to read on; null when there is nothing more.</summary>
    public required string? NextCursor { get; init; }
}
