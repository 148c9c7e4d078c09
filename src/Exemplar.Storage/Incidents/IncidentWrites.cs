using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Schema;

namespace Exemplar.Storage.Incidents;

/// <summary>Between incidents and their rows.</summary>
internal static class IncidentWrites
{
    /// <summary>An incident as it will be stored; it is one version on from what was read, and 1 when it is new.</summary>
    public static IncidentRow Row(StoredIncident incident)
    {
        var state = incident.State;
        var row = new IncidentRow
        {
            RowNumber = incident.RowNumber,
            Id = state.Id.ToBytes(),
            OrganizationNumber = incident.OrganizationNumber,
            Number = state.Number,
            Title = state.Title,
            Cause = state.Cause,
            SharedTags = [],
            Version = incident.Version + 1,
        };
        Set(row, state, IncidentLifecycle.RemindAt(state, incident.RemindEvery));
        return row;
    }

    public static Incident State(IncidentRow row) => new(
        EntityId.FromBytes(row.Id), row.Number, row.Title, row.Cause, UnixTime.FromMs(row.OpenedAtMs), new Traits(row.SharedHost, row.SharedTags))
    {
        Monitors = row.Monitors,
        StillDown = row.StillDown,
        ResolvedAt = UnixTime.FromMs(row.ResolvedAtMs),
        AcknowledgedAt = UnixTime.FromMs(row.AcknowledgedAtMs),
        AcknowledgedBy = row.AcknowledgedBy,
        SnoozedUntil = UnixTime.FromMs(row.SnoozedUntilMs),
        RemindedAt = UnixTime.FromMs(row.RemindedAtMs),
        RemindEvery = row.RemindEveryMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
    };

    public static void Set(IncidentRow row, Incident state, DateTimeOffset? dueAt)
    {
        row.Title = state.Title;
        row.Cause = state.Cause;
        row.OpenedAtMs = state.OpenedAt.ToMs();
        row.ResolvedAtMs = state.ResolvedAt.ToMs();
        row.AcknowledgedAtMs = state.AcknowledgedAt.ToMs();
        row.AcknowledgedBy = state.AcknowledgedBy;
        row.SnoozedUntilMs = state.SnoozedUntil.ToMs();
        row.RemindedAtMs = state.RemindedAt.ToMs();
        row.RemindEveryMs = (long?)state.RemindEvery?.TotalMilliseconds;
        row.DueAtMs = dueAt.ToMs();
        row.Monitors = state.Monitors;
        row.StillDown = state.StillDown;
        row.SharedHost = state.Shared.Host;
        row.SharedTags = [.. state.Shared.Tags];
    }

    public static MemberNoise Noise(IncidentMonitorRow row) => new(
        row.Waiting,
        row is { HeldByNumber: { } number, HeldById: { } id } ? new Holder(number, EntityId.FromBytes(id), row.HeldByName ?? "") : null,
        UnixTime.FromMs(row.FlappingSinceMs), UnixTime.FromMs(row.RecoveringSinceMs));

    public static IncidentMonitorRow Row(int incidentNumber, IncidentMember member) => new()
    {
        Waiting = member.Noise.Waiting,
        HeldByNumber = member.Noise.HeldBy?.Number,
        HeldById = member.Noise.HeldBy?.Id.ToBytes(),
        HeldByName = member.Noise.HeldBy?.Name,
        FlappingSinceMs = member.Noise.FlappingSince.ToMs(),
        RecoveringSinceMs = member.Noise.RecoveringSince.ToMs(),
        IncidentNumber = incidentNumber,
        MonitorNumber = member.MonitorNumber,
        DownAtMs = member.DownAt.ToMs(),
        Error = member.Error,
        MonitorId = member.MonitorId.ToBytes(),
        MonitorName = member.MonitorName,
        LastHeartbeatAtMs = member.LastHeartbeatAt.ToMs(),
        LastHeartbeatMetadata = member.Metadata,
    };

    public static IncidentEventRow Row(int incidentNumber, IncidentEvent happened) => new()
    {
        IncidentNumber = incidentNumber,
        AtMs = happened.At.ToMs(),
        Kind = (int)happened.Kind,
        Text = happened.Text,
        Actor = happened.Actor,
        MonitorNumber = happened.MonitorNumber,
    };

    public static AlertRow Row(IncidentRow incident, AlertDraft alert) => new()
    {
        OrganizationNumber = incident.OrganizationNumber,
        IncidentNumber = incident.RowNumber,
        Event = (int)alert.Event,
        AtMs = alert.At.ToMs(),
        Content = alert.Content,
    };

    public static DeliveryRow Delivery(int? incidentNumber, AlertRow alert, int monitorNumber, int channelNumber, DateTimeOffset now) => new()
    {
        Id = FreshId.At(now).ToBytes(),
        AlertNumber = alert.Number,
        ChannelNumber = channelNumber,
        IncidentNumber = incidentNumber,
        MonitorNumber = monitorNumber,
        State = (int)DeliveryState.Pending,
        CreatedAtMs = now.ToMs(),
        DueAtMs = now.ToMs(),
    };
}
