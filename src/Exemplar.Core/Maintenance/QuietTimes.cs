using System.Collections.Frozen;

namespace Exemplar.Core.Maintenance;

/// <summary>A window, and the monitors that it holds for.</summary>
/// <param name="Window">The window.</param>
/// <param name="MonitorNumbers">Those that are named or tagged, in order; nothing where it holds for all.</param>
public sealed record PlacedWindow(MaintenanceWindow Window, int[] MonitorNumbers)
{
    public bool HoldsFor(int monitorNumber) => Window.Targets.AllMonitors || Array.BinarySearch(MonitorNumbers, monitorNumber) >= 0;
}

/// <summary>When a monitor's job works.</summary>
public sealed record MonitorHours(int MonitorNumber, WeekHours Hours, bool ObservesHolidays);

/// <summary>What one organization said about its quiet times.</summary>
public sealed class OrganizationQuietTimes
{
    private readonly IReadOnlyList<PlacedWindow> _windows;
    private readonly FrozenDictionary<int, MinuteCache<QuietTime?>> _hours;

    // Thousands of monitors work the same hours.
    private readonly IReadOnlyCollection<MinuteCache<QuietTime?>> _kindsOfHours;

    public OrganizationQuietTimes(
        int organizationNumber, IReadOnlyList<PlacedWindow> windows, IReadOnlyCollection<MonitorHours> hours, Holidays holidays)
    {
        (OrganizationNumber, _windows) = (organizationNumber, windows);
        var kinds = hours.Select(h => (h.Hours, h.ObservesHolidays)).Distinct().ToDictionary(
            kind => kind, kind => new MinuteCache<QuietTime?>(at => ActiveHours.QuietAt(kind.Hours, kind.ObservesHolidays ? holidays : null, at)));
        _hours = hours.ToFrozenDictionary(h => h.MonitorNumber, h => kinds[(h.Hours, h.ObservesHolidays)]);
        _kindsOfHours = kinds.Values;
    }

    public int OrganizationNumber { get; }

    public IReadOnlyList<PlacedWindow> Windows => _windows;

    /// <summary>Of the windows that hold for the monitor then, the one that ends last; else what its hours say.</summary>
    public QuietTime? Covering(int monitorNumber, DateTimeOffset moment)
    {
        QuietTime? latest = null;
        foreach (var placed in _windows)
        {
            if (!placed.HoldsFor(monitorNumber) || placed.Window.Covering(moment) is not { } stretch || stretch.To <= latest?.To) continue;
            latest = new QuietTime(QuietKind.Maintenance, stretch.From, stretch.To, placed.Window.Title, placed.Window.DeclaredAt);
        }
        return latest ?? (_hours.TryGetValue(monitorNumber, out var mine) ? mine.At(moment) : null);
    }

    /// <summary>True when some quiet time begins after <paramref name="after"/> and not after <paramref name="upTo"/>.</summary>
    public bool AnyBegins(DateTimeOffset after, DateTimeOffset upTo) =>
        _windows.Any(w => w.Window.After(after)?.From <= upTo) || _kindsOfHours.Any(kind => kind.At(upTo) is { } quiet && quiet.From > after);
}

/// <summary>
/// Every quiet time that may matter to a deadline, immutable: a decision reads one of these from start to end, and a
/// change of a window makes a new one. Holds windows and the monitors they touch, nothing of all the others.
/// </summary>
public sealed class QuietTimes(IEnumerable<OrganizationQuietTimes> organizations)
{
    /// <summary>Of a server on which nobody ever planned anything.</summary>
    public static readonly QuietTimes None = new([]);

    private readonly FrozenDictionary<int, OrganizationQuietTimes> _organizations = organizations.ToFrozenDictionary(o => o.OrganizationNumber);

    public IEnumerable<OrganizationQuietTimes> Organizations => _organizations.Values;

    /// <summary>What an organization said; null when nothing.</summary>
    public OrganizationQuietTimes? Of(int organizationNumber) => _organizations.GetValueOrDefault(organizationNumber);

    /// <summary>The quiet time of a monitor that holds <paramref name="moment"/>; null when none does.</summary>
    public QuietTime? Covering(int organizationNumber, int monitorNumber, DateTimeOffset moment) =>
        _organizations.TryGetValue(organizationNumber, out var organization) ? organization.Covering(monitorNumber, moment) : null;
}
