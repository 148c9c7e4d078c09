using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Server.Json;
using Exemplar.Server.Requests;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Incidents;

/// <summary>An incident: opened when a monitor goes down, closed when none of its monitors is down any more.</summary>
internal sealed record IncidentResource
{
    public required EntityId Id { get; init; }

    /// <summary>Its number within the organization.</summary>
    public required int Number { get; init; }

    /// <summary>open or resolved.</summary>
    public required IncidentStatus Status { get; init; }

    public required string Title { get; init; }

    /// <summary>The error of the first failing check.</summary>
    public required string Cause { get; init; }

    /// <summary>Its monitors, in the order in which they went down.</summary>
    public required IReadOnlyList<EntityId> MonitorIds { get; init; }

    /// <summary>Each time one of its monitors went down.</summary>
    public required IReadOnlyList<IncidentMonitorResource> Monitors { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Null while it is open.</summary>
    public required DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Null until somebody is at it.</summary>
    public required DateTimeOffset? AcknowledgedAt { get; init; }

    public required string? AcknowledgedBy { get; init; }

    /// <summary>No reminders before it.</summary>
    public required DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>The first monitor that is down and explains one of its own, so that nobody is told; null when none does.</summary>
    public required HolderResource? HeldBy { get; init; }

    /// <summary>How many other monitors nobody is told of now, because monitors of this incident explain them.</summary>
    public required int Holds { get; init; }

    /// <summary>Whether one of its monitors goes up and down; nothing more is told until it settles.</summary>
    public required bool Flapping { get; init; }

    /// <summary>The last good heartbeat of the monitor that went down first, with what its job sent; null when none ever came.</summary>
    public required IncidentHeartbeatResource? LastHeartbeat { get; init; }

    /// <summary>Everything that happened, oldest first: also who was told, and what they answered.</summary>
    public required IReadOnlyList<IncidentEventResource> Events { get; init; }

    /// <param name="detail">The incident.</param>
    /// <param name="runbooks">What is written down for its monitors.</param>
    public static IncidentResource Of(IncidentDetail detail, IReadOnlyDictionary<EntityId, string> runbooks)
    {
        var (view, state) = (detail.View, detail.View.State);
        var first = view.Members is [var member, ..] ? member.Member : null;
        var ids = view.Members.Select(m => m.Member).DistinctBy(m => m.MonitorNumber).ToDictionary(m => m.MonitorNumber, m => m.MonitorId);
        return new IncidentResource
        {
            Id = state.Id,
            Number = state.Number,
            Status = state.IsOpen ? IncidentStatus.Open : IncidentStatus.Resolved,
            Title = state.Title,
            Cause = state.Cause,
            MonitorIds = [.. ids.Values],
            Monitors = [.. view.Members.Select(m => IncidentMonitorResource.Of(m, runbooks))],
            OpenedAt = state.OpenedAt,
            ResolvedAt = state.ResolvedAt,
            AcknowledgedAt = state.AcknowledgedAt,
            AcknowledgedBy = state.AcknowledgedBy,
            SnoozedUntil = state.SnoozedUntil,
            HeldBy = view.Members.Where(m => m.LeftAt is null).Select(m => HolderResource.Of(m.Member.Noise.HeldBy)).FirstOrDefault(h => h is not null),
            Holds = detail.Holds,
            Flapping = view.Members.Any(m => m is { LeftAt: null, Member.Noise.FlappingSince: not null }),
            LastHeartbeat = first?.LastHeartbeatAt is { } at ? new IncidentHeartbeatResource { At = at, Metadata = RawJson.Of(first.Metadata) } : null,
            Events =
            [
                .. detail.Events.Select(e => IncidentEventResource.Of(e, ids))
                    .Concat(detail.Deliveries.Select(d => IncidentEventResource.Of(d, ids)))
                    .OrderBy(e => e.At),
            ],
        };
    }
}

/// <summary>How an incident stands.</summary>
internal enum IncidentStatus
{
    Open,
    Resolved,
}

/// <summary>A monitor of an incident, as it went down.</summary>
internal sealed record IncidentMonitorResource
{
    public required EntityId Id { get; init; }

    /// <summary>Its name at that time.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset DownAt { get; init; }

    public required string Error { get; init; }

