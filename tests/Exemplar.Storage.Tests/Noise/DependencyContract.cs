using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Core.Outages;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Noise;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Noise;

public sealed class SqliteDependencyTests() : DependencyContract(new SqliteDatabase());

public sealed class PostgresDependencyTests(PostgresServer server) : DependencyContract(new PostgresDatabase(server));

/// <summary>What depends on what is never a circle, whoever edits at the same time.</summary>
public abstract class DependencyContract(TestDatabase database) : StorageContract(database)
{
    private MonitorStore Monitors => new(Engine);

    [Fact]
    public async Task A_monitor_knows_what_it_depends_on_and_forgets_what_is_removed()
    {
        var organization = await AddOrganizationAsync();
        var (host, job) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        var changed = await DependAsync(job, host);
        Assert.Equal([host.Id], changed!.DependsOn);
        Assert.Equal([host.Id], (await Monitors.FindAsync(organization, job.Id, Stop))!.DependsOn);
        Assert.Equal([host.Id], (await Monitors.ListAsync(organization, new MonitorQuery(null, null, null, null, 0, 10), At(1), Stop)).Items[1].DependsOn);
        var entry = (await new AuditStore(Engine).ReadAsync(organization, new AuditQuery(null, null, null, 10), Stop)).Items[0];
        Assert.Equal(("depends_on", host.Id.ToString()), (entry.Changes[0].Field, entry.Changes[0].After));

        await Monitors.DeleteAsync(By(organization), host.Id, At(2), Stop);
        Assert.Empty((await Monitors.FindAsync(organization, job.Id, Stop))!.DependsOn);
    }

    [Fact]
    public async Task Monitors_of_another_organization_are_left_out()
    {
        var (mine, other) = (await AddMonitorAsync(), await AddMonitorAsync());

        Assert.Empty((await DependAsync(mine, other))!.DependsOn);
    }

    [Fact]
    public async Task A_circle_is_refused_and_nothing_of_the_edit_is_stored()
    {
        var organization = await AddOrganizationAsync();
        var (one, two, three) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        await DependAsync(two, one);
        await DependAsync(three, two);

        var refused = await Monitors.UpdateAsync(
            By(organization), one.Id, new MonitorChange(Name: "Another name") { DependsOn = [three.Id] }, OutageLog.Empty, At(1), Stop);
        Assert.True(refused!.DependsOnItself);
        var present = (await Monitors.FindAsync(organization, one.Id, Stop))!;
        Assert.Equal(("Monitor", 0), (present.Definition.Name, present.DependsOn.Count));
        Assert.True((await DependAsync(one, one))!.DependsOnItself);
    }

    [Fact]
    public async Task Edits_at_the_same_time_never_make_a_circle()
    {
        var organization = await AddOrganizationAsync();
        for (var round = 0; round < 10; round++)
        {
            var ring = new List<MonitorDefinition>();
            for (var i = 0; i < 4; i++) ring.Add(await AddMonitorAsync(organization));
            var edits = await Task.WhenAll(ring.Select((monitor, i) => Task.Run(() => DependAsync(monitor, ring[(i + 1) % ring.Count]), Stop)));

            Assert.Equal(1, edits.Count(e => e!.DependsOnItself));
        }
    }

    [Fact]
    public async Task Ancestors_come_nearest_first_and_each_once()
    {
        var organization = await AddOrganizationAsync();
        var monitors = new List<MonitorDefinition>();
        for (var i = 0; i < 4; i++) monitors.Add(await AddMonitorAsync(organization));
        var (site, left, right, job) = (monitors[0], monitors[1], monitors[2], monitors[3]);
        await DependAsync(left, site);
        await DependAsync(right, site);
        await DependAsync(job, left, right);
        await JudgeAsync(At(71));

        await using var db = Engine.Read();
        var above = await Dependencies.AncestorsAsync(Engine, db, [job.Number, site.Number], Stop);
        Assert.Equal([left.Number, right.Number, site.Number], above[job.Number].Select(a => a.Number));
        Assert.All(above[job.Number], a => Assert.Equal(MonitorStatus.Down, a.State.Status));
        Assert.False(above.ContainsKey(site.Number));
    }

    [Fact]
    public async Task A_policy_is_kept_field_by_field_and_written_down()
    {
        var monitor = await AddMonitorAsync();
        var by = By(monitor.OrganizationNumber);
        await Monitors.UpdateAsync(by, monitor.Id, new MonitorChange { AlertPolicy = p => p with { AlertAfter = 3, AnnounceLate = false } }, OutageLog.Empty, At(1), Stop);
        await Monitors.UpdateAsync(by, monitor.Id, new MonitorChange { AlertPolicy = p => p with { RemindEvery = TimeSpan.FromMinutes(30), AlertAfter = null } }, OutageLog.Empty, At(2), Stop);

        Assert.Equal(
            new NoisePolicy { AnnounceLate = false, RemindEvery = TimeSpan.FromMinutes(30) },
            (await Monitors.FindAsync(monitor.OrganizationNumber, monitor.Id, Stop))!.Definition.AlertPolicy);
        var entry = (await new AuditStore(Engine).ReadAsync(monitor.OrganizationNumber, new AuditQuery(null, null, null, 10), Stop)).Items[0];
        Assert.Equal(["alert_policy.alert_after", "alert_policy.remind_every_minutes"], entry.Changes.Select(c => c.Field));
    }

    private Task<MonitorView?> DependAsync(MonitorDefinition monitor, params MonitorDefinition[] parents) =>
        Monitors.UpdateAsync(By(monitor.OrganizationNumber), monitor.Id, new MonitorChange { DependsOn = [.. parents.Select(p => p.Id)] }, OutageLog.Empty, At(1), Stop);
}
