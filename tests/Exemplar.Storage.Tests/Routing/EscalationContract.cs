using Exemplar.Core.Deliveries;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Routing;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Routing;

public sealed class SqliteEscalationTests() : EscalationContract(new SqliteDatabase());

public sealed class PostgresEscalationTests(PostgresServer server) : EscalationContract(new PostgresDatabase(server));

/// <summary>A step that is due is told once, and not at all when somebody acknowledged.</summary>
public abstract class EscalationContract(TestDatabase database) : StorageContract(database)
{
    private EscalationStore Store => new(Engine);

    private FollowUpStore Changes => new(Engine);

    private IncidentStore Incidents => new(Engine);

    [Fact]
    public async Task A_step_waits_for_its_moment_also_over_a_restart()
    {
        var (monitor, ops, pager) = await ArrangeAsync();
        await OpenAsync(monitor, [ops], Step(1, 600));
        await ReopenAsync(At(80));

        Assert.Empty(await Store.ReadDueAsync(At(599), 10, [], Stop));
        var due = Assert.Single(await Store.ReadDueAsync(At(600), 10, [], Stop));
        Assert.Equal(Step(1, 600), due.Escalation);
        Assert.Equal([monitor.Number], due.StillDown.Select(m => m.MonitorNumber));
        Assert.Equal((monitor.Id, "Databases"), (due.First!.Id, due.Plan.Find(due.Escalation.RouteNumber)!.Name));
        Assert.Equal([ops], due.Told);
        Assert.Equal([pager], due.Plan.Recipients(due.Plan.Find(1)!.Steps[1], At(600)).Select(r => r.Channel.Number));
        Assert.Empty(await Store.ReadDueAsync(At(600), 10, [due.Incident.RowNumber], Stop));
    }

    [Fact]
    public async Task A_step_is_told_once_however_many_try_and_the_next_one_waits()
    {
        var (monitor, ops, pager) = await ArrangeAsync();
        var incident = await OpenAsync(monitor, [ops], Step(1, 600));
        var due = Assert.Single(await Store.ReadDueAsync(At(600), 10, [], Stop));
        var again = Assert.Single(await Store.ReadDueAsync(At(600), 10, [], Stop));

        Assert.True(await Store.StoreAsync(due, Draft(due, pager), [pager], Step(2, 1_200), At(600), Stop));
        Assert.False(await Store.StoreAsync(again, Draft(again, pager), [pager], Step(2, 1_200), At(601), Stop));
        var detail = (await Incidents.FindAsync(monitor.OrganizationNumber, incident.State.Id, Stop))!;
        Assert.Equal([IncidentEventKind.Down, IncidentEventKind.Escalated], detail.Events.Select(e => e.Kind));
        Assert.Equal(["#ops", "Pager"], detail.Deliveries.Select(d => d.ChannelName));
        Assert.Empty(await Store.ReadDueAsync(At(1_199), 10, [], Stop));
        Assert.Equal([ops, pager], Assert.Single(await Store.ReadDueAsync(At(1_200), 10, [], Stop)).Told.Order());
    }

