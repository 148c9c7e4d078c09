using Exemplar.Core.Boards;
using Exemplar.Core.Ids;

namespace Exemplar.Storage.Boards;

/// <summary>A board to be made.</summary>
/// <param name="Name">1 to <see cref="BoardLimits.LongestName"/> characters.</param>
/// <param name="Slug">Valid; whether it is free is found out in the transaction.</param>
/// <param name="IsPublished">Whether everybody may read its status page.</param>
/// <param name="Title">Null takes the name.</param>
/// <param name="ShowsMonitors">Whether the status page names monitors.</param>
/// <param name="Services">Within the limits, each with a valid slug of its own.</param>
public sealed record NewBoard(
    string Name, string Slug, bool IsPublished, string? Title, bool ShowsMonitors, IReadOnlyList<Service> Services);

/// <summary>What to change of a board; null leaves a field as it is.</summary>
public sealed record BoardChange(
    string? Name = null,
    string? Slug = null,
    bool? IsPublished = null,
    string? Title = null,
    bool? ShowsMonitors = null,
    IReadOnlyList<Service>? Services = null)
{
    /// <summary>Takes the title away, so that the name stands in its place.</summary>
    public bool ClearsTitle { get; init; }

    /// <summary>Only when the board still has this version; null for any.</summary>
    public int? OnlyVersion { get; init; }
}

/// <summary>Why a board was not stored.</summary>
/// <param name="NotFound">The organization has no such board.</param>
/// <param name="ChangedMeanwhile">It has another version by now.</param>
/// <param name="TooMany">The organization has <see cref="BoardLimits.Boards"/> already.</param>
/// <param name="SlugTaken">Another board of this server has the slug.</param>
/// <param name="UnknownMonitors">Ids that are no monitors of the organization.</param>
public sealed record BoardFaults(
    bool NotFound = false, bool ChangedMeanwhile = false, bool TooMany = false, bool SlugTaken = false,
    IReadOnlySet<EntityId>? UnknownMonitors = null)
{
    /// <summary>True when there is any.</summary>
    public bool Any => NotFound || ChangedMeanwhile || TooMany || SlugTaken || UnknownMonitors is { Count: > 0 };
}

/// <summary>What became of a write: the board as it is stored now, or why nothing was stored.</summary>
public readonly record struct BoardWrite(Board? Board, BoardFaults Faults);

/// <summary>One page of boards, oldest first.</summary>
/// <param name="Items">The boards.</param>
/// <param name="NextAfter">What to read the next page after; null when there is none.</param>
public sealed record BoardPage(IReadOnlyList<Board> Items, int? NextAfter);

/// <summary>A published board as its address finds it.</summary>
public sealed record PublishedBoard(int OrganizationNumber, EntityId Id);
