using Exemplar.Core.Audit;
using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Boards;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Boards;

public sealed class SqliteBoardTests() : BoardContract(new SqliteDatabase());

public sealed class PostgresBoardTests(PostgresServer server) : BoardContract(new PostgresDatabase(server));

public abstract class BoardContract(TestDatabase database) : StorageContract(database)
{
    private BoardStore Boards => new(Engine);

    private MonitorStore Monitors => new(Engine);

    [Fact]
    public async Task A_board_is_read_as_it_was_stored()
    {
        var organization = await AddOrganizationAsync();
        var (a, b) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        var stored = await CreateAsync(organization, new NewBoard(
            "Production", "production", true, "Acme", true,
            [new Service("Web", "web", [b.Id, a.Id], ["eu"]), new Service("Empty", "empty", [], [])]));

        var read = await Boards.FindAsync(organization, stored.Id, Stop);

        Assert.Equal(("Production", "production", true, "Acme", true, 1), (read!.Name, read.Slug, read.IsPublished, read.Title, read.ShowsMonitors, read.Version));
        Assert.Equal((Start, Start), (read.CreatedAt, read.UpdatedAt));
        Assert.Equal(["web: 2 1", "empty: 0 0"], read.Services.Select(s => $"{s.Slug}: {s.MonitorIds.Count} {s.Tags.Count}"));
        Assert.Equal([b.Id, a.Id], read.Services[0].MonitorIds);
        Assert.Equal(["eu"], read.Services[0].Tags);
    }

    [Fact]
    public async Task A_change_changes_what_is_given_and_replaces_services_as_a_whole()
    {
        var organization = await AddOrganizationAsync();
        var monitor = await AddMonitorAsync(organization);
        var board = await CreateAsync(organization, New("one", new Service("Web", "web", [monitor.Id], ["x"])) with { Title = "T" });

        var renamed = (await UpdateAsync(board, new BoardChange(Name: "Two"))).Board!;
        Assert.Equal(("Two", "one", "T", 2, At(5)), (renamed.Name, renamed.Slug, renamed.Title, renamed.Version, renamed.UpdatedAt));
        Assert.Equal("web", Assert.Single(renamed.Services).Slug);

        var changed = (await UpdateAsync(board, new BoardChange(Services: [new Service("B", "b", [], []), new Service("A", "a", [monitor.Id], [])]) { ClearsTitle = true })).Board!;
        Assert.Equal((null, "b a"), (changed.Title, string.Join(' ', changed.Services.Select(s => s.Slug))));
        Assert.Equal([monitor.Id], changed.Services[1].MonitorIds);
    }

    [Fact]
    public async Task A_slug_is_unique_over_the_whole_server()
    {
        var (mine, theirs) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var board = await CreateAsync(mine, New("taken"));
        var other = await CreateAsync(theirs, New("free"));

        Assert.True((await Boards.CreateAsync(By(theirs), New("taken"), Start, Stop)).Faults.SlugTaken);
        Assert.True((await UpdateAsync(other, new BoardChange(Slug: "taken"))).Faults.SlugTaken);
        Assert.False((await UpdateAsync(board, new BoardChange(Slug: "taken"))).Faults.Any);
        Assert.True((await Boards.DeleteAsync(By(mine), board.Id, At(9), Stop)).IsDone);
        Assert.False((await UpdateAsync(other, new BoardChange(Slug: "taken"))).Faults.Any);
    }

