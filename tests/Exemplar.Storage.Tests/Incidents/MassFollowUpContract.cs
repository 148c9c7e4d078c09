using Exemplar.Core.Deliveries;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Incidents;

public sealed class SqliteMassFollowUpTests() : MassFollowUpContract(new SqliteDatabase());

public sealed class PostgresMassFollowUpTests(PostgresServer server) : MassFollowUpContract(new PostgresDatabase(server));

/// <summary>Very many changes at once: what they lead to is stored in one transaction, all of it or nothing.</summary>
public abstract class MassFollowUpContract(TestDatabase database) : StorageContract(database)
{
    private const int Many = 500;

    private FollowUpStore Store => new(Engine);

    [Fact]
    public async Task Five_hundred_changes_are_stored_at_once_each_with_its_incident_and_its_delivery()
    {
        var (monitors, channel) = await GoDownAsync();
        var batch = (await Store.ReadAsync(Many, [], Stop))!;
        Assert.Equal(monitors.Select(m => m.Number).Order(), batch.Changes.Select(c => c.MonitorNumber).Order());
        Assert.True(await Store.StoreAsync(batch.Changes, [.. monitors.Select((m, i) => Down(m, i + 1, channel))], At(72), Stop));

        Assert.Null(await Store.ReadAsync(Many, [], Stop));
        await using var db = Engine.Read();
        Assert.Equal(Enumerable.Range(1, Many), await db.Incidents.OrderBy(i => i.RowNumber).Select(i => i.Number).ToListAsync(Stop));
        Assert.Equal(Many, (await db.IncidentCounts.SingleAsync(Stop)).Last);
        var told = await (
            from delivery in db.Deliveries
            join alert in db.Alerts on delivery.AlertNumber equals alert.Number
            join incident in db.Incidents on delivery.IncidentNumber equals incident.RowNumber
            join member in db.IncidentMonitors on incident.RowNumber equals member.IncidentNumber
            join happened in db.IncidentEvents on incident.RowNumber equals happened.IncidentNumber
            where alert.IncidentNumber == incident.RowNumber && member.MonitorNumber == delivery.MonitorNumber && happened.MonitorNumber == delivery.MonitorNumber
            select new { delivery.MonitorNumber, alert.Content, incident.SharedHost, incident.SharedTags, incident.Version }).ToListAsync(Stop);
        Assert.Equal(monitors.Select(m => m.Number).Order(), told.Select(t => t.MonitorNumber).Order());
        Assert.All(told, t => Assert.Equal(("db-1", "db,eu", 1, $"{t.MonitorNumber}"),
            (t.SharedHost, string.Join(',', t.SharedTags), t.Version, System.Text.Encoding.UTF8.GetString(t.Content))));
    }

    [Fact]
    public async Task Five_hundred_recoveries_are_told_to_who_was_told_of_the_downtimes()
    {
        var (monitors, channel) = await GoDownAsync();
        var down = (await Store.ReadAsync(Many, [], Stop))!;
        // Of every other one nobody was told.
        Assert.True(await Store.StoreAsync(down.Changes, [.. monitors.Select((m, i) => Down(m, i + 1, i % 2 == 0 ? channel : null))], At(72), Stop));
        Engine.Heartbeats.Commit([.. monitors.Select(m => Beat(m, At(80)))], OutageLog.Empty);
        var batch = (await Store.ReadAsync(Many, [], Stop))!;
        Assert.True(await Store.StoreAsync(batch.Changes, [.. monitors.Select(m => Recovered(batch, m, channel))], At(81), Stop));

        await using var db = Engine.Read();
        Assert.Equal(0, await db.Incidents.CountAsync(i => i.ResolvedAtMs == null || i.Version != 2, Stop));
        Assert.Equal(0, await db.IncidentMonitors.CountAsync(m => m.LeftAtMs == null, Stop));
        var recovered = await (
            from delivery in db.Deliveries
            join alert in db.Alerts on delivery.AlertNumber equals alert.Number
            where alert.Event == (int)AlertEvent.Recovered
            select delivery.MonitorNumber).ToListAsync(Stop);
        Assert.Equal(monitors.Where((_, i) => i % 2 == 0).Select(m => m.Number).Order(), recovered.Order());
    }

    [Fact]
    public async Task One_incident_that_somebody_changed_meanwhile_keeps_the_whole_portion_back()
    {
        var (monitors, channel) = await GoDownAsync();
        var down = (await Store.ReadAsync(Many, [], Stop))!;
        var drafts = monitors.Select((m, i) => Down(m, i + 1, channel)).ToList();
        Assert.True(await Store.StoreAsync(down.Changes, drafts, At(72), Stop));
        Engine.Heartbeats.Commit([.. monitors.Select(m => Beat(m, At(80)))], OutageLog.Empty);
        var batch = (await Store.ReadAsync(Many, [], Stop))!;
        await new IncidentStore(Engine).ChangeAsync(
            monitors[0].OrganizationNumber, drafts[Many / 2].Incident.State.Id, i => IncidentLifecycle.OnAcknowledged(i, "ada", At(81)), Stop);

        Assert.False(await Store.StoreAsync(batch.Changes, [.. monitors.Select(m => Recovered(batch, m, channel))], At(82), Stop));
        await NothingChangedAsync(deliveries: Many, stillDown: Many);
        var again = (await Store.ReadAsync(Many, [], Stop))!;
        Assert.True(await Store.StoreAsync(again.Changes, [.. monitors.Select(m => Recovered(again, m, channel))], At(82), Stop));
    }

