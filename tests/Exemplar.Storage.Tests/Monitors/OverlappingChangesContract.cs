using Exemplar.Core.Boards;
using Exemplar.Core.Channels;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Core.Probes;
using Exemplar.Core.Routing;
using Exemplar.Storage.Boards;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Maintenance;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Organizations;
using Exemplar.Storage.Probes;
using Exemplar.Storage.Routing;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Monitors;

public sealed class SqliteOverlappingChangesTests() : OverlappingChangesContract(new SqliteDatabase());

public sealed class PostgresOverlappingChangesTests(PostgresServer server) : OverlappingChangesContract(new PostgresDatabase(server));

/// <summary>A change that was made out of what is no longer there is not stored; who made it is told and can make it anew.</summary>
public abstract class OverlappingChangesContract(TestDatabase database) : StorageContract(database)
{
    [Fact]
    public async Task A_probe_that_was_made_out_of_another_is_not_stored()
    {
        var (organization, monitors) = (await AddOrganizationAsync(), new MonitorStore(Engine));
        var probe = new SslProbe("example.com", 443, 21, 7, TimeSpan.FromSeconds(10), 1);
        var made = (await monitors.CreateAsync(By(organization), new NewMonitor(
            organization, MonitorKind.Ssl, "Shop", "", [], TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), FirstDeadline.FirstHeartbeat) { Probe = probe, ProbeSecrets = [1] }, Start, Stop))!.Definition;
        Task<MonitorView?> Change(MonitorChange change) => monitors.UpdateAsync(By(organization), made.Id, change, OutageLog.Empty, At(1), Stop);

        Assert.False((await Change(new MonitorChange { Probe = probe with { Port = 8443 }, OnlyProbe = new SeenProbe(probe, null) }))!.ChangedMeanwhile);
        Assert.True((await Change(new MonitorChange("Renamed") { Probe = probe with { WarnDays = 30 }, OnlyProbe = new SeenProbe(probe, null) }))!.ChangedMeanwhile);
        var found = (await monitors.FindAsync(organization, made.Id, Stop))!.Definition;
        Assert.Equal(("Shop", probe with { Port = 8443 }), (found.Name, found.Probe));