    [Fact]
    public async Task Of_many_who_want_a_slug_at_once_one_gets_it()
    {
        var organization = await AddOrganizationAsync();
        var writes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Boards.CreateAsync(By(organization), New("wanted"), Start, Stop))));
        Assert.Single(writes, w => w.Board is not null);
        Assert.Equal(7, writes.Count(w => w.Faults.SlugTaken));
    }

    [Fact]
    public async Task Monitors_of_others_are_unknown_and_nothing_is_stored()
    {
        var organization = await AddOrganizationAsync();
        var (mine, theirs) = (await AddMonitorAsync(organization), await AddMonitorAsync());
        var write = await Boards.CreateAsync(By(organization), New("b", new Service("S", "s", [mine.Id, theirs.Id], [])), Start, Stop);

        Assert.Equal(theirs.Id, Assert.Single(write.Faults.UnknownMonitors!));
        Assert.Empty((await Boards.ListAsync(organization, 0, 10, Stop)).Items);
    }

    [Fact]
    public async Task Another_organizations_board_does_not_exist()
    {
        var (mine, theirs) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var board = await CreateAsync(theirs, New("theirs"));

        Assert.Null(await Boards.FindAsync(mine, board.Id, Stop));
        Assert.True((await Boards.UpdateAsync(By(mine), board.Id, new BoardChange(Name: "stolen"), Start, Stop)).Faults.NotFound);
        Assert.False((await Boards.DeleteAsync(By(mine), board.Id, At(9), Stop)).IsDone);
        Assert.False(await Boards.SetLogoAsync(By(mine), board.Id, new Logo("image/png", [1]), Start, Stop));
        Assert.Equal((1, "theirs"), ((await Boards.FindAsync(theirs, board.Id, Stop))!.Version, board.Name));
    }

    [Fact]
    public async Task Of_two_changes_on_one_version_the_second_is_told()
    {
        var board = await CreateAsync(await AddOrganizationAsync(), New("b"));
        Assert.False((await UpdateAsync(board, new BoardChange(Name: "first") { OnlyVersion = 1 })).Faults.Any);
        Assert.True((await UpdateAsync(board, new BoardChange(Name: "second") { OnlyVersion = 1 })).Faults.ChangedMeanwhile);
        Assert.Equal("first", (await Boards.FindAsync(board.OrganizationNumber, board.Id, Stop))!.Name);
    }

    [Fact]
    public async Task Pages_follow_one_another()
    {
        var organization = await AddOrganizationAsync();
        for (var i = 0; i < 5; i++) await CreateAsync(organization, New($"b{i}"));
        var first = await Boards.ListAsync(organization, 0, 3, Stop);
        var second = await Boards.ListAsync(organization, first.NextAfter!.Value, 3, Stop);
        Assert.Equal(["b0", "b1", "b2", "b3", "b4"], first.Items.Concat(second.Items).Select(b => b.Slug));
        Assert.Null(second.NextAfter);
    }

    [Fact]
    public async Task An_organization_has_a_limited_number_of_boards()
    {
        var organization = await AddOrganizationAsync();
        for (var i = 0; i < BoardLimits.Boards; i++) await CreateAsync(organization, New($"b{i}"));
        Assert.True((await Boards.CreateAsync(By(organization), New("one-more"), Start, Stop)).Faults.TooMany);
    }

    [Fact]
    public async Task A_service_holds_monitors_by_hand_and_then_by_tag_each_once()
    {
        var organization = await AddOrganizationAsync();
        var (first, second, third) = (await TaggedAsync(organization, "first", "eu"), await TaggedAsync(organization, "second", "eu", "db"), await TaggedAsync(organization, "third"));
        await TaggedAsync(await AddOrganizationAsync(), "foreign", "eu");
        var board = await CreateAsync(organization, New("b", new Service("S", "s", [third, second], ["eu", "db"]), new Service("E", "e", [], [])));

        var members = await new BoardMembers(Engine).ReadAsync(board, Stop);
        Assert.Equal(["third second first", ""], members.Select(m => string.Join(' ', m.Select(v => v.Definition.Name))));
        Assert.All(members[0], m => Assert.Equal(MonitorStatus.New, m.State.Status));

        await Monitors.UpdateAsync(By(organization), first, new MonitorChange(Tags: ["us"]), OutageLog.Empty, At(1), Stop);
        Assert.Equal("third second", string.Join(' ', (await new BoardMembers(Engine).ReadAsync(board, Stop))[0].Select(v => v.Definition.Name)));
        Assert.Equal(1, await new BoardMembers(Engine).CountTaggedAsync(organization, "eu", Stop));
        Assert.Equal("second", (await new BoardMembers(Engine).NamesAsync(organization, [second], Stop))[second]);
    }

    [Fact]
    public async Task A_deleted_monitor_is_taken_off_its_boards()
    {
        var organization = await AddOrganizationAsync();
        var (kept, gone) = (await TaggedAsync(organization, "kept"), await TaggedAsync(organization, "gone", "eu"));
        var board = await CreateAsync(organization, New("b", new Service("S", "s", [gone, kept], ["eu"])));

        Assert.True(await Monitors.DeleteAsync(By(organization), gone, At(2), Stop));

        var read = (await Boards.FindAsync(organization, board.Id, Stop))!;
        Assert.Equal([kept], read.Services[0].MonitorIds);
        Assert.Equal("kept", Assert.Single((await new BoardMembers(Engine).ReadAsync(read, Stop))[0]).Definition.Name);
        await using var db = Engine.Read();
        Assert.Single(db.ServiceMonitors);
    }

    [Fact]
    public async Task A_monitor_is_put_into_a_service_or_into_one_of_its_own()
    {
        var organization = await AddOrganizationAsync();
        var monitor = await TaggedAsync(organization, "Nightly backup");
        var board = await CreateAsync(organization, New("b", new Service("S", "s", [], [])));

        await Boards.AddMonitorAsync(By(organization), board.Id, "s", monitor, "Nightly backup", At(1), Stop);
        await Boards.AddMonitorAsync(By(organization), board.Id, "s", monitor, "Nightly backup", At(2), Stop);
        var stored = (await Boards.AddMonitorAsync(By(organization), board.Id, null, monitor, "Nightly backup", At(3), Stop)).Board!;

        Assert.Equal(["s 1", "nightly-backup 1"], stored.Services.Select(s => $"{s.Slug} {s.MonitorIds.Count}"));
        Assert.Equal(3, stored.Version);
        Assert.Single((await Boards.AddMonitorAsync(By(organization), board.Id, "s", (await AddMonitorAsync()).Id, "theirs", At(4), Stop)).Faults.UnknownMonitors!);
    }

    [Fact]
    public async Task Only_published_boards_have_an_address_and_a_logo_goes_with_its_board()
    {
        var organization = await AddOrganizationAsync();
        await CreateAsync(organization, New("hidden"));
        var board = await CreateAsync(organization, New("shown") with { IsPublished = true });
        Assert.Equal(new PublishedBoard(organization, board.Id), Assert.Single(await Boards.PublishedAsync(Stop)).Value);

        Assert.Null(await Boards.LogoAsync(board.Number, Stop));
        Assert.True(await Boards.SetLogoAsync(By(organization), board.Id, new Logo("image/png", [1, 2]), At(1), Stop));
        Assert.True(await Boards.SetLogoAsync(By(organization), board.Id, new Logo("image/webp", [3]), At(2), Stop));
        var logo = (await Boards.LogoAsync(board.Number, Stop))!;
        Assert.Equal(("image/webp", 3), (logo.ContentType, Assert.Single(logo.Bytes)));

        Assert.True((await Boards.DeleteAsync(By(organization), board.Id, At(9), Stop)).IsDone);
        Assert.Empty(await Boards.PublishedAsync(Stop));
        Assert.Null(await Boards.LogoAsync(board.Number, Stop));
    }

    [Fact]
    public async Task Every_change_of_a_board_is_written_down_and_nothing_that_was_refused()
    {
        var organization = await AddOrganizationAsync();
        var board = await CreateAsync(organization, New("b", new Service("Web", "web", [], ["eu"])));
        await Boards.UpdateAsync(By(organization), board.Id, new BoardChange(Name: "Renamed"), At(1), Stop);
        await Boards.UpdateAsync(By(organization), board.Id, new BoardChange(Name: "Renamed"), At(2), Stop);
        await Boards.UpdateAsync(By(organization), board.Id, new BoardChange(IsPublished: true, Title: "T"), At(3), Stop);
        await Boards.SetLogoAsync(By(organization), board.Id, new Logo("image/png", [1]), At(4), Stop);
        await Boards.UpdateAsync(By(organization), board.Id, new BoardChange(IsPublished: false), At(5), Stop);
        Assert.True((await Boards.CreateAsync(By(organization), New("b"), At(6), Stop)).Faults.SlugTaken);
        Assert.True((await Boards.UpdateAsync(By(organization), board.Id, new BoardChange(Name: "x") { OnlyVersion = 1 }, At(6), Stop)).Faults.ChangedMeanwhile);
        await Boards.DeleteAsync(By(organization), board.Id, At(7), Stop);

        var entries = (await new AuditStore(Engine).ReadAsync(organization, new AuditQuery(null, null, null, 100), Stop)).Items;
        Assert.Equal(
            [
                (At(7), AuditAction.BoardDeleted), (At(5), AuditAction.BoardUnpublished), (At(4), AuditAction.BoardChanged),
                (At(3), AuditAction.BoardPublished), (At(1), AuditAction.BoardChanged), (Start, AuditAction.BoardCreated),
            ],
            entries.Select(e => (e.At, e.Action)));
        Assert.All(entries, e => Assert.Equal((board.Id.ToString(), "test"), (e.TargetId, e.Actor)));
        Assert.Equal([new("published", "false", "true"), new("title", null, "T")], entries[3].Changes);
        Assert.Equal([new("logo", null, "an image")], entries[2].Changes);
        Assert.Contains(new AuditChange("services", null, "Web: #eu"), entries[5].Changes);
    }

    [Fact]
    public async Task A_board_is_not_changed_without_its_entry()
    {
        var organization = await AddOrganizationAsync();
        var board = await CreateAsync(organization, New("b"));
        // No column takes a null actor: the entry cannot be stored.
        var nobody = By(organization) with { Name = null! };
        await Assert.ThrowsAnyAsync<Exception>(() => Boards.CreateAsync(nobody, New("c"), At(1), Stop));
        await Assert.ThrowsAnyAsync<Exception>(() => Boards.UpdateAsync(nobody, board.Id, new BoardChange(IsPublished: true), At(1), Stop));
        await Assert.ThrowsAnyAsync<Exception>(() => Boards.DeleteAsync(nobody, board.Id, At(1), Stop));
        var kept = Assert.Single((await Boards.ListAsync(organization, 0, 10, Stop)).Items);
        Assert.Equal((board.Id, false), (kept.Id, kept.IsPublished));
    }

    private async Task<Board> CreateAsync(int organization, NewBoard board) =>
        (await Boards.CreateAsync(By(organization), board, Start, Stop)).Board ?? throw new InvalidOperationException("Refused.");

    private Task<BoardWrite> UpdateAsync(Board board, BoardChange change) => Boards.UpdateAsync(By(board.OrganizationNumber), board.Id, change, At(5), Stop);

    private async Task<EntityId> TaggedAsync(int organization, string name, params string[] tags) =>
        (await Monitors.CreateAsync(By(organization), new NewMonitor(organization, MonitorKind.Heartbeat, name, "", tags, null, null, FirstDeadline.Creation), Start, Stop))!.Definition.Id;

    private static NewBoard New(string slug, params Service[] services) => new(slug, slug, false, null, false, services);
}
