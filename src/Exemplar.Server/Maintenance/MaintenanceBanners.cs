using Exemplar.Core.Maintenance;
using Exemplar.Storage.Maintenance;

namespace Exemplar.Server.Maintenance;

/// <summary>A window as pages tell of it.</summary>
/// <param name="View">The window and its updates.</param>
/// <param name="Time">The time of it that takes place now, or the next.</param>
/// <param name="IsCurrent">Whether it takes place now.</param>
/// <param name="Touches">Of the monitors of the page the numbers of those that it holds for.</param>
public sealed record MaintenanceBanner(MaintenanceView View, Stretch Time, bool IsCurrent, IReadOnlySet<int> Touches);

/// <summary>
/// Finds the windows that a page has to tell of: those that touch one of its monitors, now or soon. Which ones these are is
/// known in memory; only what is told about them is read.
/// </summary>
internal sealed class MaintenanceBanners(QuietTimesCache cache, MaintenanceStore windows)
{
    /// <summary>A window is announced so long before it begins.</summary>
    public static readonly TimeSpan AnnouncedBefore = TimeSpan.FromDays(7);

    /// <summary>So many are told of at most.</summary>
    public const int Most = 10;

    /// <summary>Those of an organization that touch any of the monitors, current ones first.</summary>
    /// <param name="organizationNumber">Whose.</param>
    /// <param name="monitorNumbers">The monitors of the page.</param>
    /// <param name="upcoming">Whether those that begin soon are told of as well.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<MaintenanceBanner>> OfAsync(
        int organizationNumber, IReadOnlyCollection<int> monitorNumbers, bool upcoming, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (cache.Present.Of(organizationNumber) is not { Windows.Count: > 0 } organization || monitorNumbers.Count == 0) return [];
        var found = new List<(PlacedWindow Placed, Stretch Time, bool IsCurrent)>();
        foreach (var placed in organization.Windows)
        {
            var current = placed.Window.Covering(now);
            if ((current ?? (upcoming ? placed.Window.After(now) : null)) is not { } time || time.From > now + AnnouncedBefore) continue;
            if (monitorNumbers.Any(placed.HoldsFor)) found.Add((placed, time, current is not null));
        }
        var banners = new List<MaintenanceBanner>();
        foreach (var (placed, time, isCurrent) in found.OrderByDescending(f => f.IsCurrent).ThenBy(f => f.Time.From).Take(Most))
            if (await windows.FindAsync(organizationNumber, placed.Window.Id, cancellationToken) is { } view)
                banners.Add(new MaintenanceBanner(view, time, isCurrent, monitorNumbers.Where(placed.HoldsFor).ToHashSet()));
        return banners;
    }

    /// <summary>The quiet time in which a monitor is now; null when it is in none.</summary>
    public QuietTime? QuietTimeOf(int organizationNumber, int monitorNumber, DateTimeOffset now) =>
        cache.Present.Covering(organizationNumber, monitorNumber, now);
}
