using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Boards;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Routing;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Routing;

public sealed class SqliteRoutingTests() : RoutingContract(new SqliteDatabase());

public sealed class PostgresRoutingTests(PostgresServer server) : RoutingContract(new PostgresDatabase(server));

/// <summary>Routes and rotations come back as they were stored, to their own organization alone, and nothing they name goes away under them.</summary>
public abstract class RoutingContract(TestDatabase database) : StorageContract(database)
{
    private static readonly RouteHours Night = new(
        TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), [DayOfWeek.Friday, DayOfWeek.Monday], new TimeOnly(18, 0), new TimeOnly(6, 30));

    private RouteStore Routes => new(Engine);

    private RotationStore Rotations => new(Engine);

    [Fact]
    public async Task A_route_comes_back_as_it_was_stored_and_changes_only_what_is_given()
    {
        var (organization, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        RouteStep[] steps =
        [
            new(TimeSpan.Zero, [new RouteTarget.Channel(NewId(Start)), new RouteTarget.OnCall(NewId(Start))]),
            new(TimeSpan.FromMinutes(10), [new RouteTarget.OnCall(NewId(Start))]),
        ];
        var change = new RouteChange("Databases", false, ["db"], [NewId(Start)], [NewId(Start)], [Severity.Critical, Severity.Low], Night, steps);
        var created = (await Routes.CreateAsync(By(organization), change, At(1), Stop))!;

        var found = (await Routes.FindAsync(organization, created.Route.Id, Stop))!;
        Same(change, found.Route);
        Assert.Equal((organization, At(1), At(1)), (found.OrganizationNumber, found.CreatedAt, found.UpdatedAt));
        Assert.Null(await Routes.FindAsync(other, created.Route.Id, Stop));
        Assert.Null(await Routes.UpdateAsync(By(other), created.Route.Id, new RouteChange("Mine"), At(2), Stop));
        Assert.Empty((await Routes.ListAsync(other, 0, 10, Stop)).Items);

        await Routes.UpdateAsync(By(organization), created.Route.Id, new RouteChange("Nights", Severities: []) { ClearsHours = true }, At(2), Stop);
        found = (await Routes.FindAsync(organization, created.Route.Id, Stop))!;
        Same(change with { Name = "Nights", Severities = [], Hours = null }, found.Route);
        Assert.Equal(At(2), found.UpdatedAt);

        Assert.False(await Routes.DeleteAsync(By(other), created.Route.Id, At(3), Stop));
        Assert.True(await Routes.DeleteAsync(By(organization), created.Route.Id, At(3), Stop));
        Assert.Null(await Routes.FindAsync(organization, created.Route.Id, Stop));
        Assert.Equal(
            ["route.deleted Nights", "route.changed Nights", "route.created Databases"],
            (await new AuditStore(Engine).ReadAsync(organization, new AuditQuery(null, null, null, 10), Stop)).Items.Select(e => $"{e.Action} {e.Target}"));
    }

    [Fact]
    public async Task Routes_are_listed_page_by_page_and_an_organization_has_not_more_than_the_limit()
    {
        var organization = await AddOrganizationAsync();
        for (var i = 0; i < RoutingLimits.Routes; i++) Assert.NotNull(await Routes.CreateAsync(By(organization), Simple($"Route {i}"), Start, Stop));

        Assert.Null(await Routes.CreateAsync(By(organization), Simple("One too many"), Start, Stop));
        var first = await Routes.ListAsync(organization, 0, 99, Stop);
        Assert.Equal("Route 99", Assert.Single((await Routes.ListAsync(organization, first.NextAfter!.Value, 99, Stop)).Items).Route.Name);
        Assert.NotNull(await Routes.CreateAsync(By(await AddOrganizationAsync()), Simple("Another organization's"), Start, Stop));
    }

    [Fact]
    public async Task A_rotation_comes_back_as_it_was_stored_and_those_who_leave_stand_in_for_nobody()
    {
        var (organization, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        Participant ana = new("Ana", NewId(Start)), ben = new("Ben", NewId(Start));
        var change = new RotationChange(
            "On-call", TimeZoneInfo.FindSystemTimeZoneById("America/New_York"), new HandOver(HandOverEvery.Weekly, DayOfWeek.Wednesday, new TimeOnly(9, 30)),
            At(5), [ana, ben], [new RotationOverride(At(10), At(20), "Ben"), new RotationOverride(At(30), At(40), "Ana")]);
        var created = (await Rotations.CreateAsync(By(organization), change, At(1), Stop))!;

        var found = (await Rotations.FindAsync(organization, created.Rotation.Id, Stop))!.Rotation;
        Assert.Equal(
            ("On-call", "America/New_York", change.HandOver, At(5)), (found.Name, found.Zone.Id, found.HandOver, found.StartsAt));
        Assert.Equal((change.Participants, change.Overrides), (found.Participants, found.Overrides), Lists);
        Assert.Null(await Rotations.FindAsync(other, created.Rotation.Id, Stop));
        Assert.False((await Rotations.DeleteAsync(By(other), created.Rotation.Id, At(2), Stop)).WasFound);

        found = (await Rotations.UpdateAsync(By(organization), created.Rotation.Id, new RotationChange(Participants: [ana]), At(2), Stop))!.Rotation;
        Assert.Equal([new RotationOverride(At(30), At(40), "Ana")], found.Overrides);
        Assert.Equal(found.Participants, (await Rotations.FindAsync(organization, created.Rotation.Id, Stop))!.Rotation.Participants);
        Assert.True((await Rotations.DeleteAsync(By(organization), created.Rotation.Id, At(3), Stop)).IsDone);
        Assert.Equal(
            ["rotation.deleted On-call", "rotation.changed On-call", "rotation.created On-call"],
            (await new AuditStore(Engine).ReadAsync(organization, new AuditQuery(null, null, null, 10), Stop)).Items.Select(e => $"{e.Action} {e.Target}"));
    }

    [Fact]
    public async Task What_a_route_or_a_rotation_names_is_not_removed_under_it()
    {
        var organization = await AddOrganizationAsync();
        var (channel, ana) = (await AddChannelAsync(organization), await AddChannelAsync(organization));
        var board = (await new BoardStore(Engine).CreateAsync(By(organization), new NewBoard("Board", "board", false, null, false, []), Start, Stop)).Board!;
        var rotation = (await Rotations.CreateAsync(
            By(organization), new RotationChange("Nights", TimeZoneInfo.Utc, new HandOver(HandOverEvery.Daily, DayOfWeek.Sunday, TimeOnly.MinValue), Start, [new Participant("Ana", ana)]), Start, Stop))!;
        var route = (await Routes.CreateAsync(By(organization), new RouteChange("Databases", AllMonitors: false, BoardIds: [board.Id], Steps:
        [
            new RouteStep(TimeSpan.Zero, [new RouteTarget.Channel(channel)]),
            new RouteStep(TimeSpan.FromMinutes(5), [new RouteTarget.OnCall(rotation.Rotation.Id)]),
        ]), Start, Stop))!;

        Assert.Equal(["route Databases"], (await new ChannelStore(Engine).DeleteAsync(By(organization), channel, At(1), Stop)).UsedBy);
        Assert.Equal(["rotation Nights"], (await new ChannelStore(Engine).DeleteAsync(By(organization), ana, At(1), Stop)).UsedBy);
        Assert.Equal(["route Databases"], (await Rotations.DeleteAsync(By(organization), rotation.Rotation.Id, At(1), Stop)).UsedBy);
        Assert.Equal(["route Databases"], (await new BoardStore(Engine).DeleteAsync(By(organization), board.Id, At(3), Stop)).UsedBy);
        Assert.Empty((await Routes.NamesAsync(organization, [], Stop)).MissingIn(route.Route));

        Assert.True(await Routes.DeleteAsync(By(organization), route.Route.Id, At(2), Stop));
        Assert.True((await new ChannelStore(Engine).DeleteAsync(By(organization), channel, At(3), Stop)).IsDone);
        Assert.True((await Rotations.DeleteAsync(By(organization), rotation.Rotation.Id, At(3), Stop)).IsDone);
        Assert.True((await new ChannelStore(Engine).DeleteAsync(By(organization), ana, At(3), Stop)).IsDone);
        Assert.True((await new BoardStore(Engine).DeleteAsync(By(organization), board.Id, At(3), Stop)).IsDone);
        Assert.Equal([channel, rotation.Rotation.Id], (await Routes.NamesAsync(organization, [], Stop)).MissingIn(
            route.Route with { Monitors = route.Route.Monitors with { BoardIds = [] } }));
    }

    [Fact]
    public async Task A_monitor_is_on_the_boards_that_name_it_by_hand_or_by_tag()
    {
        var organization = await AddOrganizationAsync();
        var (chosen, other) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        var boards = new BoardStore(Engine);
        var byHand = (await boards.CreateAsync(By(organization), new NewBoard("By hand", "by-hand", false, null, false, [new Service("One", "one", [chosen.Id], [])]), Start, Stop)).Board!;
        var byTag = (await boards.CreateAsync(By(organization), new NewBoard("By tag", "by-tag", false, null, false, [new Service("One", "one", [], ["db"])]), Start, Stop)).Board!;
        Assert.Same(RoutingBook.Empty, await Routes.BookAsync(chosen, Stop));
        await Routes.CreateAsync(By(organization), Simple("Boards") with { AllMonitors = false, BoardIds = [byHand.Id, byTag.Id] }, Start, Stop);

        Assert.Equal([byHand.Id], (await Routes.BookAsync(chosen, Stop)).MonitorOf(chosen).BoardIds);
        Assert.Empty((await Routes.BookAsync(other, Stop)).MonitorOf(other).BoardIds);
        Assert.Equal([byTag.Id], (await Routes.BookAsync(other, Stop)).MonitorOf(other with { Tags = ["db"] }).BoardIds);
        Assert.Single((await Routes.BookAsync(chosen, Stop)).Plan.OnDown((await Routes.BookAsync(chosen, Stop)).MonitorOf(chosen), Start, Start));
    }

    private static RouteChange Simple(string name) =>
        new(name, AllMonitors: true, Steps: [new RouteStep(TimeSpan.Zero, [new RouteTarget.Channel(NewId(Start))])]);

    private static void Same(RouteChange expected, Route route)
    {
        Assert.Equal((expected.Name, expected.AllMonitors, expected.Tags), (route.Name, route.Monitors.All, route.Monitors.Tags), (a, b) =>
            a.Item1 == b.Item1 && a.Item2 == b.Item2 && a.Item3!.SequenceEqual(b.Item3!));
        Assert.Equal(expected.MonitorIds, route.Monitors.MonitorIds);
        Assert.Equal(expected.BoardIds, route.Monitors.BoardIds);
        Assert.Equal(expected.Severities, route.Monitors.Severities);
        Assert.Equal(expected.Hours?.Days, route.Hours?.Days);
        Assert.Equal((expected.Hours?.Zone.Id, expected.Hours?.From, expected.Hours?.To), (route.Hours?.Zone.Id, route.Hours?.From, route.Hours?.To));
        Assert.Equal(expected.Steps!.Select(s => s.After), route.Steps.Select(s => s.After));
        Assert.Equal(expected.Steps!.SelectMany(s => s.Targets), route.Steps.SelectMany(s => s.Targets));
    }

    private static bool Lists((IReadOnlyList<Participant>?, IReadOnlyList<RotationOverride>?) a, (IReadOnlyList<Participant>?, IReadOnlyList<RotationOverride>?) b) =>
        a.Item1!.SequenceEqual(b.Item1!) && a.Item2!.SequenceEqual(b.Item2!);

    private async Task<EntityId> AddChannelAsync(int organization) => (await new ChannelStore(Engine).CreateAsync(
        By(organization), ChannelStore.NewId(Start), "webhook", new ChannelChange("Channel", [1]), Start, Stop))!.Id;
}
