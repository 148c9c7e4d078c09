using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Noise;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Monitors;

/// <summary>What somebody configured: everything about a monitor that does not change by itself.</summary>
/// <param name="Number">Its number inside this database; never used again for another monitor.</param>
/// <param name="Id">Its public id.</param>
/// <param name="OrganizationNumber">Whose it is.</param>
/// <param name="Kind">What it watches.</param>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Description">Up to 4,000 characters.</param>
/// <param name="Tags">Up to 50, each 1 to 64 characters, without repeats, in the order given.</param>
/// <param name="Schedule">The promise.</param>
/// <param name="Starts">From when the first deadline counts.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When its configuration was last changed.</param>
public sealed record MonitorDefinition(
    int Number,
    EntityId Id,
    int OrganizationNumber,
    MonitorKind Kind,
    string Name,
    string Description,
    IReadOnlyList<string> Tags,
    Schedule Schedule,
    FirstDeadline Starts,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Where it is written what to do when it is down, an http or https address; null when nowhere.</summary>
    public string? RunbookUrl { get; init; }

    /// <summary>How much it matters that it is down.</summary>
    public Severity Severity { get; init; }

    /// <summary>When its job works; null when always.</summary>
    public WeekHours? ActiveHours { get; init; }

    /// <summary>Whether nothing is expected on holidays; matters only with active hours.</summary>
    public bool ObservesHolidays { get; init; } = true;

    /// <summary>How its downtimes are told; what is not set is the organization's.</summary>
    public NoisePolicy AlertPolicy { get; init; } = NoisePolicy.Unset;

    /// <summary>How it is probed; null for a heartbeat monitor.</summary>
    public Probes.ProbeConfiguration? Probe { get; init; }
}
