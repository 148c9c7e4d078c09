using Exemplar.Core.Deliveries;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Incidents;

public sealed class SqliteFollowUpTests() : FollowUpContract(new SqliteDatabase());

public sealed class PostgresFollowUpTests(PostgresServer server) : FollowUpContract(new PostgresDatabase(server));

/// <summary>From a change of status to an incident and its deliveries, each exactly once.</summary>
public abstract class FollowUpContract(TestDatabase database) : StorageContract(database)
{
    private FollowUpStore Store => new(Engine);

    [Fact]
    public async Task A_verdict_leaves_word_of_the_change_and_a_heartbeat_of_the_recovery()
    {
        var monitor = await AddMonitorAsync();
        await JudgeAsync(At(71));
        SendBeat(monitor, At(80));

        var changes = (await Store.ReadAsync(10, [], Stop))!.Changes;
        Assert.Equal(
            [(MonitorStatus.New, MonitorStatus.Down, At(70)), (MonitorStatus.Down, MonitorStatus.Up, At(80))],
            changes.Select(c => (c.From, c.To!.Value, c.At)));
        Assert.StartsWith("no heartbeat received", changes[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_concerns_nobody_leaves_no_word()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(10));
        SendBeat(monitor, At(50));
        await JudgeAsync(At(71));
        await PauseAsync(monitor, At(80));

        Assert.Null(await Store.ReadAsync(10, [], Stop));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_monitor_that_is_paused_or_removed_while_it_is_down_leaves_word(bool removed)
    {
        var monitor = await AddMonitorAsync();
        await JudgeAsync(At(71));
        Clock.SetUtcNow(At(75));
        if (removed) await RemoveAsync(monitor);
        else await PauseAsync(monitor, At(75));

        var change = (await Store.ReadAsync(10, [], Stop))!.Changes[^1];
        Assert.Equal((MonitorStatus.Down, removed ? null : MonitorStatus.Paused, At(75)), (change.From, change.To, change.At));
    }

    [Fact]
    public async Task Who_follows_up_is_woken_by_every_commit_that_leaves_word_and_by_no_other()
    {
        var (monitor, other) = (await AddMonitorAsync(), await AddMonitorAsync());
        SendBeat(monitor, At(10));
        SendBeat(monitor, At(20));
        Assert.False(await IsWokenAsync());

        await JudgeAsync(At(91));
        Assert.True(await IsWokenAsync());
        SendBeat(monitor, At(95));
        Assert.True(await IsWokenAsync());
        SendBeat(monitor, At(100));
        await PauseAsync(monitor, At(101));
        Assert.False(await IsWokenAsync());

        Clock.SetUtcNow(At(105));
        await RemoveAsync(other);
        Assert.True(await IsWokenAsync());
        Assert.False(await IsWokenAsync());
    }

    [Fact]
    public async Task The_last_good_heartbeat_and_its_metadata_come_along()
    {
        var monitor = await AddMonitorAsync();
        Commit(Beat(monitor, At(5), """{"hostname":"worker-01"}"""));
        await JudgeAsync(At(76));
        Commit(Beat(monitor, At(90), """{"hostname":"worker-02"}"""));

        var subject = (await Store.ReadAsync(10, [], Stop))!.Subjects[monitor.Number];
        Assert.Equal(At(5), subject.LastHeartbeatAt);
        Assert.Equal("""{"hostname":"worker-01"}"""u8.ToArray(), subject.Metadata);
    }

    [Fact]
    public async Task What_was_followed_up_is_stored_with_its_deliveries_and_waits_no_more()
    {
        var monitor = await AddMonitorAsync();
        var channel = await AddChannelAsync(monitor.OrganizationNumber);
        await JudgeAsync(At(71));
        var incident = await OpenAsync(monitor, [channel]);

        Assert.Null(await Store.ReadAsync(10, [], Stop));
        var found = await new IncidentStore(Engine).FindAsync(monitor.OrganizationNumber, incident.State.Id, Stop);
        Assert.Equal(incident.State with { Shared = found!.View.State.Shared }, found.View.State);
        Assert.Equal((monitor.Id, At(70), null), (found.View.Members[0].Member.MonitorId, found.View.Members[0].Member.DownAt, found.View.Members[0].LeftAt));
        Assert.Equal([IncidentEventKind.Down], found.Events.Select(e => e.Kind));
        Assert.Equal([(AlertEvent.Down, "Channel", DeliveryState.Pending)], found.Deliveries.Select(d => (d.Event, d.ChannelName!, d.State)));
        Assert.Null(await new IncidentStore(Engine).FindAsync(await AddOrganizationAsync(), incident.State.Id, Stop));
    }

    [Fact]
    public async Task A_change_is_followed_up_once_however_many_try()
    {
        var monitor = await AddMonitorAsync();
        await JudgeAsync(At(71));
        var batch = (await Store.ReadAsync(10, [], Stop))!;

        Assert.True(await Store.StoreAsync(batch.Changes, [Draft(monitor, number: 1)], At(72), Stop));
        Assert.False(await Store.StoreAsync(batch.Changes, [Draft(monitor, number: 2)], At(72), Stop));
        Assert.Single((await new IncidentStore(Engine).ListAsync(monitor.OrganizationNumber, new IncidentQuery(null, null, 0, 10), Stop)).Items);
    }

    [Fact]
    public async Task A_list_of_incidents_names_their_monitors_and_goes_on_page_by_page()
    {
        var organization = await AddOrganizationAsync();
        var (one, two) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        await JudgeAsync(At(71));
        var changes = (await Store.ReadAsync(10, [], Stop))!.Changes;
        var (first, second) = (Draft(one, number: 1), Draft(two, number: 2));
        Assert.True(await Store.StoreAsync([changes[0]], [first], At(72), Stop));
        Assert.True(await Store.StoreAsync([changes[1]], [second], At(72), Stop));
        var incidents = new IncidentStore(Engine);
        await incidents.ChangeAsync(organization, second.Incident.State.Id, i => IncidentLifecycle.OnResolved(i, "ada", At(80)), Stop);

        await ShouldBeAsync(1, new IncidentQuery(IsOpen: true, null, 0, 10));
        await ShouldBeAsync(2, new IncidentQuery(IsOpen: false, null, 0, 10));
        await ShouldBeAsync(2, new IncidentQuery(null, two.Id, 0, 10));
        var page = await incidents.SummariesAsync(organization, new IncidentQuery(null, null, 0, 1), Stop);
        Assert.Equal((2, two.Id, At(80)), (page.Items[0].State.Number, page.Items[0].Members[0].Member.MonitorId, page.Items[0].Members[0].LeftAt));
        await ShouldBeAsync(1, new IncidentQuery(null, null, page.NextBefore!.Value, 1));
        Assert.Empty((await incidents.SummariesAsync(await AddOrganizationAsync(), new IncidentQuery(null, null, 0, 10), Stop)).Items);

        async Task ShouldBeAsync(int number, IncidentQuery query) =>
            Assert.Equal(number, Assert.Single((await incidents.SummariesAsync(organization, query, Stop)).Items).State.Number);
    }

    [Fact]
    public async Task A_number_is_given_out_once()
    {
        var organization = await AddOrganizationAsync();
        var (one, two) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        await JudgeAsync(At(71));
        var changes = (await Store.ReadAsync(10, [], Stop))!.Changes;

        Assert.True(await Store.StoreAsync([changes[0]], [Draft(one, number: 1)], At(72), Stop));
        Assert.False(await Store.StoreAsync([changes[1]], [Draft(two, number: 1)], At(72), Stop));
        Assert.Equal(1, (await Store.ReadAsync(10, [], Stop))!.Organizations[organization].LastIncidentNumber);
        Assert.True(await Store.StoreAsync([changes[1]], [Draft(two, number: 2)], At(72), Stop));
    }

    [Fact]
    public async Task A_decision_on_an_incident_that_changed_meanwhile_is_not_stored()
    {
        var monitor = await AddMonitorAsync();
        await JudgeAsync(At(71));
        var incident = await OpenAsync(monitor, []);
        SendBeat(monitor, At(80));
        var batch = (await Store.ReadAsync(10, [], Stop))!;
        await new IncidentStore(Engine).ChangeAsync(
            monitor.OrganizationNumber, incident.State.Id, i => IncidentLifecycle.OnAcknowledged(i, "ada", At(81)), Stop);

        Assert.False(await Store.StoreAsync(batch.Changes, [Leaving(batch, monitor)], At(82), Stop));
        var again = (await Store.ReadAsync(10, [], Stop))!;
        Assert.True(await Store.StoreAsync(again.Changes, [Leaving(again, monitor)], At(82), Stop));
        var state = (await new IncidentStore(Engine).FindAsync(monitor.OrganizationNumber, incident.State.Id, Stop))!.View.State;
        Assert.Equal(("ada", At(80)), (state.AcknowledgedBy, state.ResolvedAt));
    }

    [Fact]
    public async Task A_recovery_is_told_to_those_who_were_told_of_the_downtime_and_to_nobody_else()
    {
        var monitor = await AddMonitorAsync();
        var (told, late) = (await AddChannelAsync(monitor.OrganizationNumber), await AddChannelAsync(monitor.OrganizationNumber));
        await JudgeAsync(At(71));
        var incident = await OpenAsync(monitor, [told]);
        SendBeat(monitor, At(80));
        var batch = (await Store.ReadAsync(10, [], Stop))!;
        var draft = Leaving(batch, monitor);
        draft.Alerts.Add(new AlertDraft(AlertEvent.Recovered, At(80), monitor.Number, [1], [told, late]));
        await Store.StoreAsync(batch.Changes, [draft], At(81), Stop);

        var deliveries = (await new IncidentStore(Engine).FindAsync(monitor.OrganizationNumber, incident.State.Id, Stop))!.Deliveries;
        Assert.Equal([AlertEvent.Down, AlertEvent.Recovered], deliveries.Select(d => d.Event));
    }

    [Fact]
    public async Task An_incident_that_was_resolved_by_hand_lets_go_of_its_monitors()
    {
        var monitor = await AddMonitorAsync();
        await JudgeAsync(At(71));
        var incident = await OpenAsync(monitor, []);
        await new IncidentStore(Engine).ChangeAsync(
            monitor.OrganizationNumber, incident.State.Id, i => IncidentLifecycle.OnResolved(i, "ada", At(75)), Stop);
        SendBeat(monitor, At(80));

        var batch = (await Store.ReadAsync(10, [], Stop))!;
        Assert.Empty(batch.OpenByMonitor);
        Assert.True(await Store.StoreAsync(batch.Changes, [], At(81), Stop));
    }

    [Fact]
    public async Task A_monitor_may_leave_and_enter_the_same_incident_again()
    {
        var monitor = await AddMonitorAsync();
        await JudgeAsync(At(71));
        var incident = await OpenAsync(monitor, []);
        SendBeat(monitor, At(80));
        await JudgeAsync(At(151));
        var batch = (await Store.ReadAsync(10, [], Stop))!;
        var draft = new IncidentDraft(batch.OpenByMonitor[monitor.Number]);
        draft.Left.Add(new LeftMember(monitor.Number, At(70), At(80)));
        draft.Joined.Add(Member(monitor, At(150)));
        Assert.True(await Store.StoreAsync(batch.Changes, [draft], At(151), Stop));

        var members = (await new IncidentStore(Engine).FindAsync(monitor.OrganizationNumber, incident.State.Id, Stop))!.View.Members;
        Assert.Equal([(At(70), At(80)), (At(150), null)], members.Select(m => (m.Member.DownAt, m.LeftAt)));
    }

    [Fact]
    public async Task An_incident_is_due_when_its_reminder_is_and_a_monitor_left_out_is_left_out()
    {
        var monitor = await AddMonitorAsync();
        await Engine.WriteAsync(unit => unit.Db.Organizations.Where(o => o.Number == monitor.OrganizationNumber)
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.RemindEveryMs, 3_600_000L), Stop), Stop);
        await JudgeAsync(At(71));
        Assert.Null(await Store.ReadAsync(10, [monitor.Number], Stop));
        var batch = (await Store.ReadAsync(10, [], Stop))!;
        Assert.Equal(TimeSpan.FromHours(1), batch.Organizations[monitor.OrganizationNumber].RemindEvery);
        await Store.StoreAsync(batch.Changes, [Draft(monitor, 1, TimeSpan.FromHours(1))], At(72), Stop);

        Assert.Empty(await Store.ReadDueAsync(At(70 + 3_599), 10, Stop));
        var due = Assert.Single(await Store.ReadDueAsync(At(70 + 3_600), 10, Stop));
        Assert.Equal([monitor.Number], due.StillDown.Select(m => m.MonitorNumber));
        Assert.Equal(monitor.Id, due.Monitors[monitor.Number].Id);
    }

