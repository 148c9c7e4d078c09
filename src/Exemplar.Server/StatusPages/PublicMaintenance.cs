using System.Buffers.Binary;
using System.Security.Cryptography;
using Exemplar.Core.Maintenance;
using Exemplar.Server.Boards;
using Exemplar.Server.Maintenance;

namespace Exemplar.Server.StatusPages;

/// <summary>A service of the page that planned work touches.</summary>
public sealed record TouchedService(string Name, string Slug);

/// <summary>Planned work as the public sees it: neither who answers for it nor who told of it, and of what it holds for only the services of the page.</summary>
/// <param name="Key">Names it in the feed, the same for as long as it is told of. It follows from the window's id and does not tell it.</param>
/// <param name="Title">Its title.</param>
/// <param name="Severity">How much of it people notice.</param>
/// <param name="From">When this time of it begins.</param>
/// <param name="To">When it ends.</param>
/// <param name="IsCurrent">Whether it takes place now.</param>
/// <param name="Services">The services of the page that it touches, in their order.</param>
/// <param name="TouchesAll">Whether that is all of them, and more than one.</param>
/// <param name="Updates">Newest first.</param>
/// <param name="UpdatedAt">When anything about it changed or was told.</param>
public sealed record PublicMaintenance(
    string Key, string Title, MaintenanceSeverity Severity, DateTimeOffset From, DateTimeOffset To, bool IsCurrent,
    IReadOnlyList<TouchedService> Services, bool TouchesAll, IReadOnlyList<(DateTimeOffset At, string Text)> Updates, DateTimeOffset UpdatedAt)
{
    private const int MostUpdates = 20;

    /// <summary>What it touches, in words.</summary>
    public string Affects => TouchesAll ? "all services" : Sentence([.. Services.Select(s => s.Name)]);

    internal static PublicMaintenance Of(MaintenanceBanner banner, BoardStanding standing)
    {
        var window = banner.View.Window;
        TouchedService[] services = [.. standing.ServicesWith(banner.Touches).Select(s => new TouchedService(s.Name, s.Slug))];
        return new PublicMaintenance(
            KeyOf(window, banner.Time), window.Title, window.Severity, banner.Time.From, banner.Time.To, banner.IsCurrent, services,
            services.Length > 1 && services.Length == standing.Services.Count,
            // Of a window that recurs, what was told about an earlier time of it is of no use any more.
            [.. banner.View.Updates.Where(u => window.Times.Once is not null || u.At >= banner.Time.From).Select(u => (u.At, u.Text)).Reverse().Take(MostUpdates)],
            window.UpdatedAt);
    }

    /// <summary>Names as people say them: "A", "A and B", "A, B and C".</summary>
    internal static string Sentence(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}";

    // Each time of a window that recurs is announced for itself; one that is moved stays the same.
    private static string KeyOf(MaintenanceWindow window, Stretch time)
    {
        Span<byte> from = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(from, window.Times.Once is null ? time.From.ToUnixTimeMilliseconds() : 0);
        return Convert.ToHexStringLower(SHA256.HashData([.. window.Id.ToBytes(), .. from]))[..24];
    }
}