        var secrets = new MonitorChange { Probe = found.Probe, ProbeSecrets = [2], ChangesProbeSecrets = true, OnlyProbe = new SeenProbe(found.Probe!, [1]) };
        Assert.False((await Change(secrets))!.ChangedMeanwhile);
        Assert.True((await Change(secrets with { ProbeSecrets = [3] }))!.ChangedMeanwhile);
        Assert.Equal([2], await new ProbeSecretStore(Engine).FindAsync(made.Number, Stop));
    }

    [Fact]
    public async Task A_configuration_that_was_made_out_of_another_is_not_stored()
    {
        var (organization, channels) = (await AddOrganizationAsync(), new ChannelStore(Engine));
        var made = (await channels.CreateAsync(By(organization), ChannelStore.NewId(Start), "webhook", new ChannelChange("Hook", [1]), Start, Stop))!;
        Task<StoredChannel?> Change(ChannelChange change) => channels.UpdateAsync(By(organization), made.Id, change, At(1), Stop);

        Assert.Equal((false, (byte)2), await Change(new ChannelChange(Config: [2]) { OnlyConfig = [1] }) is { } first ? (first.ChangedMeanwhile, first.Config[0]) : default);
        var refused = (await Change(new ChannelChange("Renamed", [3]) { OnlyConfig = [1] }))!;
        Assert.Equal((true, "Hook", (byte)2), (refused.ChangedMeanwhile, refused.Name, refused.Config[0]));
        Assert.Equal((byte)2, (await channels.FindAsync(organization, made.Id, Stop))!.Config[0]);
    }

    [Fact]
    public async Task A_route_or_rotation_that_was_judged_by_another_is_not_stored()
    {
        var (organization, routes, rotations) = (await AddOrganizationAsync(), new RouteStore(Engine), new RotationStore(Engine));
        RouteStep[] steps = [new(TimeSpan.Zero, [new RouteTarget.Channel(NewId(Start))])];
        var route = (await routes.CreateAsync(By(organization), new RouteChange("Route", true, ["db"], Steps: steps), Start, Stop))!.Route;
        Assert.False((await routes.UpdateAsync(By(organization), route.Id, new RouteChange(AllMonitors: false) { OnlyMonitors = route.Monitors }, At(1), Stop))!.ChangedMeanwhile);
        Assert.True((await routes.UpdateAsync(By(organization), route.Id, new RouteChange(Tags: []) { OnlyMonitors = route.Monitors }, At(1), Stop))!.ChangedMeanwhile);
        Assert.Equal(["db"], (await routes.FindAsync(organization, route.Id, Stop))!.Route.Monitors.Tags);

        Participant ana = new("Ana", NewId(Start)), ben = new("Ben", NewId(Start));
        var rotation = (await rotations.CreateAsync(By(organization), new RotationChange("On-call", Participants: [ana, ben]), Start, Stop))!.Rotation;
        var byBen = new RotationChange(Overrides: [new RotationOverride(At(10), At(20), "Ben")]) { OnlyParticipants = rotation.Participants };
        Assert.False((await rotations.UpdateAsync(By(organization), rotation.Id, byBen, At(1), Stop))!.ChangedMeanwhile);
        await rotations.UpdateAsync(By(organization), rotation.Id, new RotationChange(Participants: [ana]), At(1), Stop);
        Assert.True((await rotations.UpdateAsync(By(organization), rotation.Id, byBen, At(1), Stop))!.ChangedMeanwhile);
        Assert.Empty((await rotations.FindAsync(organization, rotation.Id, Stop))!.Rotation.Overrides);
    }

    [Fact]
    public async Task Times_of_a_window_that_were_made_out_of_others_are_not_stored()
    {
        var (organization, windows) = (await AddOrganizationAsync(), new MaintenanceStore(Engine));
        MaintenanceTimes Once(double from, double to) => new(new Stretch(At(from), At(to)), null, At(from), null);
        var made = (await windows.CreateAsync(By(organization), new MaintenanceChange("Upgrade", Times: Once(100, 200), Targets: new MaintenanceTargets(true, [], [])), Start, Stop)).View!;
        Task<MaintenanceWrite> Change(MaintenanceChange change) => windows.UpdateAsync(By(organization), made.Window.Id, change, At(1), Stop);

        var first = await Change(new MaintenanceChange(Times: Once(110, 200)) { OnlyVersion = made.Version });
        Assert.Equal((At(110), made.Version + 1), (first.View!.Window.Times.Once!.Value.From, first.View.Version));
        Assert.True((await Change(new MaintenanceChange("Renamed", Times: Once(100, 300)) { OnlyVersion = made.Version })).Faults.ChangedMeanwhile);
        var found = (await windows.FindAsync(organization, made.Window.Id, Stop))!;
        Assert.Equal(("Upgrade", At(110), made.Version + 1), (found.Window.Title, found.Window.Times.Once!.Value.From, found.Version));
        Assert.True((await windows.UpdateAsync(By(organization), NewId(Start), new MaintenanceChange("x") { OnlyVersion = 1 }, At(1), Stop)).Faults.NotFound);
    }

    [Fact]
    public async Task Parts_of_a_policy_that_change_at_once_all_hold()
    {
        var (organization, organizations) = (await AddOrganizationAsync(), new OrganizationStore(Engine));
        for (var i = 3; i < 15; i++)
        {
            OrganizationChange[] changes =
            [
                new() { AlertPolicy = p => p with { AlertAfter = i } }, new() { AlertPolicy = p => p with { RecoverAfter = i } },
                new() { AlertPolicy = p => p with { FlappingChanges = i } }, new() { AlertPolicy = p => p with { FlappingWithin = TimeSpan.FromMinutes(i) } },
            ];
            await Task.WhenAll(changes.Select(change => Task.Run(() => organizations.UpdateAsync(By(organization), change, At(1), Stop))));
            var policy = (await organizations.FindAsync(organization, Stop))!.AlertPolicy;
            Assert.Equal((i, i, i, TimeSpan.FromMinutes(i)), (policy.AlertAfter, policy.RecoverAfter, policy.FlappingChanges, policy.FlappingWithin));
        }
    }

    [Fact]
    public async Task Monitors_that_are_put_on_a_board_at_once_are_all_on_it()
    {
        var (organization, boards) = (await AddOrganizationAsync(), new BoardStore(Engine));
        var board = (await boards.CreateAsync(By(organization), new NewBoard("Board", "board", false, null, false, [new Service("Web", "web", [], [])]), Start, Stop)).Board!;
        var monitors = new List<EntityId>();
        for (var i = 0; i < 20; i++) monitors.Add((await AddMonitorAsync(organization)).Id);

        var writes = await Task.WhenAll(monitors.Select(id => Task.Run(() => boards.AddMonitorAsync(By(organization), board.Id, "web", id, "Monitor", At(1), Stop))));
        Assert.All(writes, write => Assert.NotNull(write.Board));
        Assert.Equal(monitors.ToHashSet(), (await boards.FindAsync(organization, board.Id, Stop))!.Services[0].MonitorIds.ToHashSet());
    }
}