    /// <summary>Since when it is no longer down; null while it is.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why nobody was told of it, such as "1 of 3 failed checks"; null when people were, or nobody wants to hear.</summary>
    public required string? Waiting { get; init; }

    /// <summary>The monitor that is down, or in a maintenance window, and explains it.</summary>
    public required HolderResource? HeldBy { get; init; }

    /// <summary>Since when it goes up and down; null when it does not.</summary>
    public required DateTimeOffset? FlappingSince { get; init; }

    /// <summary>What to do when it is down, as its monitor says now; null when nobody has written it down.</summary>
    public required string? RunbookUrl { get; init; }

    public static IncidentMonitorResource Of(IncidentViewMember member, IReadOnlyDictionary<EntityId, string> runbooks) => new()
    {
        Id = member.Member.MonitorId,
        Name = member.Member.MonitorName,
        DownAt = member.Member.DownAt,
        Error = member.Member.Error,
        EndedAt = member.LeftAt,
        Waiting = member.Member.Noise.Waiting,
        HeldBy = HolderResource.Of(member.Member.Noise.HeldBy),
        FlappingSince = member.Member.Noise.FlappingSince,
        RunbookUrl = runbooks.GetValueOrDefault(member.Member.MonitorId),
    };
}

/// <summary>A monitor that is down and explains why others are.</summary>
internal sealed record HolderResource
{
    public required EntityId Id { get; init; }

    public required string Name { get; init; }

    public static HolderResource? Of(Holder? holder) => holder is null ? null : new HolderResource { Id = holder.Id, Name = holder.Name };
}

/// <summary>The last good heartbeat before an incident.</summary>
internal sealed record IncidentHeartbeatResource
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The object that the job sent; null when it sent none.</summary>
    public required RawJson? Metadata { get; init; }
}

/// <summary>One line of what happened in an incident.</summary>
internal sealed record IncidentEventResource
{
    public required DateTimeOffset At { get; init; }

    /// <summary>down, recovered, left, acknowledged, snoozed, note, reminded, escalated, resolved, waiting, held, released, flapping, settled, recovering; or, for what was told, alert_delivered, alert_refused, alert_given_up, alert_folded, alert_pending.</summary>
    public required string Kind { get; init; }

    /// <summary>The error, the note, the channel's answer; may be empty.</summary>
    public required string Text { get; init; }

    /// <summary>Who did it; null when Exemplar did.</summary>
    public required string? Actor { get; init; }

    /// <summary>Null when it is about no single monitor.</summary>
    public required EntityId? MonitorId { get; init; }

    /// <summary>Where it was told; null for everything else, and for a channel that was removed.</summary>
    public string? Channel { get; init; }

    /// <summary>The delivery's id, as its receiver sees it.</summary>
    public EntityId? DeliveryId { get; init; }

    public static IncidentEventResource Of(IncidentEvent happened, IReadOnlyDictionary<int, EntityId> ids) => new()
    {
        At = happened.At,
        Kind = Words<IncidentEventKind>.Of(happened.Kind),
        Text = happened.Text,
        Actor = happened.Actor,
        MonitorId = happened.MonitorNumber is { } number && ids.TryGetValue(number, out var id) ? id : null,
    };

    public static IncidentEventResource Of(DeliveryView delivery, IReadOnlyDictionary<int, EntityId> ids) => new()
    {
        At = delivery.FinishedAt ?? delivery.CreatedAt,
        Kind = "alert_" + Words<DeliveryState>.Of(delivery.State),
        Text = delivery.Detail ?? "",
        Actor = null,
        MonitorId = ids.TryGetValue(delivery.MonitorNumber, out var id) ? id : null,
        Channel = delivery.ChannelName,
        DeliveryId = delivery.Id,
    };
}

// Only for the documentation: IncidentEndpoints reads it field by field.
/// <summary>How long nobody wants to be reminded.</summary>
internal sealed record SnoozeBody
{
    /// <summary>In the future, at most 30 days.</summary>
    public required DateTimeOffset Until { get; init; }
}

// Only for the documentation: IncidentEndpoints reads it field by field.
/// <summary>Something to write down.</summary>
internal sealed record NoteBody
{
    /// <summary>Markdown, 1 to 10000 characters.</summary>
    public required string Text { get; init; }
}