    private async Task<StoredIncident> OpenAsync(MonitorDefinition monitor, IReadOnlyList<int> channels)
    {
        var batch = (await Store.ReadAsync(10, [], Stop))!;
        var draft = Draft(monitor, number: 1);
        if (channels.Count > 0) draft.Alerts.Add(new AlertDraft(AlertEvent.Down, At(70), monitor.Number, [1], channels));
        Assert.True(await Store.StoreAsync(batch.Changes, [draft], At(72), Stop));
        return draft.Incident;
    }

    private Task<bool> IsWokenAsync() => Store.ChangeLeft.WaitAsync(TimeSpan.Zero, TimeProvider.System, Stop);

    private static IncidentDraft Draft(MonitorDefinition monitor, int number, TimeSpan? remindEvery = null)
    {
        var decision = IncidentLifecycle.OnDown(
            FreshId.At(Start), number, monitor.Number, monitor.Name, "missed", new Traits("db-1", ["db"]), At(70));
        var draft = new IncidentDraft(new StoredIncident
        {
            OrganizationNumber = monitor.OrganizationNumber, State = decision.Next, RemindEvery = remindEvery,
        });
        draft.Events.AddRange(decision.Events);
        draft.Joined.Add(Member(monitor, At(70)));
        return draft;
    }

    private static IncidentDraft Leaving(FollowUpBatch batch, MonitorDefinition monitor)
    {
        var incident = batch.OpenByMonitor[monitor.Number];
        var decision = IncidentLifecycle.OnLeft(incident.State, monitor.Number, MonitorStatus.Up, At(80));
        incident.State = decision.Next;
        var draft = new IncidentDraft(incident);
        draft.Events.AddRange(decision.Events);
        draft.Left.Add(new LeftMember(monitor.Number, At(70), At(80)));
        return draft;
    }

    private static IncidentMember Member(MonitorDefinition monitor, DateTimeOffset downAt) =>
        new(monitor.Number, monitor.Id, monitor.Name, downAt, "missed", null, null);

    private async Task<int> AddChannelAsync(int organization)
    {
        var store = new ChannelStore(Engine);
        var channel = await store.CreateAsync(
            By(organization), ChannelStore.NewId(Start), "webhook", new ChannelChange("Channel", [1, 2, 3], AllMonitors: true), Start, Stop);
        return channel!.Route.Number;
    }
}
