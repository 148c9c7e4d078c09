using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;

namespace Exemplar.Storage.Maintenance;

/// <summary>What to change of a window, or what to make one of; null leaves a field as it is.</summary>
public sealed record MaintenanceChange(
    string? Title = null, MaintenanceSeverity? Severity = null, string? Owner = null, MaintenanceTimes? Times = null, MaintenanceTargets? Targets = null)
{
    /// <summary>Only while the window still has this version, for times and targets were made out of it; null for any.</summary>
    public int? OnlyVersion { get; init; }
}

/// <summary>Why a window was not stored.</summary>
/// <param name="NotFound">The organization has no such window.</param>
/// <param name="TooMany">The organization has <see cref="MaintenanceWindow.MostOpen"/> that are not over.</param>
/// <param name="TooManyUpdates">The window has <see cref="MaintenanceWindow.MostUpdates"/>.</param>
/// <param name="Over">It is over for good and stays as it was.</param>
/// <param name="NotCurrent">It does not take place now.</param>
/// <param name="ChangedMeanwhile">It has another version by now.</param>
/// <param name="UnknownMonitors">Ids that are no monitors of the organization.</param>
public sealed record MaintenanceFaults(
    bool NotFound = false, bool TooMany = false, bool TooManyUpdates = false, bool Over = false, bool NotCurrent = false,
    bool ChangedMeanwhile = false, IReadOnlySet<EntityId>? UnknownMonitors = null);

/// <summary>What became of a write: the window as it is stored now, or why nothing was stored.</summary>
public readonly record struct MaintenanceWrite(MaintenanceView? View, MaintenanceFaults Faults)
{
    internal static MaintenanceWrite Refused(MaintenanceFaults faults) => new(null, faults);
}

/// <summary>A window with what was told about it, oldest first.</summary>
public sealed record MaintenanceView(int Number, MaintenanceWindow Window, IReadOnlyList<MaintenanceUpdate> Updates)
{
    /// <summary>Grows with every change.</summary>
    public int Version { get; init; }
}

/// <summary>A page of windows, newest first.</summary>
/// <param name="Items">The windows.</param>
/// <param name="NextBefore">What to read the next page before; null when there is none.</param>
public sealed record MaintenancePage(IReadOnlyList<MaintenanceView> Items, int? NextBefore);
