using Exemplar.Core.Incidents;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Organizations;
using Exemplar.Storage.Retention;
using Exemplar.Storage.Schema;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Retention;

public sealed class SqliteIncidentRetentionTests() : IncidentRetentionContract(new SqliteDatabase());

public sealed class PostgresIncidentRetentionTests(PostgresServer server) : IncidentRetentionContract(new PostgresDatabase(server));

/// <summary>Incidents, and what was told of them, go when they are older than their organization keeps them.</summary>
public abstract class IncidentRetentionContract(TestDatabase database) : StorageContract(database)
{
    private IncidentPruner Pruner => field ??= new IncidentPruner(Engine);

    [Fact]
    public async Task Alerts_go_after_their_days_and_incidents_after_theirs()
    {
        var organization = await AddOrganizationAsync();
        var (old, recent) = (await AddIncidentAsync(organization, endedDaysAgo: 91), await AddIncidentAsync(organization, endedDaysAgo: 89));
        var gone = await AddIncidentAsync(organization, endedDaysAgo: 1_831);
        await SweepAsync();

        Assert.Equal([old, recent], await IncidentsAsync());
        Assert.Equal([recent], await ToldAsync());
        Assert.Equal((0, 0, 2), await RowsOfAsync(gone, old));
    }

    [Fact]
    public async Task Every_organization_has_its_own_days()
    {
        var (shortly, longer) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        await KeepAsync(shortly, incidentDays: 30, alertDays: 7);
        await KeepAsync(longer, incidentDays: 3_650, alertDays: 3_650);
        int[] of = [await AddIncidentAsync(shortly, 29), await AddIncidentAsync(shortly, 31), await AddIncidentAsync(longer, 3_600), await AddIncidentAsync(shortly, 6)];
        await SweepAsync();

        Assert.Equal([of[0], of[2], of[3]], await IncidentsAsync());
        Assert.Equal([of[2], of[3]], await ToldAsync());
    }

    [Fact]
    public async Task An_open_incident_keeps_all_of_it_however_old_it_is()
    {
        var organization = await AddOrganizationAsync();
        var open = await AddIncidentAsync(organization, endedDaysAgo: 4_000, isOpen: true);
        await SweepAsync();

        Assert.Equal([open], await IncidentsAsync());
        Assert.Equal([open], await ToldAsync());
        Assert.Equal((1, 1, 2), await RowsOfAsync(open));
    }

