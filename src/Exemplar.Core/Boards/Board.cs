using Exemplar.Core.Ids;

namespace Exemplar.Core.Boards;

/// <summary>A chosen set of monitors for a team, in named services; published, it is also a status page.</summary>
/// <param name="Number">Its number inside this database.</param>
/// <param name="Id">Its public id.</param>
/// <param name="OrganizationNumber">Whose it is.</param>
/// <param name="Name">1 to <see cref="BoardLimits.LongestName"/> characters.</param>
/// <param name="Slug">Its address as a status page; unique over the whole server. See <see cref="Slug"/>.</param>
/// <param name="IsPublished">Whether everybody may read its status page.</param>
/// <param name="Title">What the status page is headed with; null takes the name.</param>
/// <param name="ShowsMonitors">Whether the status page tells the names of the monitors behind its services.</param>
/// <param name="Services">In the order in which they are shown.</param>
/// <param name="Version">Counts the changes, so that of two at the same time one is told.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record Board(
    int Number,
    EntityId Id,
    int OrganizationNumber,
    string Name,
    string Slug,
    bool IsPublished,
    string? Title,
    bool ShowsMonitors,
    IReadOnlyList<Service> Services,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>One line of a board: monitors that stand for one thing which people rely on.</summary>
/// <param name="Name">1 to <see cref="BoardLimits.LongestName"/> characters.</param>
/// <param name="Slug">The name of its badge; unique on its board.</param>
/// <param name="MonitorIds">The monitors chosen by hand, in order.</param>
/// <param name="Tags">Monitors with one of these tags belong to it as well, those of the future included.</param>
public sealed record Service(string Name, string Slug, IReadOnlyList<EntityId> MonitorIds, IReadOnlyList<string> Tags);

/// <summary>How large boards may grow.</summary>
public static class BoardLimits
{
    /// <summary>Boards of one organization.</summary>
    public const int Boards = 200;

    /// <summary>Services of one board.</summary>
    public const int Services = 100;

    /// <summary>Monitors chosen by hand for one service.</summary>
    public const int MonitorsByHand = 500;

    /// <summary>Tags of one service.</summary>
    public const int Tags = 20;

    /// <summary>Monitors that a service shows, by hand and by tag together; the first ones where there are more.</summary>
    public const int MonitorsShown = 1_000;

    /// <summary>Characters in a name or title.</summary>
    public const int LongestName = 100;

    /// <summary>Bytes of a logo.</summary>
    public const int LargestLogo = 256 * 1024;

    /// <summary>Pixels of a logo in either direction: a small file can unfold to an image that stops a browser.</summary>
    public const int WidestLogo = 4_096;
}
