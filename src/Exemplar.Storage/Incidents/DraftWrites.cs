using Exemplar.Core.Deliveries;
using Exemplar.Storage.Noise;
using Exemplar.Storage.Routing;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Incidents;

/// <summary>
/// Stores what drafts say, in one transaction: a statement for each table, however many drafts there are, because in a mass
/// outage every monitor may open an incident of its own.
/// <para>Invariant: incidents must have the version, and organizations the last incident number, that were read; otherwise
/// <see cref="SomebodyWasFasterException"/> takes everything back.</para>
/// </summary>
internal static class DraftWrites
{
    private const string Leave =
        "UPDATE incident_monitors SET left_at_ms = $1 WHERE incident_number = $2 AND monitor_number = $3 AND down_at_ms = $4";

    private const string ChangeNoise =
        """
        UPDATE incident_monitors SET waiting = $1, held_by_number = $2, held_by_id = $3, held_by_name = $4, flapping_since_ms = $5, recovering_since_ms = $6
        WHERE incident_number = $7 AND monitor_number = $8 AND down_at_ms = $9
        """;

    private const string Told = "SELECT DISTINCT channel_number FROM deliveries WHERE incident_number = $1 AND monitor_number = $2";

    // A reminder names one monitor and is for everybody who was told of any that is still down.
    private const string ToldOfAny =
        """
        SELECT DISTINCT d.channel_number FROM deliveries d WHERE d.incident_number = $1 AND EXISTS (
            SELECT 1 FROM incident_monitors m WHERE m.incident_number = d.incident_number AND m.monitor_number = d.monitor_number AND m.left_at_ms IS NULL)
        """;

    public static async Task StoreAsync(WriteUnit unit, IReadOnlyList<IncidentDraft> drafts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (drafts.Count == 0) return;
        await CountAsync(unit, drafts, cancellationToken);
        var rows = await StoreIncidentsAsync(unit.Rows, drafts, cancellationToken);
        await StoreMembersAsync(unit.Rows, drafts, cancellationToken);
        await unit.Rows.InsertAsync(
            [.. drafts.SelectMany(d => d.Events.Select(happened => IncidentWrites.Row(d.Incident.RowNumber, happened)))], cancellationToken);
        await NoiseTimerStore.SetAsync(unit, drafts, cancellationToken);
        var escalated = await EscalationWrites.StoreAsync(unit, rows, cancellationToken);
        await TellAsync(unit.Rows, rows, escalated, now, cancellationToken);
    }

    private static async Task<IReadOnlyDictionary<IncidentDraft, IncidentRow>> StoreIncidentsAsync(
        RowWriter writer, IReadOnlyList<IncidentDraft> drafts, CancellationToken cancellationToken)
    {
        var opened = drafts.Where(d => d.Incident.RowNumber == 0).ToList();
        var rows = drafts.ToDictionary(draft => draft, draft => IncidentWrites.Row(draft.Incident));
        if (opened.Count > 0)
        {
            var numbers = await writer.ReserveAsync<IncidentRow>(opened.Count, cancellationToken);
            foreach (var (draft, number) in opened.Zip(numbers)) rows[draft].RowNumber = checked((int)number);
        }
        await writer.InsertAsync([.. opened.Select(d => rows[d])], cancellationToken);
        // In one order everywhere: two nodes that lock the same incidents wait for each other in a row, not in a circle.
        await writer.UpdateAsync([.. drafts.Where(d => d.Incident.RowNumber != 0).OrderBy(d => d.Incident.RowNumber).Select(d => rows[d])], cancellationToken);
        foreach (var draft in opened) draft.Incident.RowNumber = rows[draft].RowNumber;
        return rows;
    }

    /// <summary>Who leaves comes before who joins: a monitor is down in one incident at a time.</summary>
    private static async Task StoreMembersAsync(RowWriter writer, IReadOnlyList<IncidentDraft> drafts, CancellationToken cancellationToken)
    {
        var joined = new Dictionary<(int, int, long), IncidentMonitorRow>();
        foreach (var draft in drafts)
            foreach (var member in draft.Joined)
                joined[Key(draft, member.MonitorNumber, member.DownAt)] = IncidentWrites.Row(draft.Incident.RowNumber, member);
        var (changed, left) = (new List<object?[]>(), new List<object?[]>());
        foreach (var draft in drafts)
        {
            foreach (var member in draft.Changed)
            {
                var row = IncidentWrites.Row(draft.Incident.RowNumber, member);
                changed.Add([row.Waiting, row.HeldByNumber, row.HeldById, row.HeldByName, row.FlappingSinceMs, row.RecoveringSinceMs,
                    row.IncidentNumber, row.MonitorNumber, row.DownAtMs]);
            }
            foreach (var member in draft.Left)
                if (joined.TryGetValue(Key(draft, member.MonitorNumber, member.DownAt), out var row)) row.LeftAtMs = member.At.ToMs();
                else left.Add([member.At.ToMs(), draft.Incident.RowNumber, member.MonitorNumber, member.DownAt.ToMs()]);
        }
        await writer.RunAsync(ChangeNoise, changed, cancellationToken);
        await writer.RunAsync(Leave, left, cancellationToken);
        await writer.InsertAsync([.. joined.Values], cancellationToken);
    }

