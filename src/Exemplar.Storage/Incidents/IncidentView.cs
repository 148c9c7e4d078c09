using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Storage.Incidents;

/// <summary>An incident with its monitors.</summary>
/// <param name="RowNumber">Its row; what a page goes on after.</param>
/// <param name="State">The incident.</param>
/// <param name="Members">Its monitors, each time they went down, in that order; the first at most <see cref="IncidentStore.MostMembers"/>.</param>
public sealed record IncidentView(int RowNumber, Incident State, IReadOnlyList<IncidentViewMember> Members);

/// <summary>A monitor of an incident, and since when it is not down any more.</summary>
public sealed record IncidentViewMember(IncidentMember Member, DateTimeOffset? LeftAt);

/// <summary>An incident with everything that happened.</summary>
/// <param name="View">The incident.</param>
/// <param name="Events">What happened, oldest first.</param>
/// <param name="Deliveries">What was told to whom, oldest first.</param>
public sealed record IncidentDetail(IncidentView View, IReadOnlyList<IncidentEvent> Events, IReadOnlyList<DeliveryView> Deliveries)
{
    /// <summary>How many monitors are held now because monitors of this incident are down.</summary>
    public int Holds { get; init; }
}

/// <summary>A delivery as it stands.</summary>
/// <param name="Id">Its stable id.</param>
/// <param name="Event">What it tells.</param>
/// <param name="MonitorNumber">About which monitor.</param>
/// <param name="ChannelName">The channel's name; null when the channel was removed.</param>
/// <param name="ChannelKind">The channel's kind; null when the channel was removed.</param>
/// <param name="State">How it stands.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="CreatedAt">When it was decided.</param>
/// <param name="FinishedAt">When it ended; null while it has not.</param>
/// <param name="NextAt">When it is tried next; null when it is not any more.</param>
/// <param name="Detail">The last answer or failure; null before the first attempt.</param>
public sealed record DeliveryView(
    EntityId Id, AlertEvent Event, int MonitorNumber, string? ChannelName, string? ChannelKind, DeliveryState State, int Attempts,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, DateTimeOffset? NextAt, string? Detail);

/// <summary>Which incidents to list, newest first.</summary>
/// <param name="IsOpen">Only open ones or only ended ones; null for all.</param>
/// <param name="MonitorId">Only those of this monitor; null for all.</param>
/// <param name="Before">Only those with a smaller row number; 0 for the first page.</param>
/// <param name="Limit">At most so many, 1 to 1,000.</param>
public sealed record IncidentQuery(bool? IsOpen, EntityId? MonitorId, int Before, int Limit);

/// <summary>One page of incidents, newest first.</summary>
/// <param name="Items">The incidents.</param>
/// <param name="NextBefore">What to read the next page before; null when there is none.</param>
public sealed record IncidentPage(IReadOnlyList<IncidentDetail> Items, int? NextBefore);

/// <summary>One page of incidents without what happened in them, newest first.</summary>
/// <param name="Items">The incidents.</param>
/// <param name="NextBefore">What to read the next page before; null when there is none.</param>
public sealed record IncidentSummaryPage(IReadOnlyList<IncidentView> Items, int? NextBefore);
