using Exemplar.Core.Monitors;

namespace Exemplar.Server.StatusPages;

/// <summary>
/// How the public is told: lateness is a matter of the team, so it is up; and what is paused or new is simply not watched.
/// </summary>
/// <param name="Key">The word of the JSON, and the class of the page; null where there is nothing to watch.</param>
/// <param name="Words">For people.</param>
/// <param name="Glyph">A shape for each, so that colour is never the only sign.</param>
/// <param name="Colour">Of badges; white on it is well readable.</param>
public sealed record PublicStatus(string Key, string Words, string Glyph, string Colour)
{
    private static readonly PublicStatus Up = new("up", "Operational", "●", "#1f7a55");
    private static readonly PublicStatus Down = new("down", "Down", "■", "#b3262e");
    private static readonly PublicStatus Unknown = new("unknown", "Unknown", "?", "#5b3dbb");
    private static readonly PublicStatus Maintenance = new("maintenance", "Under maintenance", "▨", "#1b6486");
    private static readonly PublicStatus Unwatched = new("not_watched", "Not watched", "‖", "#51606f");

    public static PublicStatus Of(MonitorStatus? status) => status switch
    {
        MonitorStatus.Up or MonitorStatus.Late => Up,
        MonitorStatus.Down => Down,
        MonitorStatus.Unknown => Unknown,
        MonitorStatus.Maintenance => Maintenance,
        _ => Unwatched,
    };
}