    [Fact]
    public async Task After_the_last_step_nothing_is_due_any_more()
    {
        var (monitor, ops, pager) = await ArrangeAsync();
        await OpenAsync(monitor, [ops], Step(1, 600));
        var due = Assert.Single(await Store.ReadDueAsync(At(600), 10, [], Stop));
        Assert.True(await Store.StoreAsync(due, Draft(due, pager), [pager], null, At(600), Stop));

        Assert.Empty(await Store.ReadDueAsync(At(1_000_000), 10, [], Stop));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Acknowledging_or_resolving_ends_it_also_when_the_step_was_read_before(bool acknowledges)
    {
        var (monitor, ops, pager) = await ArrangeAsync();
        var incident = await OpenAsync(monitor, [ops], Step(1, 600));
        var due = Assert.Single(await Store.ReadDueAsync(At(600), 10, [], Stop));
        await Incidents.ChangeAsync(
            monitor.OrganizationNumber, incident.State.Id,
            i => acknowledges ? IncidentLifecycle.OnAcknowledged(i, "ada", At(601)) : IncidentLifecycle.OnResolved(i, "ada", At(601)), Stop);

        Assert.Empty(await Store.ReadDueAsync(At(700), 10, [], Stop));
        Assert.False(await Store.StoreAsync(due, Draft(due, pager), [pager], null, At(602), Stop));
        Assert.False(await Store.MoveAsync(due, Step(1, 900), Stop));
        Assert.Equal(["#ops"], (await Incidents.FindAsync(monitor.OrganizationNumber, incident.State.Id, Stop))!.Deliveries.Select(d => d.ChannelName));
    }

    [Fact]
    public async Task A_step_is_moved_to_the_end_of_a_snooze()
    {
        var (monitor, ops, _) = await ArrangeAsync();
        await OpenAsync(monitor, [ops], Step(1, 600));
        var due = Assert.Single(await Store.ReadDueAsync(At(600), 10, [], Stop));

        Assert.True(await Store.MoveAsync(due, Step(1, 900), Stop));
        Assert.False(await Store.MoveAsync(due, Step(1, 950), Stop));
        Assert.Empty(await Store.ReadDueAsync(At(899), 10, [], Stop));
        Assert.Equal(Step(1, 900), Assert.Single(await Store.ReadDueAsync(At(900), 10, [], Stop)).Escalation);
    }

    [Fact]
    public async Task A_snooze_that_is_made_shorter_ends_sooner_for_the_step_as_well()
    {
        var (monitor, ops, _) = await ArrangeAsync();
        var incident = await OpenAsync(monitor, [ops], Step(1, 600));
        await SnoozeAsync(900);
        Assert.True(await Store.MoveAsync(Assert.Single(await Store.ReadDueAsync(At(600), 10, [], Stop)), Step(1, 900), Stop));
        await SnoozeAsync(700);

        Assert.Equal(Step(1, 700), Assert.Single(await Store.ReadDueAsync(At(700), 10, [], Stop)).Escalation);

        Task SnoozeAsync(double until) => Incidents.ChangeAsync(
            monitor.OrganizationNumber, incident.State.Id, i => IncidentLifecycle.OnSnoozed(i, At(until), "ada", At(610)), Stop);
    }

    [Fact]
    public async Task A_route_takes_an_incident_once_however_many_monitors_it_has_and_who_heard_of_it_later_hears_of_its_end()
    {
        var (one, ops, pager) = await ArrangeAsync();
        var two = await AddMonitorAsync(one.OrganizationNumber);
        await JudgeAsync(At(71));
        var changes = (await Changes.ReadAsync(10, [], Stop))!.Changes;
        var incident = new IncidentDraft(Opened(one));
        incident.Joined.Add(Member(one));
        incident.Alerts.Add(new AlertDraft(AlertEvent.Down, At(70), one.Number, [1], [ops]));
        incident.Escalations.Add(Step(1, 600));
        Assert.True(await Changes.StoreAsync([changes[0]], [incident], At(72), Stop));

        var joined = new IncidentDraft((await Changes.ReadAsync(10, [], Stop))!.Recent[one.OrganizationNumber][0]);
        joined.Incident.State = IncidentLifecycle.OnJoined(joined.Incident.State, two.Number, "missed", new Traits("db-1", []), At(70)).Next;
        joined.Joined.Add(Member(two));
        joined.Alerts.Add(new AlertDraft(AlertEvent.Down, At(70), two.Number, [1], [ops]));
        joined.Escalations.Add(Step(1, 700));
        joined.Escalations.Add(new Escalation(2, 1, At(800)));
        joined.Escalations.Add(new Escalation(2, 1, At(801)));
        Assert.True(await Changes.StoreAsync([changes[1]], [joined], At(73), Stop));

        Assert.Equal([Step(1, 600), new Escalation(2, 1, At(800))], (await Store.ReadDueAsync(At(900), 10, [], Stop)).Select(d => d.Escalation));
        var due = (await Store.ReadDueAsync(At(600), 10, [], Stop))[0];
        Assert.True(await Store.StoreAsync(due, Draft(due, pager), [pager], null, At(600), Stop));

        Assert.Equal(["#ops recovered"], await RecoverAsync(one, At(650)));
        Assert.Equal(["#ops recovered", "Pager recovered"], await RecoverAsync(two, At(660)));
        var told = (await Incidents.FindAsync(one.OrganizationNumber, incident.Incident.State.Id, Stop))!.Deliveries.Where(d => d.ChannelName == "Pager");
        Assert.Equal([(AlertEvent.Down, one.Number), (AlertEvent.Recovered, one.Number)], told.Select(d => (d.Event, d.MonitorNumber)));
        Assert.Empty(await Store.ReadDueAsync(At(900), 10, [], Stop));

        async Task<string[]> RecoverAsync(MonitorDefinition monitor, DateTimeOffset at)
        {
            SendBeat(monitor, at);
            var batch = (await Changes.ReadAsync(10, [], Stop))!;
            var stored = batch.OpenByMonitor[monitor.Number];
            var before = (await Incidents.FindAsync(monitor.OrganizationNumber, stored.State.Id, Stop))!.Deliveries.Count;
            var decision = IncidentLifecycle.OnLeft(stored.State, monitor.Number, MonitorStatus.Up, at);
            stored.State = decision.Next;
            var draft = new IncidentDraft(stored);
            draft.Left.Add(new LeftMember(monitor.Number, At(70), at));
            draft.Alerts.Add(new AlertDraft(AlertEvent.Recovered, at, monitor.Number, [1], [ops, pager]));
            Assert.True(await Changes.StoreAsync(batch.Changes, [draft], at, Stop));
            return [.. (await Incidents.FindAsync(monitor.OrganizationNumber, stored.State.Id, Stop))!.Deliveries.Skip(before)
                .Select(d => $"{d.ChannelName} {d.Event}".Replace("Recovered", "recovered", StringComparison.Ordinal)).Order()];
        }
    }

    [Fact]
    public async Task Following_up_reads_the_routes_of_an_organization_once_and_only_where_there_are_any()
    {
        var (monitor, _, _) = await ArrangeAsync();
        var elsewhere = await AddMonitorAsync();
        await JudgeAsync(At(71));

        var batch = (await Changes.ReadAsync(10, [], Stop))!;
        Assert.Equal([monitor.OrganizationNumber], batch.Routing.Keys);
        Assert.Contains(batch.Changes, c => c.MonitorNumber == elsewhere.Number);
        var book = batch.Routing[monitor.OrganizationNumber];
        Assert.Single(book.Plan.OnDown(book.MonitorOf(batch.Subjects[monitor.Number].Definition), At(70), At(72)));
    }

    private static Escalation Step(int step, double seconds) => new(1, step, At(seconds));

    // A monitor, the number of a channel told at once and of one told in the second step of the only route.
    private async Task<(MonitorDefinition Monitor, int Ops, int Pager)> ArrangeAsync()
    {
        var monitor = await AddMonitorAsync();
        var (ops, pager) = (await AddChannelAsync(monitor.OrganizationNumber, "#ops"), await AddChannelAsync(monitor.OrganizationNumber, "Pager"));
        var route = await new RouteStore(Engine).CreateAsync(By(monitor.OrganizationNumber), new RouteChange("Databases", AllMonitors: true, Steps:
        [
            new RouteStep(TimeSpan.Zero, [new RouteTarget.Channel(ops.Id)]),
            new RouteStep(TimeSpan.FromMinutes(10), [new RouteTarget.Channel(pager.Id)]),
        ]), Start, Stop);
        Assert.Equal(1, route!.Route.Number);
        return (monitor, ops.Route.Number, pager.Route.Number);
    }

    private async Task<StoredIncident> OpenAsync(MonitorDefinition monitor, IReadOnlyList<int> channels, Escalation escalation)
    {
        await JudgeAsync(At(71));
        var batch = (await Changes.ReadAsync(10, [], Stop))!;
        var draft = new IncidentDraft(Opened(monitor));
        draft.Events.Add(new IncidentEvent(At(70), IncidentEventKind.Down, "missed", MonitorNumber: monitor.Number));
        draft.Joined.Add(Member(monitor));
        draft.Alerts.Add(new AlertDraft(AlertEvent.Down, At(70), monitor.Number, [1], channels));
        draft.Escalations.Add(escalation);
        Assert.True(await Changes.StoreAsync(batch.Changes, [draft], At(72), Stop));
        return draft.Incident;
    }

    private static StoredIncident Opened(MonitorDefinition monitor) => new()
    {
        OrganizationNumber = monitor.OrganizationNumber,
        State = IncidentLifecycle.OnDown(FreshId.At(Start), 1, monitor.Number, monitor.Name, "missed", new Traits("db-1", []), At(70)).Next,
    };

    private static IncidentMember Member(MonitorDefinition monitor) => new(monitor.Number, monitor.Id, monitor.Name, At(70), "missed", null, null);

    private static IncidentDraft Draft(DueEscalation due, int channel)
    {
        var draft = new IncidentDraft(due.Incident);
        draft.Events.Add(new IncidentEvent(At(600), IncidentEventKind.Escalated, "step 2"));
        draft.Alerts.Add(new AlertDraft(AlertEvent.Down, At(600), due.StillDown[0].MonitorNumber, [1], [channel]));
        return draft;
    }

    private async Task<StoredChannel> AddChannelAsync(int organization, string name) => (await new ChannelStore(Engine).CreateAsync(
        By(organization), ChannelStore.NewId(Start), "webhook", new ChannelChange(name, [1]), Start, Stop))!;
}
