using Exemplar.Core.Channels;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Storage.Routing;
using Exemplar.Core.Noise;
using Exemplar.Storage.Noise;

namespace Exemplar.Storage.Incidents;

/// <summary>A change of status that waits to be followed up.</summary>
/// <param name="Number">Its row.</param>
/// <param name="MonitorNumber">Whose.</param>
/// <param name="From">How the monitor stood.</param>
/// <param name="To">How it stands since; null when it was removed.</param>
/// <param name="At">Since when.</param>
/// <param name="Error">Why, when it is down.</param>
public sealed record PendingChange(
    long Number, int MonitorNumber, MonitorStatus From, MonitorStatus? To, DateTimeOffset At, string? Error);

/// <summary>What an incident has to know about a monitor.</summary>
/// <param name="Definition">How it is configured.</param>
/// <param name="LastHeartbeatAt">The last good heartbeat; null when none ever came.</param>
/// <param name="Metadata">What its job sent with it, UTF-8 JSON; null when nothing.</param>
public sealed record IncidentSubject(MonitorDefinition Definition, DateTimeOffset? LastHeartbeatAt, byte[]? Metadata);

/// <summary>An incident as it is stored, or will be.</summary>
public sealed class StoredIncident
{
    /// <summary>0 until it is stored.</summary>
    public int RowNumber { get; internal set; }

    public required int OrganizationNumber { get; init; }

    /// <summary>The version that was read; a store on another one fails.</summary>
    public int Version { get; init; }

    public required Incident State { get; set; }

    /// <summary>How often people are reminded; null when never.</summary>
    public TimeSpan? RemindEvery { get; init; }
}

/// <summary>Everything that following up some changes needs.</summary>
public sealed class FollowUpBatch
{
    public required IReadOnlyList<PendingChange> Changes { get; init; }

    /// <summary>Timers of noise policies that have come due; a batch has either changes or timers.</summary>
    public IReadOnlyList<NoiseTimer> Timers { get; init; } = [];

    /// <summary>What the noise policies have to know.</summary>
    public NoiseFacts Noise { get; init; } = NoiseFacts.None;

    /// <summary>By monitor number. A removed monitor has none.</summary>
    public required IReadOnlyDictionary<int, IncidentSubject> Subjects { get; init; }

    /// <summary>The open incident that each monitor is down in, by monitor number.</summary>
    public required Dictionary<int, StoredIncident> OpenByMonitor { get; init; }

    /// <summary>By monitor number: the monitor as it entered its open incident.</summary>
    public required IReadOnlyDictionary<int, IncidentMember> Members { get; init; }

    /// <summary>By organization: open incidents that may take a monitor that goes down now, newest first.</summary>
    public required IReadOnlyDictionary<int, List<StoredIncident>> Recent { get; init; }

    /// <summary>By organization: its settings.</summary>
    public required IReadOnlyDictionary<int, FollowUpOrganization> Organizations { get; init; }

    /// <summary>By organization: its routes; those without any are not there.</summary>
    public IReadOnlyDictionary<int, RoutingBook> Routing { get; init; } = new Dictionary<int, RoutingBook>();
}

/// <summary>A monitor of an incident, as it went down.</summary>
public sealed record IncidentMember(
    int MonitorNumber, EntityId MonitorId, string MonitorName, DateTimeOffset DownAt, string Error,
    DateTimeOffset? LastHeartbeatAt, byte[]? Metadata)
{
    /// <summary>What its noise policy and its dependencies made of it.</summary>
    public MemberNoise Noise { get; init; } = MemberNoise.None;
}

/// <summary>What the noise policy and the dependencies of a monitor made of its downtime.</summary>
/// <param name="Waiting">Why nobody was told yet; null when people were.</param>
/// <param name="HeldBy">The monitor that is down and explains it; null when none does.</param>
/// <param name="FlappingSince">Since when it flaps; null when it does not.</param>
/// <param name="RecoveringSince">Since when it is up again while more good checks are asked for; null when it is not.</param>
public sealed record MemberNoise(string? Waiting, Holder? HeldBy, DateTimeOffset? FlappingSince, DateTimeOffset? RecoveringSince)
{
    public static readonly MemberNoise None = new(null, null, null, null);

    /// <summary>True when people may be reminded of it.</summary>
    public bool IsTold => Waiting is null && FlappingSince is null && RecoveringSince is null;
}

/// <summary>A monitor that holds others.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name when it began to.</param>
public sealed record Holder(int Number, EntityId Id, string Name);

/// <summary>What following up needs of an organization.</summary>
/// <param name="LastIncidentNumber">The last number that was given out.</param>
/// <param name="RemindEvery">How often people are reminded unless a monitor says otherwise; null when never.</param>
/// <param name="Channels">Its channels.</param>
public sealed record FollowUpOrganization(int LastIncidentNumber, TimeSpan? RemindEvery, IReadOnlyList<ChannelRoute> Channels)
{
    /// <summary>How downtimes are told of monitors that say nothing else.</summary>
    public NoisePolicy AlertPolicy { get; init; } = NoisePolicy.Unset;
}

/// <summary>An open incident whose moment to be reminded of has come.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="StillDown">Its monitors that are down.</param>
/// <param name="Channels">The channels of its organization.</param>
/// <param name="Monitors">By number: monitors as they are configured, those that are down at least; a removed one is not there.</param>
public sealed record DueReminder(
    StoredIncident Incident, IReadOnlyList<IncidentMember> StillDown, IReadOnlyList<int> Channels, IReadOnlyDictionary<int, MonitorDefinition> Monitors)
{
    /// <summary>How much it matters that a monitor is down.</summary>
    public Severity SeverityOf(IncidentMember member) => Monitors.GetValueOrDefault(member.MonitorNumber)?.Severity ?? Severity.Normal;
}

/// <summary>Something to tell, and over which channels.</summary>
/// <param name="Event">What.</param>
/// <param name="At">When it happened.</param>
/// <param name="MonitorNumber">About which monitor.</param>
/// <param name="Content">The alert as JSON.</param>
/// <param name="Channels">Channel numbers; for a recovery and a reminder only those count that were told of the downtime.</param>
public sealed record AlertDraft(AlertEvent Event, DateTimeOffset At, int MonitorNumber, byte[] Content, IReadOnlyList<int> Channels);

/// <summary>What to store of one incident.</summary>
public sealed class IncidentDraft(StoredIncident incident)
{
    public StoredIncident Incident => incident;

    public List<IncidentEvent> Events { get; } = [];

    public List<IncidentMember> Joined { get; } = [];

    public List<LeftMember> Left { get; } = [];

    public List<AlertDraft> Alerts { get; } = [];

    /// <summary>Routes that took it. One that has taken the incident already goes on as it was.</summary>
    public List<Escalation> Escalations { get; } = [];
    /// <summary>Monitors whose noise changed, as they are from now on; those that joined it with this draft are in <see cref="Joined"/>.</summary>
    public List<IncidentMember> Changed { get; } = [];

    /// <summary>Timers that are not needed any more.</summary>
    public List<(int MonitorNumber, NoiseTimerKind Kind)> Ended { get; } = [];

    /// <summary>Timers to set.</summary>
    public List<NoiseTimer> Timers { get; } = [];
}

/// <summary>A monitor that is no longer down in its incident.</summary>
/// <param name="MonitorNumber">Which.</param>
/// <param name="DownAt">When it went down: in an incident of several it may do so again.</param>
/// <param name="At">Since when it is not.</param>
public sealed record LeftMember(int MonitorNumber, DateTimeOffset DownAt, DateTimeOffset At);
