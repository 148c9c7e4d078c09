using System.Text.Json;
using Exemplar.Core.Tokens;

namespace Exemplar.Server.Tests.Routing;

/// <summary>Routes and rotations over HTTP. The clock stands at 05:00 on Monday, 23 November 2026.</summary>
public sealed class RoutingApiTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Routes = "/api/monitoring/routes";
    private const string Rotations = "/api/monitoring/rotations";
    private const string Missing = "0123456789abcdef01234567";

    [Fact]
    public async Task A_route_is_made_read_changed_and_removed()
    {
        var client = await server.NewOrganizationAsync();
        var (channel, rotation) = (await ChannelAsync(client), await RotationAsync(client));
        var monitor = (await client.NewMonitorAsync()).Text("id");
        var created = (await client.PostAsync(Routes, new
        {
            name = "  Databases ", tags = new[] { "db" }, monitor_ids = new[] { monitor, monitor }, severities = new[] { "critical", "high" },
            hours = new { time_zone = "Europe/Berlin", days = new[] { "monday", "friday" }, from = "18:00", to = "24:00" },
            steps = new object[]
            {
                new { targets = new[] { new { channel_id = channel } } },
                new { after_minutes = 2.5, targets = new object[] { new { rotation_id = rotation }, new { channel_id = channel } } },
            },
        })).ShouldBe(201);
        var path = $"{Routes}/{created.Body.Text("id")}";
        Assert.Equal(path, created.Response.Headers.Location?.ToString());
        Assert.Equal(("Databases", false), (created.Body.Text("name"), created.Body.GetProperty("all_monitors").GetBoolean()));
        Assert.Equal($"[\"{monitor}\"]", created.Body.GetProperty("monitor_ids").GetRawText());
        Assert.Equal("""["critical","high"]""", created.Body.GetProperty("severities").GetRawText());
        Assert.Equal("""{"time_zone":"Europe/Berlin","days":["monday","friday"],"from":"18:00","to":"24:00"}""", created.Body.GetProperty("hours").GetRawText());
        Assert.Equal([0, 2.5], created.Body.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("after_minutes").GetDouble()));
        Assert.Equal(rotation, created.Body.GetProperty("steps")[1].GetProperty("targets")[0].Text("rotation_id"));
        Assert.Equal(created.Text, (await client.GetAsync(path)).ShouldBe(200).Text);

        var changed = (await client.PatchAsync(path, new { name = "All", all_monitors = true, hours = (object?)null })).ShouldBe(200).Body;
        Assert.Equal(("All", JsonValueKind.Null, 2), (changed.Text("name"), changed.GetProperty("hours").ValueKind, changed.GetProperty("steps").GetArrayLength()));
        Assert.Equal(["All"], (await client.GetAsync(Routes)).Items.Select(r => r.Text("name")));
        Assert.Equal(0, changed.GetProperty("missing").GetArrayLength());
        (await client.DeleteAsync($"{ApiClient.Monitors}/{monitor}")).ShouldBe(204);
        Assert.Equal($"[\"{monitor}\"]", (await client.GetAsync(path)).Body.GetProperty("missing").GetRawText());
        (await client.DeleteAsync(path)).ShouldBe(204);
        (await client.GetAsync(path)).ShouldFail(404, "route_not_found");
        (await client.DeleteAsync(path)).ShouldFail(404, "route_not_found");
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_route_is_named_at_once()
    {
        var client = await server.NewOrganizationAsync();
        var channel = await ChannelAsync(client);
        (await client.PostAsync(Routes, new { })).ShouldFail(400, "invalid_request", "name", "steps");
        (await client.PostAsync(Routes, new
        {
            name = new string('x', 101), tags = new[] { "" }, monitor_ids = new[] { "zz", Missing }, board_ids = new[] { Missing }, severities = new[] { "urgent" },
            hours = new { time_zone = "../../etc/passwd", days = new[] { "caturday" }, from = "25:00" },
            steps = new object[]
            {
                new { after_minutes = 1, targets = Array.Empty<object>() },
                new { after_minutes = 5, targets = new object[] { new { channel_id = channel, rotation_id = Missing }, new { channel_id = Missing }, new { rotation_id = Missing }, "x" } },
                new { after_minutes = 5, targets = new[] { new { channel_id = channel } } },
                new { after_minutes = 1441, targets = new[] { new { channel_id = channel } } },
                7,
            },
        })).ShouldFail(400, "invalid_request",
            "board_ids[0]", "hours.days[0]", "hours.from", "hours.time_zone", "hours.to", "monitor_ids[0]", "monitor_ids[1]", "name", "severities[0]",
            "steps[0].after_minutes", "steps[0].targets", "steps[1].targets[0]", "steps[1].targets[1].channel_id", "steps[1].targets[2].rotation_id",
            "steps[1].targets[3]", "steps[2].after_minutes", "steps[3].after_minutes", "steps[4]", "tags");
        (await client.PostAsync(Routes, Simple(channel, all: false))).ShouldFail(400, "invalid_request", "all_monitors");
        (await client.PostAsync(Routes, new { name = "Many", steps = Enumerable.Range(0, 11).Select(i => new { after_minutes = i, targets = new[] { new { channel_id = channel } } }) }))
            .ShouldFail(400, "invalid_request", "steps");
        var route = (await client.PostAsync(Routes, Simple(channel))).ShouldBe(201).Body.Text("id");
        (await client.PatchAsync($"{Routes}/{route}", new { all_monitors = false })).ShouldFail(400, "invalid_request", "all_monitors");
        (await client.PatchAsync($"{Routes}/{route}", new { name = (string?)null, steps = (object?)null })).ShouldFail(400, "invalid_request", "name", "steps");
    }

    [Fact]
    public async Task Another_organization_is_not_there()
    {
        var (client, stranger) = (await server.NewOrganizationAsync(), await server.NewOrganizationAsync());
        var (channel, rotation) = (await ChannelAsync(client), await RotationAsync(client));
        var monitor = (await client.NewMonitorAsync()).Text("id");
        var board = (await client.PostAsync("/api/monitoring/boards", new { name = "Their board", slug = "their-board" })).ShouldBe(201).Body.Text("id");
        var route = (await client.PostAsync(Routes, Simple(channel))).ShouldBe(201).Body.Text("id");

        (await stranger.GetAsync($"{Routes}/{route}")).ShouldFail(404, "route_not_found");
        (await stranger.PatchAsync($"{Routes}/{route}", new { name = "Mine" })).ShouldFail(404, "route_not_found");
        (await stranger.DeleteAsync($"{Routes}/{route}")).ShouldFail(404, "route_not_found");
        (await stranger.GetAsync($"{Rotations}/{rotation}")).ShouldFail(404, "rotation_not_found");
        (await stranger.GetAsync($"{Rotations}/{rotation}/on-call")).ShouldFail(404, "rotation_not_found");
        (await stranger.PatchAsync($"{Rotations}/{rotation}", new { name = "Mine" })).ShouldFail(404, "rotation_not_found");
        (await stranger.DeleteAsync($"{Rotations}/{rotation}")).ShouldFail(404, "rotation_not_found");
        Assert.Empty((await stranger.GetAsync(Routes)).Items);
        Assert.Empty((await stranger.GetAsync(Rotations)).Items);
        (await stranger.PostAsync($"{Routes}/preview", new { monitor_id = monitor })).ShouldFail(400, "invalid_request", "monitor_id");
        (await stranger.PostAsync(Routes, new
        {
            name = "Stolen", monitor_ids = new[] { monitor }, board_ids = new[] { board },
            steps = new[] { new { targets = new object[] { new { channel_id = channel }, new { rotation_id = rotation } } } },
        })).ShouldFail(400, "invalid_request", "board_ids[0]", "monitor_ids[0]", "steps[0].targets[0].channel_id", "steps[0].targets[1].rotation_id");
        (await stranger.PostAsync(Rotations, Rotation(channel!))).ShouldFail(400, "invalid_request", "participants[0].channel_id", "participants[1].channel_id");
    }

    [Fact]
    public async Task Only_admins_change_routing_and_readers_may_ask_who_is_on_call_and_who_would_be_told()
    {
        var client = await server.NewOrganizationAsync();
        var writer = await client.WithAsync(TokenScopes.Write);
        var (channel, rotation) = (await ChannelAsync(client), await RotationAsync(client));
        var monitor = (await client.NewMonitorAsync()).Text("id");
        (await writer.GetAsync(Routes)).ShouldFail(403, "insufficient_scope");
        (await writer.PostAsync(Routes, Simple(channel))).ShouldFail(403, "insufficient_scope");
        (await writer.PostAsync(Rotations, Rotation(channel))).ShouldFail(403, "insufficient_scope");
        (await writer.DeleteAsync($"{Rotations}/{rotation}")).ShouldFail(403, "insufficient_scope");
        (await (await client.WithAsync(TokenScopes.Heartbeat)).GetAsync($"{Rotations}/{rotation}/on-call")).ShouldFail(403, "insufficient_scope");

        var reader = await client.WithAsync(TokenScopes.Read);
        Assert.Equal("Ana", (await reader.GetAsync($"{Rotations}/{rotation}/on-call")).ShouldBe(200).Body.Text("participant"));
        Assert.Equal(0, (await reader.PostAsync($"{Routes}/preview", new { monitor_id = monitor })).ShouldBe(200).Body.GetProperty("steps").GetArrayLength());
        (await reader.PostAsync($"{Routes}/preview", new { at = "1850-01-01T00:00:00Z" })).ShouldFail(400, "invalid_request", "at", "monitor_id");
    }

    [Fact]
    public async Task A_rotation_says_who_is_on_call_and_who_takes_over()
    {
        var client = await server.NewOrganizationAsync();
        var channel = await ChannelAsync(client);
        var created = (await client.PostAsync(Rotations, Rotation(channel))).ShouldBe(201);
        var path = $"{Rotations}/{created.Body.Text("id")}";
        Assert.Equal((path, "Ana"), (created.Response.Headers.Location?.ToString(), created.Body.Text("on_call")));
        Assert.Equal("""{"every":"weekly","day":"monday","at":"09:00"}""", created.Body.GetProperty("hand_over").GetRawText());
        Assert.Equal(created.Text, (await client.GetAsync(path)).ShouldBe(200).Text);

        var now = (await client.GetAsync(path + "/on-call")).ShouldBe(200).Body;
        Assert.Equal(
            ("2026-11-23T05:00:00.000Z", "Ana", channel, "2026-11-23T08:00:00.000Z", "Ben"),
            (now.Text("at"), now.Text("participant"), now.Text("channel_id"), now.Text("until"), now.Text("next")));
        Assert.Equal("Ben", (await client.GetAsync(path + "/on-call?at=2026-11-23T09:00:00%2B01:00")).ShouldBe(200).Body.Text("participant"));
        Assert.Equal(JsonValueKind.Null, (await client.GetAsync(path + "/on-call?at=2020-01-01T00:00:00Z")).ShouldBe(200).Body.GetProperty("participant").ValueKind);
        (await client.GetAsync(path + "/on-call?at=yesterday")).ShouldFail(400, "invalid_request", "at");
        (await client.GetAsync(path + "/on-call?at=0001-01-02T00:00:00Z")).ShouldFail(400, "invalid_request", "at");

        var overridden = (await client.PatchAsync(path, new { overrides = new[] { new { from = "2026-11-23T04:00:00Z", to = "2026-11-23T06:00:00Z", participant = "ben" } } })).ShouldBe(200).Body;
        Assert.Equal("Ben", overridden.Text("on_call"));
        Assert.Equal("Ana", (await client.PatchAsync(path, new { participants = new[] { new { name = "Ana", channel_id = channel } } })).ShouldBe(200).Body.Text("on_call"));
    }

    [Fact]
    public async Task Whoever_is_on_call_stays_so_when_others_join_or_leave()
    {
        var client = await server.NewOrganizationAsync();
        var channel = await ChannelAsync(client);
        object[] People(params string[] names) => [.. names.Select(name => new { name, channel_id = channel })];
        // Three hand-overs ago: it is Ben's turn.
        var made = (await client.PostAsync(Rotations, new
        {
            name = "Operations", time_zone = "UTC", hand_over = new { every = "daily", at = "04:00" }, starts_at = "2026-11-20T04:00:00Z", participants = People("Ana", "Ben"),
        })).ShouldBe(201).Body;
        Assert.Equal("Ben", made.Text("on_call"));
        var path = $"{Rotations}/{made.Text("id")}";

        Assert.Equal("Ben", (await client.PatchAsync(path, new { participants = People("Ana", "Ben", "Cho") })).ShouldBe(200).Body.Text("on_call"));
        Assert.Equal(("Ben", "Cho"), await OnCallAsync());
        Assert.Equal("Ben", (await client.PatchAsync(path, new { participants = People("Ben", "Cho") })).ShouldBe(200).Body.Text("on_call"));
        // Who takes over from somebody who leaves is the next of those who stay.
        Assert.Equal("Cho", (await client.PatchAsync(path, new { participants = People("Dan", "Cho", "Eve") })).ShouldBe(200).Body.Text("on_call"));
        Assert.Equal(("Cho", "Eve"), await OnCallAsync());
        // Who says when the first begins means it.
        Assert.Equal("Dan", (await client.PatchAsync(path, new { starts_at = "2026-11-23T04:00:00Z" })).ShouldBe(200).Body.Text("on_call"));

        async Task<(string?, string?)> OnCallAsync() =>
            (await client.GetAsync(path + "/on-call")).ShouldBe(200).Body is var now ? (now.Text("participant"), now.Text("next")) : default;
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_rotation_is_named_at_once()
    {
        var client = await server.NewOrganizationAsync();
        var channel = await ChannelAsync(client);
        (await client.PostAsync(Rotations, new { })).ShouldFail(400, "invalid_request", "hand_over", "name", "participants", "time_zone");
        (await client.PostAsync(Rotations, new
        {
            name = "", time_zone = "Mars/Olympus", hand_over = new { every = "weekly", at = "9 o'clock" }, starts_at = "1066-10-14T09:00:00Z",
            participants = new object[] { new { name = "Ana", channel_id = channel }, new { name = "ANA", channel_id = Missing }, new { channel_id = "x" }, 7 },
            overrides = new object[]
            {
                new { from = "2026-11-24T00:00:00Z", to = "2026-11-23T00:00:00Z", participant = "Zoe" }, new { from = "2026-01-01T00:00:00Z", to = "2028-01-01T00:00:00Z", participant = "Ana" }, new { },
            },
        })).ShouldFail(400, "invalid_request",
            "hand_over.at", "hand_over.day", "name", "overrides[0].participant", "overrides[0].to", "overrides[1].to", "overrides[2].from", "overrides[2].participant",
            "overrides[2].to", "participants[1].channel_id", "participants[1].name", "participants[2].channel_id", "participants[2].name", "participants[3]", "starts_at", "time_zone");
    }

    [Fact]
    public async Task What_a_route_relies_on_is_not_removed_and_the_answer_names_the_route()
    {
        var client = await server.NewOrganizationAsync();
        var (channel, rotation) = (await ChannelAsync(client), await RotationAsync(client));
        var board = (await client.PostAsync("/api/monitoring/boards", new { name = "Relied on", slug = "relied-on" })).ShouldBe(201).Body.Text("id");
        var route = (await client.PostAsync(Routes, new
        {
            name = "Night shift", board_ids = new[] { board }, steps = new[] { new { targets = new object[] { new { channel_id = channel }, new { rotation_id = rotation } } } },
        })).ShouldBe(201).Body.Text("id");

        foreach (var (path, code) in new[]
                 {
                     ($"/api/monitoring/channels/{channel}", "channel_in_use"), ($"{Rotations}/{rotation}", "rotation_in_use"), ($"/api/monitoring/boards/{board}", "board_in_use"),
                 })
            Assert.Contains("route Night shift", (await client.DeleteAsync(path)).ShouldFail(409, code).Body.Text("detail"), StringComparison.Ordinal);
        (await client.DeleteAsync($"{Routes}/{route}")).ShouldBe(204);
        (await client.DeleteAsync($"{Rotations}/{rotation}")).ShouldBe(204);
        (await client.DeleteAsync($"/api/monitoring/boards/{board}")).ShouldBe(204);
        (await client.DeleteAsync($"/api/monitoring/channels/{channel}")).ShouldBe(204);
    }

    [Fact]
    public async Task A_monitor_has_a_severity_and_lists_are_narrowed_by_it()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync("Ordinary");
        Assert.Equal("normal", monitor.Text("severity"));
        var critical = (await client.PostAsync(ApiClient.Monitors, new { kind = "heartbeat", name = "Critical", severity = "critical" })).ShouldBe(201).Body;
        Assert.Equal(["Critical"], (await client.GetAsync(ApiClient.Monitors + "?severity=critical")).Items.Select(m => m.Text("name")));
        var path = $"{ApiClient.Monitors}/{critical.Text("id")}";
        Assert.Equal("low", (await client.PatchAsync(path, new { severity = "low" })).ShouldBe(200).Body.Text("severity"));
        Assert.Equal("low", (await client.PatchAsync(path, new { name = "Renamed" })).ShouldBe(200).Body.Text("severity"));
        (await client.PatchAsync(path, new { severity = "fatal" })).ShouldFail(400, "invalid_request", "severity");
    }

    private static async Task<string> ChannelAsync(ApiClient client) => (await client.PostAsync(
        "/api/monitoring/channels", new { kind = "webhook", name = "Hook", config = new { url = "https://example.com/hook" }, all_monitors = false })).ShouldBe(201).Body.Text("id")!;

    private static async Task<string> RotationAsync(ApiClient client) =>
        (await client.PostAsync(Rotations, Rotation(await ChannelAsync(client)))).ShouldBe(201).Body.Text("id")!;

    // Hands over at 09:00 in Berlin, which is 08:00 UTC, on Mondays. Ana began a week ago.
    private static object Rotation(string channel) => new
    {
        name = "On-call", time_zone = "Europe/Berlin", hand_over = new { every = "weekly", day = "monday", at = "09:00" }, starts_at = "2026-11-16T08:00:00Z",
        participants = new[] { new { name = "Ana", channel_id = channel }, new { name = "Ben", channel_id = channel } },
    };

    private static object Simple(string? channel, bool all = true) =>
        new { name = "Simple", all_monitors = all, steps = new[] { new { targets = new[] { new { channel_id = channel } } } } };
}
