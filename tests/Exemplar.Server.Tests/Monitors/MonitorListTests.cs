namespace Exemplar.Server.Tests.Monitors;

public sealed class MonitorListTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = ApiClient.Monitors;

    [Fact]
    public async Task Pages_stay_stable_while_monitors_come_and_go()
    {
        var client = await server.NewOrganizationAsync();
        var monitors = new List<string>();
        for (var i = 0; i < 7; i++) monitors.Add((await client.NewMonitorAsync($"m{i}")).Text("id")!);

        var seen = new List<string>();
        string? cursor = null;
        for (var page = 0; page == 0 || cursor is not null; page++)
        {
            var answer = (await client.GetAsync($"{Path}?limit=3" + (cursor is null ? "" : "&cursor=" + cursor))).ShouldBe(200);
            seen.AddRange(answer.Items.Select(m => m.Text("id")!));
            cursor = answer.NextCursor;
            if (page == 0)
            {
                // One that was shown goes, one that was not goes, and a new one comes.
                (await client.DeleteAsync($"{Path}/{monitors[1]}")).ShouldBe(204);
                (await client.DeleteAsync($"{Path}/{monitors[4]}")).ShouldBe(204);
                monitors.Add((await client.NewMonitorAsync("late comer")).Text("id")!);
            }
        }
        monitors.RemoveAt(4);
        Assert.Equal(monitors, seen);
    }

    [Fact]
    public async Task A_page_that_holds_the_last_has_no_cursor()
    {
        var client = await server.NewOrganizationAsync();
        for (var i = 0; i < 2; i++) await client.NewMonitorAsync($"m{i}");
        Assert.Null((await client.GetAsync(Path + "?limit=2")).NextCursor);
        Assert.NotNull((await client.GetAsync(Path + "?limit=1")).NextCursor);
    }

    [Theory]
    [InlineData("backup", "Nightly Backup", "BACKUP 100%")]
    [InlineData("100%25", "BACKUP 100%")]
    [InlineData("%25")]
    [InlineData("_", "under_score")]
    [InlineData("%5C", "back\\slash")]
    [InlineData("b%C3%9CCHER", "Alte Bücher")]
    [InlineData("e b%C3%BC", "Alte Bücher")]
    [InlineData("%F0%9F%9A%80", "rocket 🚀")]
    [InlineData("nothing")]
    public async Task Names_are_searched_in_either_case_and_literally(string q, params string[] expected)
    {
        var client = await server.NewOrganizationAsync();
        foreach (var name in new[] { "Nightly Backup", "BACKUP 100%", "under_score", "back\\slash", "Alte Bücher", "rocket 🚀" })
            await client.NewMonitorAsync(name);
        if (q == "%25") expected = ["BACKUP 100%"];
        Assert.Equal(expected, (await client.GetAsync($"{Path}?q={q}")).ShouldBe(200).Items.Select(m => m.Text("name")!));
    }

    [Fact]
    public async Task Monitors_are_found_by_the_status_they_have_now()
    {
        var client = await server.NewOrganizationAsync();
        var beating = await client.NewMonitorAsync("up", 60, 5);
        var late = await client.NewMonitorAsync("late", 10, 30);
        var neverSeen = await client.NewMonitorAsync("late and new", 10, 30);
        var silent = await client.NewMonitorAsync("down", 5, 1);
        await client.NewMonitorAsync("new", 60, 5);
        var paused = await client.NewMonitorAsync("paused", 5, 1);
        await client.BeatAsync(beating);
        await client.BeatAsync(late);
        await client.PostAsync($"{Path}/{paused.Text("id")}/pause");
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        await server.JudgeAsync();

        Assert.Equal(["up"], await NamesAsync(client, "up"));
        Assert.Equal(["late", "late and new"], await NamesAsync(client, "late"));
        Assert.Equal(["down"], await NamesAsync(client, "down"));
        Assert.Equal(["new"], await NamesAsync(client, "new"));
        Assert.Equal(["paused"], await NamesAsync(client, "paused"));
        Assert.Empty(await NamesAsync(client, "unknown"));
        Assert.Equal("down", (await client.GetAsync($"{Path}/{silent.Text("id")}")).Body.Text("status"));
        Assert.Equal(
            neverSeen.GetProperty("next_expected_at").GetString(),
            (await client.GetAsync($"{Path}/{neverSeen.Text("id")}")).Body.Text("since"));
    }

    [Fact]
    public async Task Filters_combine_and_pages_go_on_behind_what_they_leave_out()
    {
        var client = await server.NewOrganizationAsync();
        var wanted = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            var monitor = await client.NewMonitorAsync($"job {i}", tags: i % 3 == 0 ? ["db", "x"] : ["web"]);
            if (i % 3 != 0) continue;
            await client.PostAsync($"{Path}/{monitor.Text("id")}/pause");
            wanted.Add(monitor.Text("id")!);
        }
        await client.NewMonitorAsync("other", tags: "db");

        var first = await client.GetAsync($"{Path}?tag=db&status=paused&q=JOB&kind=heartbeat&limit=3");
        var second = await client.GetAsync($"{Path}?tag=db&status=paused&q=JOB&kind=heartbeat&limit=3&cursor={first.NextCursor}");
        Assert.Equal(wanted, first.Items.Concat(second.Items).Select(m => m.Text("id")!));
        Assert.Null(second.NextCursor);
        Assert.Empty((await client.GetAsync($"{Path}?kind=ssl")).Items);
        Assert.Empty((await client.GetAsync($"{Path}?tag=D")).Items);
    }

    [Theory]
    [InlineData("?limit=0&status=broken&kind=fax&cursor=garbage", "cursor", "kind", "limit", "status")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?limit=ten", "limit")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?limit=1&limit=2", "limit")]
    [InlineData("?cursor=AAAAAAA", "cursor")]
    [InlineData("?cursor=dAAAAAE", "cursor")]
    [InlineData("?cursor=bf____8", "cursor")]
    [InlineData("?cursor=%00", "cursor")]
    public async Task Every_bad_parameter_is_named(string query, params string[] names) =>
        (await (await server.NewOrganizationAsync()).GetAsync(Path + query)).ShouldFail(400, "invalid_request", names);

    private static async Task<IEnumerable<string>> NamesAsync(ApiClient client, string status)
    {
        var answer = (await client.GetAsync($"{Path}?status={status}")).ShouldBe(200);
        Assert.All(answer.Items, m => Assert.Equal(status, m.Text("status")));
        return answer.Items.Select(m => m.Text("name")!);
    }
}