    [Fact]
    public async Task A_delivery_that_waits_keeps_its_alert_and_goes_when_it_has_ended()
    {
        var organization = await AddOrganizationAsync();
        var incident = await AddIncidentAsync(organization, endedDaysAgo: 100, state: DeliveryState.Pending);
        await SweepAsync();
        Assert.Equal([incident], await ToldAsync());

        await Engine.WriteAsync(unit => unit.Db.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(d => d.State, (int)DeliveryState.GivenUp), Stop), Stop);
        await SweepAsync();
        Assert.Empty(await ToldAsync());
    }

    [Fact]
    public async Task What_belongs_to_no_incident_grows_old_as_well()
    {
        await AddOrganizationAsync();
        await Engine.WriteAsync(async unit =>
        {
            unit.Db.Alerts.Add(new AlertRow { OrganizationNumber = 1, Event = 4, AtMs = Start.AddDays(-91).ToMs(), Content = [1] });
            return await unit.Db.SaveChangesAsync(Stop);
        }, Stop);
        await SweepAsync();
        await using var db = Engine.Read();
        Assert.Equal(0, await db.Alerts.CountAsync(Stop));
    }

    [Fact]
    public async Task Many_go_in_small_steps_and_what_has_to_stay_is_passed_over()
    {
        var organization = await AddOrganizationAsync();
        var open = await AddIncidentAsync(organization, endedDaysAgo: 3_000, isOpen: true, alerts: 120);
        for (var i = 0; i < 45; i++) await AddIncidentAsync(organization, endedDaysAgo: 2_000, alerts: 3);
        var large = await AddIncidentAsync(organization, endedDaysAgo: 1_900, events: 1_200);
        var steps = await SweepAsync();

        Assert.Equal([open], await IncidentsAsync());
        Assert.Equal([open], await ToldAsync());
        Assert.Equal((0, 0, 0), await RowsOfAsync(large));
        Assert.All(steps, step => Assert.InRange(step.Removed, 0, 600));
        Assert.InRange(steps.Count, 8, 20);
    }

    private async Task<List<UpkeepStep>> SweepAsync()
    {
        var steps = new List<UpkeepStep>();
        foreach (var step in new[] { Pruner.PruneAlertsAsync, (Func<DateTimeOffset, CancellationToken, Task<UpkeepStep>>)Pruner.PruneIncidentsAsync })
            do
            {
                steps.Add(await step(Start, Stop));
            }
            while (steps[^1].More);
        return steps;
    }

    private async Task KeepAsync(int organization, int incidentDays, int alertDays) =>
        await new OrganizationStore(Engine).UpdateAsync(By(organization), new OrganizationChange { IncidentDays = incidentDays, AlertDays = alertDays }, Start, Stop);

    private async Task<int[]> IncidentsAsync()
    {
        await using var db = Engine.Read();
        return [.. await db.Incidents.OrderBy(i => i.RowNumber).Select(i => i.RowNumber).ToListAsync(Stop)];
    }

    /// <summary>The incidents that alerts, deliveries and attempts are left of.</summary>
    private async Task<int[]> ToldAsync()
    {
        await using var db = Engine.Read();
        var alerts = await db.Alerts.Select(a => a.IncidentNumber!.Value).Distinct().OrderBy(n => n).ToListAsync(Stop);
        var deliveries = await db.Deliveries.Select(d => d.IncidentNumber!.Value).Distinct().OrderBy(n => n).ToListAsync(Stop);
        var attempts = await db.DeliveryAttempts.Join(db.Deliveries, a => a.DeliveryNumber, d => d.Number, (_, d) => d.IncidentNumber!.Value)
            .Distinct().OrderBy(n => n).ToListAsync(Stop);
        Assert.Equal(alerts, deliveries);
        Assert.Equal(await db.Deliveries.CountAsync(Stop), await db.DeliveryAttempts.CountAsync(Stop));
        Assert.All(attempts, incident => Assert.Contains(incident, alerts));
        return [.. alerts];
    }

    private async Task<(int Deliveries, int Attempts, int Others)> RowsOfAsync(params int[] incidents)
    {
        await using var db = Engine.Read();
        var deliveries = await db.Deliveries.Where(d => incidents.Contains(d.IncidentNumber!.Value)).Select(d => d.Number).ToListAsync(Stop);
        return (deliveries.Count, await db.DeliveryAttempts.CountAsync(a => deliveries.Contains(a.DeliveryNumber), Stop),
            await db.IncidentEvents.CountAsync(v => incidents.Contains(v.IncidentNumber), Stop)
                + await db.IncidentMonitors.CountAsync(m => incidents.Contains(m.IncidentNumber), Stop));
    }

    private Task<int> AddIncidentAsync(
        int organization, double endedDaysAgo, bool isOpen = false, DeliveryState state = DeliveryState.Delivered, int alerts = 1, int events = 1) =>
        Engine.WriteAsync(async unit =>
        {
            var endedMs = Start.AddDays(-endedDaysAgo).ToMs();
            var number = 1 + await unit.Db.Incidents.CountAsync(Stop);
            var incident = new IncidentRow
            {
                Id = FreshId.At(Start).ToBytes(), OrganizationNumber = organization, Number = number, Title = "down", Cause = "missed",
                OpenedAtMs = endedMs, ResolvedAtMs = isOpen ? null : endedMs, SharedTags = [],
            };
            unit.Db.Incidents.Add(incident);
            await unit.Db.SaveChangesAsync(Stop);
            unit.Db.IncidentMonitors.Add(new IncidentMonitorRow
            {
                IncidentNumber = incident.RowNumber, MonitorNumber = number, DownAtMs = endedMs, Error = "missed", MonitorId = FreshId.At(Start).ToBytes(), MonitorName = "Monitor",
                LeftAtMs = isOpen ? null : endedMs,
            });
            for (var i = 0; i < events; i++)
                unit.Db.IncidentEvents.Add(new IncidentEventRow { IncidentNumber = incident.RowNumber, AtMs = endedMs, Kind = (int)IncidentEventKind.Down, Text = "" });
            for (var i = 0; i < alerts; i++)
            {
                var alert = new AlertRow { OrganizationNumber = organization, IncidentNumber = incident.RowNumber, Event = 1, AtMs = endedMs, Content = [1] };
                unit.Db.Alerts.Add(alert);
                await unit.Db.SaveChangesAsync(Stop);
                var delivery = new DeliveryRow
                {
                    Id = FreshId.At(Start).ToBytes(), AlertNumber = alert.Number, ChannelNumber = 1, IncidentNumber = incident.RowNumber, MonitorNumber = number,
                    State = (int)state, CreatedAtMs = endedMs, DueAtMs = endedMs, Attempts = 1,
                };
                unit.Db.Deliveries.Add(delivery);
                await unit.Db.SaveChangesAsync(Stop);
                unit.Db.DeliveryAttempts.Add(new DeliveryAttemptRow { DeliveryNumber = delivery.Number, Attempt = 1, AtMs = endedMs, Outcome = 1, Detail = "ok" });
            }
            await unit.Db.SaveChangesAsync(Stop);
            return incident.RowNumber;
        }, Stop);
}
