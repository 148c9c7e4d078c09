using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Incidents;

/// <summary>A monitor that is still down in an incident which somebody ends by hand.</summary>
/// <param name="Member">The monitor as it went down.</param>
/// <param name="Definition">How it is configured now.</param>
/// <param name="Channels">The channels that were told of its downtime and still exist.</param>
public sealed record StillDownMember(IncidentMember Member, MonitorDefinition? Definition, IReadOnlyList<ToldChannel> Channels);

/// <summary>A channel that was told of a downtime.</summary>
/// <param name="Number">The channel's number inside this database.</param>
/// <param name="Kind">The word of its kind.</param>
public sealed record ToldChannel(int Number, string Kind);

/// <summary>Decides what is told when somebody ends an incident whose monitors are still down.</summary>
/// <param name="ended">The incident as it is from now on.</param>
/// <param name="stillDown">Its monitors that are down.</param>
public delegate IReadOnlyList<AlertDraft> TellOfResolution(Incident ended, IReadOnlyList<StillDownMember> stillDown);

/// <summary>
/// What ending an incident by hand leads to: its monitors leave it, and whoever was told that they are down hears that it is
/// over. It comes with the change itself, in one transaction: what was opened elsewhere is closed, whenever the process dies.
/// </summary>
internal static class HandResolution
{
    public static async Task StoreAsync(
        ExemplarDb db, IncidentRow row, Incident ended, TellOfResolution? tell, CancellationToken cancellationToken)
    {
        var endedAtMs = ended.ResolvedAt.ToMs();
        if (tell is not null) await TellAsync(db, row, ended, tell, cancellationToken);
        await db.IncidentMonitors.Where(m => m.IncidentNumber == row.RowNumber && m.LeftAtMs == null)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.LeftAtMs, endedAtMs), cancellationToken);
    }

    private static async Task TellAsync(ExemplarDb db, IncidentRow row, Incident ended, TellOfResolution tell, CancellationToken cancellationToken)
    {
        var stillDown = await ReadAsync(db, row, cancellationToken);
        if (stillDown.Count == 0) return;
        var drafts = tell(ended, stillDown);
        if (drafts.Count == 0) return;
        AlertRow[] alerts = [.. drafts.Select(draft => IncidentWrites.Row(row, draft))];
        db.Alerts.AddRange(alerts);
        await db.SaveChangesAsync(cancellationToken);
        foreach (var (draft, alert) in drafts.Zip(alerts))
            foreach (var channel in draft.Channels)
                db.Deliveries.Add(IncidentWrites.Delivery(row.RowNumber, alert, draft.MonitorNumber, channel, ended.ResolvedAt!.Value));
    }

    private static async Task<IReadOnlyList<StillDownMember>> ReadAsync(ExemplarDb db, IncidentRow row, CancellationToken cancellationToken)
    {
        var members = await db.IncidentMonitors.AsNoTracking()
            .Where(m => m.IncidentNumber == row.RowNumber && m.LeftAtMs == null).OrderBy(m => m.DownAtMs).ThenBy(m => m.MonitorNumber)
            .ToListAsync(cancellationToken);
        if (members.Count == 0) return [];
        int[] numbers = [.. members.Select(m => m.MonitorNumber)];
        var monitors = (await db.Monitors.AsNoTracking().Where(m => numbers.Contains(m.Number)).ToListAsync(cancellationToken))
            .ToDictionary(m => m.Number, MonitorStore.Definition);
        var told = (await (
            from delivery in db.Deliveries.AsNoTracking()
            where delivery.IncidentNumber == row.RowNumber && numbers.Contains(delivery.MonitorNumber)
            join channel in db.Channels.AsNoTracking() on delivery.ChannelNumber equals channel.Number
            select new { delivery.MonitorNumber, channel.Number, channel.Kind }).Distinct().ToListAsync(cancellationToken))
            .ToLookup(t => t.MonitorNumber, t => new ToldChannel(t.Number, t.Kind));
        return
        [
            .. members.Select(m => new StillDownMember(
                FollowUpStore.Read(m), monitors.GetValueOrDefault(m.MonitorNumber), [.. told[m.MonitorNumber].OrderBy(c => c.Number)])),
        ];
    }
}
