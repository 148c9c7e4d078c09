using Exemplar.Core.Maintenance;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Core.Probes;

namespace Exemplar.Storage.Monitors;

/// <summary>A monitor as it is configured, and how it stands.</summary>
public sealed record MonitorView(MonitorDefinition Definition, MonitorState State)
{
    /// <summary>Deadlines that the change found passed and not judged yet; they were recorded with it. For the most part none.</summary>
    public IReadOnlyList<MissedDeadline> Missed { get; init; } = [];

    /// <summary>What it depends on directly. Long lists in the console leave it out.</summary>
    public IReadOnlyList<EntityId> DependsOn { get; init; } = [];

    /// <summary>True when an edit was refused, because the monitor would have come to depend on itself; nothing was changed.</summary>
    public bool DependsOnItself { get; init; }

    /// <summary>True when an edit was refused, because its probe was another one by then: <see cref="MonitorChange.OnlyProbe"/>; nothing was changed.</summary>
    public bool ChangedMeanwhile { get; init; }
}

/// <summary>Which monitors to list, oldest first.</summary>
/// <param name="Kind">Only this kind; null for all.</param>
/// <param name="Status">Only those that stand so now, <c>late</c> included; null for all.</param>
/// <param name="Tag">Only those with exactly this tag; null for all.</param>
/// <param name="NamePart">Only those whose name holds this text, in either case; null for all.</param>
/// <param name="After">Only those with a greater number; 0 for the first page.</param>
/// <param name="Limit">At most so many, 1 to 1,000.</param>
public sealed record MonitorQuery(
    MonitorKind? Kind, MonitorStatus? Status, string? Tag, string? NamePart, int After, int Limit)
{
    /// <summary>Only those that matter so much; null for all.</summary>
    public Severity? Severity { get; init; }
}

/// <summary>One page of monitors, oldest first.</summary>
/// <param name="Items">May be fewer than asked for although more follow, where few of many monitors match.</param>
/// <param name="NextAfter">What to read the next page after; null when there is none.</param>
public sealed record MonitorPage(IReadOnlyList<MonitorView> Items, int? NextAfter);

/// <summary>A monitor to be made.</summary>
/// <param name="OrganizationNumber">Whose it is.</param>
/// <param name="Kind">What it watches.</param>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Description">Up to 4,000 characters.</param>
/// <param name="Tags">Up to 50, without repeats.</param>
/// <param name="Interval">Null takes the organization's default of this moment.</param>
/// <param name="Grace">Null takes the organization's default of this moment.</param>
/// <param name="Starts">From when the first deadline counts.</param>
public sealed record NewMonitor(
    int OrganizationNumber,
    MonitorKind Kind,
    string Name,
    string Description,
    IReadOnlyList<string> Tags,
    TimeSpan? Interval,
    TimeSpan? Grace,
    FirstDeadline Starts)
{
    /// <summary>How much it matters that it is down.</summary>
    public Severity Severity { get; init; }

    /// <summary>When its job works; null when always.</summary>
    public WeekHours? ActiveHours { get; init; }

    /// <summary>Whether nothing is expected on holidays; matters only with active hours.</summary>
    public bool ObservesHolidays { get; init; } = true;

    /// <summary>How its downtimes are told.</summary>
    public NoisePolicy AlertPolicy { get; init; } = NoisePolicy.Unset;

    /// <summary>What it depends on, up to 20 monitors of its organization; others are left out.</summary>
    public IReadOnlyList<EntityId> DependsOn { get; init; } = [];

    /// <summary>Where it is written what to do when it is down, an http or https address; null when nowhere.</summary>
    public string? RunbookUrl { get; init; }

    /// <summary>The id that it gets, where something is encrypted for it already; null for a fresh one.</summary>
    public EntityId? Id { get; init; }

    /// <summary>How it is probed; null for a heartbeat monitor.</summary>
    public ProbeConfiguration? Probe { get; init; }

    /// <summary>Headers and body of the probe, encrypted; null when there are none.</summary>
    public byte[]? ProbeSecrets { get; init; }
}

/// <summary>What to change of a monitor; null leaves a field as it is.</summary>
public sealed record MonitorChange(
    string? Name = null,
    string? Description = null,
    IReadOnlyList<string>? Tags = null,
    TimeSpan? Interval = null,
    TimeSpan? Grace = null,
    FirstDeadline? Starts = null)
{
    /// <summary>How much it matters that it is down.</summary>
    public Severity? Severity { get; init; }

    /// <summary>One tag more, behind those that the monitor has at that moment. The caller sees to the limit of 50.</summary>
    public string? AddTag { get; init; }

    /// <summary>New active hours; null leaves them as they are.</summary>
    public ActiveHoursChange? ActiveHours { get; init; }

    /// <summary>Whether nothing is expected on holidays; null leaves it as it is.</summary>
    public bool? ObservesHolidays { get; init; }

    /// <summary>One tag less.</summary>
    public string? RemoveTag { get; init; }

    /// <summary>Another policy, made out of the one that the monitor has at that moment; null leaves it as it is.</summary>
    public Func<NoisePolicy, NoisePolicy>? AlertPolicy { get; init; }

    /// <summary>All that it depends on from now on; null leaves it as it is.</summary>
    public IReadOnlyList<EntityId>? DependsOn { get; init; }

    /// <summary>Where it is written what to do when it is down; empty when it is to be nowhere.</summary>
    public string? RunbookUrl { get; init; }

    /// <summary>The whole configuration of the probe as it is to be.</summary>
    public ProbeConfiguration? Probe { get; init; }

    /// <summary>Headers and body anew, encrypted; null together with <see cref="ChangesProbeSecrets"/> takes them away.</summary>
    public byte[]? ProbeSecrets { get; init; }

    /// <summary>Whether headers or body change at all.</summary>
    public bool ChangesProbeSecrets { get; init; }

    /// <summary>What <see cref="Probe"/> was made out of: only while the monitor still has it. Null for whatever it has.</summary>
    public SeenProbe? OnlyProbe { get; init; }
}

/// <summary>A probe as it was read.</summary>
/// <param name="Configuration">All but the secrets.</param>
/// <param name="Sealed">Its secrets, encrypted; null when there are none. They are compared where a change replaces them.</param>
public sealed record SeenProbe(ProbeConfiguration Configuration, byte[]? Sealed);

/// <summary>When a job works.</summary>
/// <param name="Hours">Null for always.</param>
public sealed record ActiveHoursChange(WeekHours? Hours);
