using System.Text;
using Exemplar.Core.Checks;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Server.Channels;
using Exemplar.Server.Deliveries;
using Exemplar.Storage;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Incidents;

/// <summary>
/// Ends an incident because somebody says so. What was opened elsewhere when its monitors went down is closed: programs hear of
/// every monitor that is still down, people read one message.
/// </summary>
internal sealed class IncidentResolution(IncidentStore incidents, ChannelKinds kinds, DeliveryWorker deliveries, TimeProvider clock)
{
    /// <summary>Ends an incident. False when the organization has none with this id.</summary>
    /// <param name="organizationNumber">The organization of whoever says so.</param>
    /// <param name="id">The incident.</param>
    /// <param name="actor">Who says so; named in the timeline and in what is told.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public async Task<bool> ResolveAsync(int organizationNumber, EntityId id, string actor, CancellationToken cancellationToken)
    {
        var now = clock.Moment();
        var found = await incidents.ChangeAsync(
            organizationNumber, id, incident => IncidentLifecycle.OnResolved(incident, actor, now),
            (ended, stillDown) => Alerts(ended, stillDown, actor, now), cancellationToken);
        if (found) deliveries.Wake();
        return found;
    }

    private List<AlertDraft> Alerts(Incident ended, IReadOnlyList<StillDownMember> stillDown, string actor, DateTimeOffset now)
    {
        var drafts = new List<AlertDraft>();
        foreach (var member in stillDown)
            if (Numbers(member, readByPeople: false) is { Count: > 0 } programs)
                drafts.Add(Draft(ended, member, actor, now, programs, [member]));
        // One message to everybody who reads: the channels that heard of the same monitors share it.
        var byReader = stillDown
            .SelectMany(member => Numbers(member, readByPeople: true).Select(channel => (Channel: channel, Member: member)))
            .ToLookup(told => told.Channel, told => told.Member);
        foreach (var same in byReader.GroupBy(reader => string.Join(' ', reader.Select(m => m.Member.MonitorNumber)), StringComparer.Ordinal))
        {
            StillDownMember[] members = [.. same.First()];
            drafts.Add(Draft(ended, members[0], actor, now, [.. same.Select(reader => reader.Key)], members));
        }
        return drafts;
    }

    private List<int> Numbers(StillDownMember member, bool readByPeople) =>
        [.. member.Channels.Where(c => (kinds.TryFind(c.Kind, out var kind) && kind.IsReadByPeople) == readByPeople).Select(c => c.Number)];

    private static AlertDraft Draft(
        Incident ended, StillDownMember about, string actor, DateTimeOffset now, IReadOnlyList<int> channels, StillDownMember[] standsFor)
    {
        var member = about.Member;
        var alert = new Alert(
            DeliveryId: default, AlertEvent.Recovered, now,
            new AlertMonitor(
                member.MonitorId, about.Definition?.Name ?? member.MonitorName, about.Definition?.Kind ?? MonitorKind.Heartbeat,
                MonitorStatus.Down, member.DownAt, about.Definition?.Tags ?? [])
            {
                Severity = standsFor.Select(m => m.Definition?.Severity ?? Severity.Normal).Worst(),
            },
            new AlertIncident(ended.Id, ended.Number, ended.Title, ended.Cause, ended.OpenedAt, ended.ResolvedAt, about.Definition?.RunbookUrl) { ResolvedBy = actor },
            new AlertCheck(member.DownAt, CheckOutcome.Down, member.Error))
        {
            LastHeartbeat = member.LastHeartbeatAt is { } lastAt
                ? new AlertHeartbeat(lastAt, member.Metadata is { } metadata ? Encoding.UTF8.GetString(metadata) : null)
                : null,
            Monitors = standsFor.Length,
            Names = standsFor.Length == 1 ? [] : [.. standsFor.Take(Message.MostNames).Select(m => m.Member.MonitorName)],
        };
        return new AlertDraft(AlertEvent.Recovered, now, member.MonitorNumber, AlertContent.Write(alert), channels);
    }
}
