using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Incidents;

/// <summary>Between incidents and their rows.</summary>
internal static class IncidentWrites
{
    /// <summary>Adds a new incident, or updates the one with the version that was read.</summary>
    public static IncidentRow Attach(ExemplarDb db, StoredIncident incident)
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
            OpenedAtMs = state.OpenedAt.ToMs(),
            SharedTags = [],
            Version = incident.Version,
        };
        if (incident.RowNumber == 0) db.Incidents.Add(row);
        else db.Incidents.Attach(row);
        Set(row, state, IncidentLifecycle.RemindAt(state, incident.RemindEvery));
        row.Version = incident.Version + 1;
        if (incident.RowNumber != 0) MarkChanged(db, row);
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

    /// <summary>The monitors are no longer down in this incident. Comes after those that joined it in the same transaction were added.</summary>
    public static async Task LeaveAsync(
        ExemplarDb db, int incidentNumber, IReadOnlyList<LeftMember> left, CancellationToken cancellationToken)
    {
        foreach (var member in left)
        {
            var (downAtMs, atMs) = (member.DownAt.ToMs(), member.At.ToMs());
            if (db.IncidentMonitors.Local.FirstOrDefault(m => m.IncidentNumber == incidentNumber && m.MonitorNumber == member.MonitorNumber && m.DownAtMs == downAtMs) is { } joined)
                joined.LeftAtMs = atMs;
            else
                await db.IncidentMonitors
                    .Where(m => m.IncidentNumber == incidentNumber && m.MonitorNumber == member.MonitorNumber && m.DownAtMs == downAtMs)
                    .ExecuteUpdateAsync(set => set.SetProperty(m => m.LeftAtMs, atMs), cancellationToken);
        }
    }

    /// <summary>Stores what became of monitors' noise.</summary>
    public static async Task ChangeAsync(
        ExemplarDb db, int incidentNumber, IReadOnlyList<IncidentMember> changed, CancellationToken cancellationToken)
    {
        foreach (var member in changed)
        {
            var (downAtMs, noise, heldById) = (member.DownAt.ToMs(), member.Noise, member.Noise.HeldBy?.Id.ToBytes());
            var (heldBy, heldByName) = (noise.HeldBy?.Number, noise.HeldBy?.Name);
            var (flappingSinceMs, recoveringSinceMs) = (noise.FlappingSince.ToMs(), noise.RecoveringSince.ToMs());
            await db.IncidentMonitors
                .Where(m => m.IncidentNumber == incidentNumber && m.MonitorNumber == member.MonitorNumber && m.DownAtMs == downAtMs)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(m => m.Waiting, noise.Waiting).SetProperty(m => m.HeldByNumber, heldBy)
                        .SetProperty(m => m.HeldById, heldById).SetProperty(m => m.HeldByName, heldByName)
                        .SetProperty(m => m.FlappingSinceMs, flappingSinceMs).SetProperty(m => m.RecoveringSinceMs, recoveringSinceMs),
                    cancellationToken);
        }
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

    private static void MarkChanged(ExemplarDb db, IncidentRow row)
    {
        var entry = db.Entry(row);
        entry.State = EntityState.Modified;
        // The guard compares with the version that was read, not with the one that is written.
        entry.Property(i => i.Version).OriginalValue = row.Version - 1;
    }
}