    private static async Task TellAsync(
        RowWriter writer, IReadOnlyDictionary<IncidentDraft, IncidentRow> rows, EscalationsTold escalated, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var alerts = rows.SelectMany(r => r.Key.Alerts.Select(alert => (Draft: r.Key, Incident: r.Value, Alert: alert, Row: IncidentWrites.Row(r.Value, alert)))).ToList();
        if (alerts.Count == 0) return;
        var numbers = await writer.ReserveAsync<AlertRow>(alerts.Count, cancellationToken);
        foreach (var (alert, number) in alerts.Zip(numbers)) alert.Row.Number = number;
        await writer.InsertAsync([.. alerts.Select(a => a.Row)], cancellationToken);

        var before = await ToldBeforeAsync(writer, [.. alerts.Select(a => (a.Incident.RowNumber, a.Alert))], cancellationToken);
        var tellingNow = new HashSet<(int Incident, int Monitor, int Channel)>();
        var deliveries = new List<DeliveryRow>();
        foreach (var (draft, incident, alert, row) in alerts)
        {
            // Who was told that a monitor is down is told how it goes on, and nobody else; also of the same transaction, when a
            // monitor went down and came back between two rounds.
            var channels = alert.Event == AlertEvent.Down
                ? alert.Channels.Select(channel => (Channel: channel, Monitor: alert.MonitorNumber))
                : escalated.Tells(draft, incident, alert,
                    [.. alert.Channels.Distinct().Where(c => before[alert].Contains(c) || tellingNow.Contains((incident.RowNumber, alert.MonitorNumber, c)))]);
            foreach (var (channel, monitor) in channels)
            {
                tellingNow.Add((incident.RowNumber, monitor, channel));
                deliveries.Add(IncidentWrites.Delivery(incident.RowNumber, row, monitor, channel, now));
            }
        }
        await writer.InsertAsync(deliveries, cancellationToken);
    }

    /// <summary>By alert that goes on with a downtime: the channels that were told of it in earlier transactions.</summary>
    private static async Task<IReadOnlyDictionary<AlertDraft, IReadOnlyList<int>>> ToldBeforeAsync(
        RowWriter writer, IReadOnlyList<(int Incident, AlertDraft Alert)> alerts, CancellationToken cancellationToken)
    {
        var (reminders, others) = (alerts.Where(a => a.Alert.Event == AlertEvent.Reminder).ToList(),
            alerts.Where(a => a.Alert.Event is not (AlertEvent.Reminder or AlertEvent.Down)).ToList());
        var ofAny = await writer.NumbersAsync(ToldOfAny, [.. reminders.Select(a => new object[] { a.Incident })], cancellationToken);
        var ofOne = await writer.NumbersAsync(Told, [.. others.Select(a => new object[] { a.Incident, a.Alert.MonitorNumber })], cancellationToken);
        return reminders.Zip(ofAny).Concat(others.Zip(ofOne)).ToDictionary(t => t.First.Alert, t => t.Second);
    }

    private static async Task CountAsync(WriteUnit unit, IReadOnlyList<IncidentDraft> drafts, CancellationToken cancellationToken)
    {
        var counts = unit.Db.IncidentCounts;
        foreach (var group in drafts.Where(d => d.Incident.RowNumber == 0).GroupBy(d => d.Incident.OrganizationNumber))
        {
            var (before, last) = (group.Min(d => d.Incident.State.Number) - 1, group.Max(d => d.Incident.State.Number));
            var counted = await counts.Where(c => c.OrganizationNumber == group.Key && c.Last == before)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.Last, last), cancellationToken);
            if (counted == 1) continue;
            if (before != 0 || await counts.AnyAsync(c => c.OrganizationNumber == group.Key, cancellationToken)) throw new SomebodyWasFasterException();
            await unit.Rows.InsertAsync([new IncidentCountRow { OrganizationNumber = group.Key, Last = last }], cancellationToken);
        }
    }

    private static (int, int, long) Key(IncidentDraft draft, int monitorNumber, DateTimeOffset downAt) =>
        (draft.Incident.RowNumber, monitorNumber, downAt.ToMs());
}