    [Fact]
    public async Task One_monitor_that_is_down_in_another_incident_already_keeps_the_whole_portion_back()
    {
        var (monitors, channel) = await GoDownAsync();
        var batch = (await Store.ReadAsync(Many, [], Stop))!;
        Assert.True(await Store.StoreAsync([batch.Changes[^1]], [Down(monitors[^1], 1, channel)], At(72), Stop));

        Assert.False(await Store.StoreAsync([.. batch.Changes.SkipLast(1)], [.. monitors.Select((m, i) => Down(m, i + 2, channel))], At(72), Stop));
        await NothingChangedAsync(deliveries: 1, stillDown: 1);
        var again = (await Store.ReadAsync(Many, [], Stop))!;
        Assert.True(await Store.StoreAsync(again.Changes, [.. monitors.SkipLast(1).Select((m, i) => Down(m, i + 2, channel))], At(72), Stop));
    }

    [Fact]
    public async Task What_goes_down_and_comes_back_within_one_portion_is_told_as_both()
    {
        var (monitors, channel) = await GoDownAsync();
        var batch = (await Store.ReadAsync(Many, [], Stop))!;
        var draft = Down(monitors[0], 1, channel);
        draft.Left.Add(new LeftMember(monitors[0].Number, At(70), At(71)));
        draft.Alerts.Add(new AlertDraft(AlertEvent.Recovered, At(71), monitors[0].Number, [1], [channel]));
        Assert.True(await Store.StoreAsync([batch.Changes[0]], [draft], At(72), Stop));

        await using var db = Engine.Read();
        Assert.Equal(2, await db.Deliveries.CountAsync(Stop));
        Assert.Equal(At(71).ToMs(), (await db.IncidentMonitors.SingleAsync(Stop)).LeftAtMs);
    }

    private async Task NothingChangedAsync(int deliveries, int stillDown)
    {
        await using var db = Engine.Read();
        Assert.Equal(
            (stillDown == Many ? Many : Many - 1, deliveries, deliveries, stillDown),
            (await db.StatusChanges.CountAsync(Stop), await db.Deliveries.CountAsync(Stop), await db.Alerts.CountAsync(Stop),
                await db.IncidentMonitors.CountAsync(m => m.LeftAtMs == null, Stop)));
    }

    private async Task<(List<MonitorDefinition> Monitors, int Channel)> GoDownAsync()
    {
        var organization = await AddOrganizationAsync();
        var channel = await new ChannelStore(Engine).CreateAsync(
            By(organization), ChannelStore.NewId(Start), "webhook", new ChannelChange("Channel", [1, 2, 3], AllMonitors: true), Start, Stop);
        var monitors = await Engine.WriteAsync(async unit =>
        {
            var added = new List<MonitorDefinition>();
            for (var i = 0; i < Many; i++) added.Add(await AddMonitorAsync(unit, organization, EveryMinute, Start, FirstDeadline.Creation, MonitorKind.Heartbeat));
            return added;
        }, Stop);
        while ((await JudgeAsync(At(71))).More) { }
        return (monitors, channel!.Route.Number);
    }

    private static IncidentDraft Down(MonitorDefinition monitor, int number, int? channel)
    {
        var decision = IncidentLifecycle.OnDown(
            FreshId.At(Start), number, monitor.Number, monitor.Name, "missed", new Traits("db-1", ["db", "eu"]), At(70));
        var draft = new IncidentDraft(new StoredIncident { OrganizationNumber = monitor.OrganizationNumber, State = decision.Next });
        draft.Events.AddRange(decision.Events);
        draft.Joined.Add(new IncidentMember(monitor.Number, monitor.Id, monitor.Name, At(70), "missed", null, null));
        if (channel is { } to) draft.Alerts.Add(new AlertDraft(AlertEvent.Down, At(70), monitor.Number, System.Text.Encoding.UTF8.GetBytes($"{monitor.Number}"), [to]));
        return draft;
    }

    private static IncidentDraft Recovered(FollowUpBatch batch, MonitorDefinition monitor, int channel)
    {
        var incident = batch.OpenByMonitor[monitor.Number];
        var decision = IncidentLifecycle.OnLeft(incident.State, monitor.Number, MonitorStatus.Up, At(80));
        incident.State = decision.Next;
        var draft = new IncidentDraft(incident);
        draft.Events.AddRange(decision.Events);
        draft.Left.Add(new LeftMember(monitor.Number, At(70), At(80)));
        draft.Alerts.Add(new AlertDraft(AlertEvent.Recovered, At(80), monitor.Number, [1], [channel]));
        return draft;
    }
}
