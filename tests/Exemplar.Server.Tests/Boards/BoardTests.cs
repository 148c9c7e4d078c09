using System.Text.Json;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.Boards;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Boards;

public sealed class BoardTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = "/api/monitoring/boards";

    [Fact]
    public async Task A_board_comes_back_as_it_was_made()
    {
        var client = await server.NewOrganizationAsync();
        var (a, b) = ((await client.NewMonitorAsync("a")).Text("id")!, (await client.NewMonitorAsync("b")).Text("id")!);
        var slug = Fresh();
        var made = (await client.PostAsync(Path, new
        {
            name = " Production ", slug, published = true,
            services = new object[] { new { name = "Web & API", monitor_ids = new[] { b, a, b }, tags = new[] { "eu", "eu" } }, new { name = "Empty" } },
        })).ShouldBe(201);

        Assert.Equal($"{Path}/{made.Body.Text("id")}", made.Response.Headers.Location?.ToString());
        Assert.Equal(
            """{"name":"Production","slug":"S","published":true,"title":null,"show_monitors":false,"services":[{"name":"Web \u0026 API","slug":"web-api","monitor_ids":["B","A"],"tags":["eu"]},{"name":"Empty","slug":"empty","monitor_ids":[],"tags":[]}]}""",
            JsonSerializer.Serialize(made.Body.EnumerateObject().Where(p => p.Name is not ("id" or "created_at" or "updated_at")).ToDictionary(p => p.Name, p => p.Value))
                .Replace(slug, "S", StringComparison.Ordinal).Replace(a, "A", StringComparison.Ordinal).Replace(b, "B", StringComparison.Ordinal)
                .Replace("Web & API", "Web \\u0026 API", StringComparison.Ordinal));
        Assert.Equal(made.Text, (await client.GetAsync($"{Path}/{made.Body.Text("id")}")).ShouldBe(200).Text);
        Assert.Equal(made.Body.GetRawText(), Assert.Single((await client.GetAsync(Path)).Items).GetRawText());
    }

    [Fact]
    public async Task A_slug_follows_from_the_name_where_none_is_given()
    {
        var client = await server.NewOrganizationAsync();
        var name = "Team " + Fresh();
        Assert.Equal(name.ToLowerInvariant().Replace(' ', '-'), (await client.PostAsync(Path, new { name })).ShouldBe(201).Body.Text("slug"));
        (await client.PostAsync(Path, new { name })).ShouldFail(400, "invalid_request", "slug");
        (await client.PostAsync(Path, new { name = "日本" })).ShouldFail(400, "invalid_request", "slug");
    }

    [Fact]
    public async Task A_patch_changes_what_is_given_and_services_keep_their_slugs()
    {
        var client = await server.NewOrganizationAsync();
        var board = await NewBoardAsync(client, new { name = "Web", slug = "front" }, new { name = "API" });
        var path = $"{Path}/{board.Text("id")}";
        server.Clock.Advance(TimeSpan.FromMinutes(1));

        var renamed = (await client.PatchAsync(path, new { name = "Other", title = "Acme", show_monitors = true })).ShouldBe(200).Body;
        Assert.Equal(("Other", "Acme", "front api"), (renamed.Text("name"), renamed.Text("title"), Slugs(renamed)));
        Assert.NotEqual(board.Text("updated_at"), renamed.Text("updated_at"));
        Assert.Equal(board.Text("slug"), renamed.Text("slug"));

        var services = (await client.PatchAsync(path, new { services = new[] { new { name = "API" }, new { name = "Api" }, new { name = "Web" } } })).ShouldBe(200).Body;
        Assert.Equal("api api-2 front", Slugs(services));
        Assert.True((await client.PatchAsync(path, """{"title":null}""")).ShouldBe(200).Body.IsNull("title"));
        (await client.PatchAsync(path, """{"name":null,"published":null}""")).ShouldFail(400, "invalid_request", "name", "published");
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once_down_to_the_single_monitor()
    {
        var client = await server.NewOrganizationAsync();
        var mine = (await client.NewMonitorAsync()).Text("id");
        var theirs = (await (await server.NewOrganizationAsync()).NewMonitorAsync()).Text("id");
        var taken = (await NewBoardAsync(client)).Text("slug");
        var answer = await client.PostAsync(Path, new
        {
            name = "", slug = taken, published = "yes", title = new string('t', 101), show_monitors = 1,
            services = new object[]
            {
                new { name = "One", monitor_ids = new[] { mine, theirs, "nonsense" } },
                new { name = new string('n', 101), slug = "badge", tags = Enumerable.Range(0, 21).Select(i => $"t{i}") },
                new { monitor_ids = new[] { theirs }, tags = "eu" },
                7,
                new { name = "Two", slug = "same" },
                new { name = "Three", slug = "same", monitor_ids = new object[] { 1 } },
            },
        });
        answer.ShouldFail(400, "invalid_request",
            "name", "slug", "published", "title", "show_monitors",
            "services[0].monitor_ids[1]", "services[0].monitor_ids[2]",
            "services[1].name", "services[1].slug", "services[1].tags",
            "services[2].name", "services[2].monitor_ids[0]", "services[2].tags",
            "services[3]", "services[5].slug", "services[5].monitor_ids");
        Assert.Single((await client.GetAsync(Path)).Items);
    }

    [Theory]
    [InlineData("""{"slug":"Not A Slug"}""", "slug")]
    [InlineData("""{"slug":""}""", "slug")]
    [InlineData("""{"services":{}}""", "services")]
    [InlineData("""{"services":[null]}""", "services[0]")]
    [InlineData("""{"services":[{"name":"a\u0000"}]}""", "services[0].name")]
    [InlineData("""{"services":[{"name":"a","monitor_ids":["69c3a0754e257b7d18094f9a"]}]}""", "services[0].monitor_ids[0]")]
    [InlineData("""{"services":[{"name":"a","slug":"../x"}]}""", "services[0].slug")]
    [InlineData("""{"title":5}""", "title")]
    public async Task A_patch_with_a_bad_field_names_it_and_changes_nothing(string body, string field)
    {
        var client = await server.NewOrganizationAsync();
        var board = await NewBoardAsync(client, new { name = "Web" });
        (await client.PatchAsync($"{Path}/{board.Text("id")}", body)).ShouldFail(400, "invalid_request", field);
        Assert.Equal(board.GetRawText(), (await client.GetAsync($"{Path}/{board.Text("id")}")).Text);
    }

    [Fact]
    public async Task Numbers_are_limited()
    {
        var client = await server.NewOrganizationAsync();
        var services = Enumerable.Range(0, 101).Select(i => new { name = $"s{i}" }).ToList();
        (await client.PostAsync(Path, new { name = "b", slug = Fresh(), services = services.Take(100) })).ShouldBe(201);
        (await client.PostAsync(Path, new { name = "b", slug = Fresh(), services })).ShouldFail(400, "invalid_request", "services");
        (await client.PostAsync(Path, new { name = "b", slug = Fresh(), services = new[] { new { name = "s", monitor_ids = Enumerable.Repeat(Id, 501) } } }))
            .ShouldFail(400, "invalid_request", "services[0].monitor_ids");
        for (var i = 1; i < 200; i++) await NewBoardAsync(client);
        (await client.PostAsync(Path, new { name = "b", slug = Fresh() })).ShouldFail(409, "too_many_boards");
    }

    [Fact]
    public async Task A_deleted_board_is_gone_and_its_slug_is_free()
    {
        var client = await server.NewOrganizationAsync();
        var board = await NewBoardAsync(client);
        var path = $"{Path}/{board.Text("id")}";
        (await client.DeleteAsync(path)).ShouldBe(204);
        (await client.DeleteAsync(path)).ShouldFail(404, "board_not_found");
        (await client.GetAsync(path)).ShouldFail(404, "board_not_found");
        (await client.PostAsync(Path, new { name = "again", slug = board.Text("slug") })).ShouldBe(201);
    }

    [Fact]
    public async Task A_deleted_monitor_leaves_its_boards()
    {
        var client = await server.NewOrganizationAsync();
        var (kept, gone) = ((await client.NewMonitorAsync()).Text("id"), (await client.NewMonitorAsync()).Text("id"));
        var board = await NewBoardAsync(client, new { name = "Web", monitor_ids = new[] { gone, kept } });
        (await client.DeleteAsync($"{ApiClient.Monitors}/{gone}")).ShouldBe(204);
        var read = (await client.GetAsync($"{Path}/{board.Text("id")}")).Body;
        Assert.Equal(kept, Assert.Single(read.GetProperty("services")[0].GetProperty("monitor_ids").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Pages_follow_one_another()
    {
        var client = await server.NewOrganizationAsync();
        var slugs = new List<string?>();
        for (var i = 0; i < 5; i++) slugs.Add((await NewBoardAsync(client)).Text("slug"));
        var first = await client.GetAsync(Path + "?limit=3");
        var second = await client.GetAsync($"{Path}?limit=3&cursor={first.NextCursor}");
        Assert.Equal(slugs, first.Items.Concat(second.Items).Select(b => b.Text("slug")));
        Assert.Null(second.NextCursor);
        (await client.GetAsync(Path + "?limit=0&cursor=x")).ShouldFail(400, "invalid_request", "cursor", "limit");
    }

    [Fact]
    public async Task The_status_of_a_service_is_the_worst_of_its_monitors()
    {
        var client = await server.NewOrganizationAsync();
        var (up, down, tagged) = (await client.NewMonitorAsync("up", 600, 5), await client.NewMonitorAsync("down", 5, 1), await client.NewMonitorAsync("tagged", 600, 5, "eu"));
        var board = await NewBoardAsync(
            client, new { name = "Bad", monitor_ids = new[] { up.Text("id"), down.Text("id") } }, new { name = "Good", tags = new[] { "eu" } }, new { name = "Empty" });
        foreach (var monitor in new[] { up, down, tagged }) await client.BeatAsync(monitor);
        server.Clock.Advance(TimeSpan.FromMinutes(7));
        await server.JudgeAsync();

        var status = (await client.GetAsync($"{Path}/{board.Text("id")}/status")).ShouldBe(200).Body;
        Assert.Equal("down", status.Text("status"));
        Assert.Equal(
            ["Bad down up:up down:down", "Good up tagged:up", "Empty  "],
            status.GetProperty("services").EnumerateArray().Select(s =>
                $"{s.Text("name")} {s.Text("status")} {string.Join(' ', s.GetProperty("monitors").EnumerateArray().Select(m => $"{m.Text("name")}:{m.Text("status")}"))}"));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/status")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    public async Task Another_organizations_board_does_not_exist(string method, string verb)
    {
        var (mine, theirs) = (await server.NewOrganizationAsync(), await server.NewOrganizationAsync());
        var board = await NewBoardAsync(theirs);
        foreach (var id in new[] { board.Text("id"), "nonsense" })
        {
            var content = method == "PATCH" ? new StringContent("""{"name":"stolen"}""") : null;
            (await mine.SendAsync(new HttpMethod(method), $"{Path}/{id}{verb}", content)).ShouldFail(404, "board_not_found");
        }
        Assert.Equal(board.GetRawText(), (await theirs.GetAsync($"{Path}/{board.Text("id")}")).Text);
        Assert.Empty((await mine.GetAsync(Path)).Items);
    }

    [Theory]
    [InlineData("GET", "", TokenScopes.Heartbeat)]
    [InlineData("POST", "", TokenScopes.Read)]
    [InlineData("GET", "/69c3a0754e257b7d18094f9a", TokenScopes.Heartbeat)]
    [InlineData("GET", "/69c3a0754e257b7d18094f9a/status", TokenScopes.Heartbeat)]
    [InlineData("PATCH", "/69c3a0754e257b7d18094f9a", TokenScopes.Read)]
    [InlineData("DELETE", "/69c3a0754e257b7d18094f9a", TokenScopes.Read)]
    public async Task A_token_without_the_scope_is_refused(string method, string path, TokenScopes scopes)
    {
        var client = await (await server.NewOrganizationAsync()).WithAsync(scopes);
        (await client.SendAsync(new HttpMethod(method), Path + path)).ShouldFail(403, "insufficient_scope");
    }

    [Fact]
    public async Task Many_onlookers_share_one_read_and_the_next_moment_is_read_anew()
    {
        var client = await server.NewOrganizationAsync();
        var board = EntityId.Parse((await NewBoardAsync(client)).Text("id")!);
        var live = server.Services.GetRequiredService<LiveBoards>();

        var seen = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => live.OfAsync(client.OrganizationNumber, board))));
        Assert.Single(seen.Distinct(ReferenceEqualityComparer.Instance));
        server.Clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.NotSame(seen[0], await live.OfAsync(client.OrganizationNumber, board));

        Assert.Null(await live.OfAsync(client.OrganizationNumber + 1, board));
        (await client.DeleteAsync($"{Path}/{board}")).ShouldBe(204);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await live.OfAsync(client.OrganizationNumber, board));
    }

    private const string Id = "69c3a0754e257b7d18094f9a";

    private static string Fresh() => "b" + Guid.NewGuid().ToString("N");

    private static string Slugs(JsonElement board) => string.Join(' ', board.GetProperty("services").EnumerateArray().Select(s => s.Text("slug")));

    private static async Task<JsonElement> NewBoardAsync(ApiClient client, params object[] services) =>
        (await client.PostAsync(Path, new { name = "Board", slug = Fresh(), services })).ShouldBe(201).Body;
}
