using System.Text.Json;
using Exemplar.Core.Tokens;

namespace Exemplar.Server.Tests.Maintenance;

/// <summary>Maintenance windows over HTTP. The clock stands at 2026-11-23T05:00:00Z, a Monday.</summary>
public sealed class MaintenanceApiTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = "/api/monitoring/maintenance";
    private const string Holidays = "/api/organization/holidays";

    [Fact]
    public async Task A_window_is_made_read_changed_and_listed()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        var made = (await client.PostAsync(Path, new
        {
            title = "Upgrade of the database", severity = "major", owner = "Ops", starts_at = "2026-11-23T10:00:00Z", ends_at = "2026-11-23T12:00:00Z",
            monitor_ids = new[] { monitor.Text("id") }, tags = new[] { "eu" },
        })).ShouldBe(201);
        Assert.Equal($"{Path}/{made.Body.Text("id")}", made.Response.Headers.Location?.ToString());
        Assert.Equal(("upcoming", "major", "2026-11-23T10:00:00.000Z", "test"), (made.Body.Text("state"), made.Body.Text("severity"), made.Body.Text("starts_at"), made.Body.Text("created_by")));
        Assert.True(made.Body.IsNull("current"));
        Assert.Equal("2026-11-23T12:00:00.000Z", Assert.Single(made.Body.GetProperty("next").EnumerateArray()).Text("ends_at"));

        var path = $"{Path}/{made.Body.Text("id")}";
        var changed = (await client.PatchAsync(path, new { starts_at = "2026-11-23T04:30:00Z", tags = Array.Empty<string>() })).ShouldBe(200).Body;
        Assert.Equal(("current", "Ops", 1, 0), (changed.Text("state"), changed.Text("owner"), changed.GetProperty("monitor_ids").GetArrayLength(), changed.GetProperty("tags").GetArrayLength()));
        var told = (await client.PostAsync($"{path}/updates", new { text = "We begin." })).ShouldBe(200).Body;
        Assert.Equal("We begin.", told.GetProperty("updates")[0].Text("text"));
        Assert.Equal(changed.Text("id"), Assert.Single((await client.GetAsync($"{Path}?state=current")).Items).Text("id"));
        Assert.Empty((await client.GetAsync($"{Path}?state=past")).Items);

        Assert.Equal("past", (await client.PostAsync($"{path}/end")).ShouldBe(200).Body.Text("state"));
        (await client.PostAsync($"{path}/end")).ShouldFail(409, "maintenance_not_current");
        (await client.PatchAsync(path, new { title = "Too late" })).ShouldFail(409, "maintenance_over");
        (await client.DeleteAsync(path)).ShouldBe(204);
        Assert.Equal("past", (await client.GetAsync(path)).ShouldBe(200).Body.Text("state"));
        Assert.Equal(changed.Text("id"), Assert.Single((await client.GetAsync($"{Path}?state=past")).Items).Text("id"));
    }

    [Theory]
    [InlineData("""{"starts_at":"9999-12-30T00:00:00Z","ends_at":"9999-12-31T23:59:59.999Z"}""", "ends_at", "starts_at")]
    [InlineData("""{"ends_at":"9999-12-31T23:59:59.999Z","recurrence":{"weekdays":["saturday"],"from":"22:00","to":"02:00","time_zone":"Pacific/Kiritimati"}}""", "ends_at")]
    [InlineData("""{"starts_at":"9999-12-31T23:59:59.999Z","recurrence":{"weekdays":["saturday"],"from":"22:00","to":"02:00","time_zone":"UTC"}}""", "starts_at")]
    [InlineData("""{"starts_at":"9999-12-31T23:59:59.999Z","recurrence":{"cron":"0 22 * * 6","duration_minutes":60,"time_zone":"UTC"}}""", "starts_at")]
    public async Task The_end_of_all_calendars_is_refused(string times, params string[] wrong)
    {
        var client = await server.NewOrganizationAsync();
        (await client.PostAsync(Path, """{"title":"Far","all_monitors":true,""" + times[1..])).ShouldFail(400, "invalid_request", wrong);
    }

    [Fact]
    public async Task What_was_read_can_be_sent_back()
    {
        var client = await server.NewOrganizationAsync();
        var weekly = (await client.PostAsync(Path, new
        {
            title = "Patch night", all_monitors = true,
            recurrence = new { weekdays = new[] { "saturday", "sunday" }, from = "22:00", to = "02:00", time_zone = "Europe/Berlin" },
        })).ShouldBe(201).Body;
        Assert.Equal(["2026-11-28T21:00:00.000Z", "2026-11-29T21:00:00.000Z", "2026-12-05T21:00:00.000Z"], weekly.GetProperty("next").EnumerateArray().Select(n => n.Text("starts_at")));

        var same = (await client.PatchAsync($"{Path}/{weekly.Text("id")}", weekly)).ShouldBe(200).Body;
        Assert.Equal(weekly.GetRawText(), same.GetRawText());

        var cron = (await client.PatchAsync($"{Path}/{weekly.Text("id")}", new
        {
            recurrence = new { cron = "30 2 * * *", duration_minutes = 45, time_zone = "America/New_York" }, ends_at = "2026-11-25T00:00:00Z",
        })).ShouldBe(200).Body;
        Assert.Equal(["2026-11-23T07:30:00.000Z", "2026-11-24T07:30:00.000Z"], cron.GetProperty("next").EnumerateArray().Select(n => n.Text("starts_at")));
        Assert.Equal(45, cron.GetProperty("recurrence").Number("duration_minutes"));

        var once = (await client.PatchAsync($"{Path}/{weekly.Text("id")}", new { recurrence = (object?)null, starts_at = "2026-11-24T00:00:00Z", ends_at = "2026-11-24T01:00:00Z" })).ShouldBe(200).Body;
        Assert.True(once.IsNull("recurrence"));
        Assert.Equal("2026-11-24T00:00:00.000Z", Assert.Single(once.GetProperty("next").EnumerateArray()).Text("starts_at"));
    }

    [Theory]
    [InlineData("""{}""", "title", "starts_at", "ends_at", "monitor_ids")]
    [InlineData("""{"title":"","starts_at":"soon","ends_at":5,"severity":"huge","owner":7,"all_monitors":"yes"}""", "title", "starts_at", "ends_at", "severity", "owner", "all_monitors")]
    [InlineData("""{"title":"x","all_monitors":true,"starts_at":"2026-11-23T10:00:00Z","ends_at":"2026-11-23T10:00:00Z"}""", "ends_at")]
    [InlineData("""{"title":"x","all_monitors":true,"starts_at":"2026-11-23T03:00:00Z","ends_at":"2026-11-23T04:00:00Z"}""", "ends_at")]
    [InlineData("""{"title":"x","all_monitors":true,"starts_at":"2026-11-01T03:00:00Z","ends_at":"2026-11-24T04:00:00Z"}""", "starts_at")]
    [InlineData("""{"title":"x","all_monitors":true,"starts_at":"2026-11-24T03:00:00Z","ends_at":"2028-11-24T04:00:00Z"}""", "ends_at")]
    [InlineData("""{"title":"x","all_monitors":true,"recurrence":"daily"}""", "recurrence")]
    [InlineData("""{"title":"x","all_monitors":true,"recurrence":{}}""", "recurrence.time_zone", "recurrence.weekdays", "recurrence.from", "recurrence.to")]
    [InlineData("""{"title":"x","all_monitors":true,"recurrence":{"cron":"hello","time_zone":"Mars/Olympus","duration_minutes":0.5}}""", "recurrence.cron", "recurrence.time_zone", "recurrence.duration_minutes")]
    [InlineData("""{"title":"x","all_monitors":true,"recurrence":{"cron":"*/5 * * * *","time_zone":"UTC","duration_minutes":6}}""", "recurrence.duration_minutes")]
    [InlineData("""{"title":"x","all_monitors":true,"recurrence":{"cron":"0 0 30 2 *","time_zone":"UTC","duration_minutes":6}}""", "recurrence")]
    [InlineData("""{"title":"x","all_monitors":true,"recurrence":{"weekdays":["funday"],"from":"25:00","to":"9","time_zone":"UTC"}}""", "recurrence.weekdays", "recurrence.from", "recurrence.to")]
    [InlineData("""{"title":"x","starts_at":"2026-11-24T03:00:00Z","ends_at":"2026-11-24T04:00:00Z","monitor_ids":["69c3a0754e257b7d18094f9a","x"]}""", "monitor_ids[0]", "monitor_ids[1]")]
    public async Task A_window_that_makes_no_sense_is_refused_with_every_field_named(string body, params string[] fields)
    {
        var client = await server.NewOrganizationAsync();

        (await client.PostAsync(Path, JsonDocument.Parse(body).RootElement)).ShouldFail(400, "invalid_request", fields);
    }

    [Fact]
    public async Task A_board_tells_of_the_windows_that_touch_its_services()
    {
        var client = await server.NewOrganizationAsync();
        var (monitor, other) = (await client.NewMonitorAsync(), await client.NewMonitorAsync());
        var board = (await client.PostAsync("/api/monitoring/boards", new
        {
            name = "Payments", slug = "payments-in-maintenance",
            services = new[] { new { name = "Ledger", monitor_ids = new[] { monitor.Text("id") } }, new { name = "Mail", monitor_ids = new[] { other.Text("id") } } },
        })).ShouldBe(201).Body.Text("id");
        var now = (await client.PostAsync(Path, new { title = "Upgrade", starts_at = "2026-11-23T05:00:00Z", ends_at = "2026-11-23T06:00:00Z", monitor_ids = new[] { monitor.Text("id") } })).ShouldBe(201).Body.Text("id");
        var soon = (await client.PostAsync(Path, new { title = "Move", starts_at = "2026-11-24T05:00:00Z", ends_at = "2026-11-24T06:00:00Z", all_monitors = true })).ShouldBe(201).Body.Text("id");
        await client.PostAsync(Path, new { title = "Next month", starts_at = "2026-12-24T05:00:00Z", ends_at = "2026-12-24T06:00:00Z", all_monitors = true });

        var told = (await client.GetAsync($"/api/monitoring/boards/{board}/status")).ShouldBe(200).Body.GetProperty("maintenance").EnumerateArray().ToList();
        Assert.Equal(
            [(now, true, "2026-11-23T06:00:00.000Z", "ledger"), (soon, false, "2026-11-24T06:00:00.000Z", "ledger mail")],
            told.Select(m => (m.Text("id"), m.GetProperty("current").GetBoolean(), m.Text("ends_at")!, string.Join(' ', m.GetProperty("services").EnumerateArray().Select(s => s.GetString())))));
    }

    [Fact]
    public async Task Another_organization_finds_nothing_and_a_reader_changes_nothing()
    {
        var client = await server.NewOrganizationAsync();
        var made = (await client.PostAsync(Path, Window())).ShouldBe(201).Body;
        var path = $"{Path}/{made.Text("id")}";
        var stranger = await server.NewOrganizationAsync();
        foreach (var other in (string[])[path, $"{Path}/nonsense"])
        {
            (await stranger.GetAsync(other)).ShouldFail(404, "maintenance_not_found");
            (await stranger.PatchAsync(other, new { title = "Stolen" })).ShouldFail(404, "maintenance_not_found");
            (await stranger.DeleteAsync(other)).ShouldFail(404, "maintenance_not_found");
            (await stranger.PostAsync($"{other}/updates", new { text = "Stolen" })).ShouldFail(404, "maintenance_not_found");
            (await stranger.PostAsync($"{other}/end")).ShouldFail(404, "maintenance_not_found");
        }
        Assert.Empty((await stranger.GetAsync(Path)).Items);
        (await stranger.PostAsync(Path, Window(monitorId: (await client.NewMonitorAsync()).Text("id")))).ShouldFail(400, "invalid_request", "monitor_ids[0]");

        var reader = await client.WithAsync(TokenScopes.Read);
        (await reader.GetAsync(path)).ShouldBe(200);
        (await reader.PostAsync(Path, Window())).ShouldFail(403, "insufficient_scope");
        (await reader.PatchAsync(path, new { title = "x" })).ShouldFail(403, "insufficient_scope");
        (await reader.DeleteAsync(path)).ShouldFail(403, "insufficient_scope");
        (await reader.PostAsync($"{path}/updates", new { text = "x" })).ShouldFail(403, "insufficient_scope");
        (await reader.PostAsync($"{path}/end")).ShouldFail(403, "insufficient_scope");
        (await reader.PutAsync(Holidays, new { holidays = Array.Empty<object>() })).ShouldFail(403, "insufficient_scope");
        (await (await client.WithAsync(TokenScopes.Write)).PutAsync(Holidays, new { holidays = Array.Empty<object>() })).ShouldFail(403, "insufficient_scope");
        (await (await client.WithAsync(TokenScopes.Heartbeat)).GetAsync(Path)).ShouldFail(403, "insufficient_scope");
    }

    [Fact]
    public async Task Updates_have_limits()
    {
        var client = await server.NewOrganizationAsync();
        var path = $"{Path}/{(await client.PostAsync(Path, Window())).ShouldBe(201).Body.Text("id")}/updates";

        (await client.PostAsync(path, new { })).ShouldFail(400, "invalid_request", "text");
        (await client.PostAsync(path, new { text = " " })).ShouldFail(400, "invalid_request", "text");
        (await client.PostAsync(path, new { text = new string('x', 4_001) })).ShouldFail(400, "invalid_request", "text");
        for (var i = 0; i < 200; i++) (await client.PostAsync(path, new { text = "still at it" })).ShouldBe(200);
        (await client.PostAsync(path, new { text = "once more" })).ShouldFail(409, "too_many_maintenance_updates");
    }

    [Fact]
    public async Task Active_hours_are_fields_of_a_monitor()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        Assert.True(monitor.IsNull("active_hours"));
        Assert.True(monitor.GetProperty("observes_holidays").GetBoolean());
        var path = $"{ApiClient.Monitors}/{monitor.Text("id")}";
        var hours = new { time_zone = "Europe/Berlin", days = new { monday = new { from = "09:00", to = "17:00" }, friday = new { from = "22:00", to = "06:00" } } };

        var changed = (await client.PatchAsync(path, new { active_hours = hours, observes_holidays = false })).ShouldBe(200).Body;
        Assert.Equal(JsonSerializer.Serialize(hours), changed.GetProperty("active_hours").GetRawText());
        Assert.False(changed.GetProperty("observes_holidays").GetBoolean());
        Assert.Equal(changed.GetProperty("active_hours").GetRawText(), (await client.GetAsync(path)).Body.GetProperty("active_hours").GetRawText());
        Assert.True((await client.PatchAsync(path, new { active_hours = (object?)null })).ShouldBe(200).Body.IsNull("active_hours"));

        var made = (await client.PostAsync(ApiClient.Monitors, new { kind = "heartbeat", name = "Report", active_hours = hours })).ShouldBe(201).Body;
        Assert.Equal(JsonSerializer.Serialize(hours), made.GetProperty("active_hours").GetRawText());
    }

    [Theory]
    [InlineData("""{"active_hours":"always"}""", "active_hours")]
    [InlineData("""{"active_hours":{}}""", "active_hours.time_zone", "active_hours.days")]
    [InlineData("""{"active_hours":{"time_zone":"CET+1","days":{}}}""", "active_hours.time_zone")]
    [InlineData("""{"active_hours":{"time_zone":"UTC","days":{}}}""", "active_hours.days")]
    [InlineData("""{"active_hours":{"time_zone":"UTC","days":{"monday":{"from":"9"},"someday":{},"sunday":5}},"observes_holidays":1}""", "active_hours.days.monday.from", "active_hours.days.monday.to", "active_hours.days.someday", "active_hours.days.sunday", "observes_holidays")]
    public async Task Active_hours_that_make_no_sense_are_refused(string body, params string[] fields)
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();

        (await client.PatchAsync($"{ApiClient.Monitors}/{monitor.Text("id")}", JsonDocument.Parse(body).RootElement)).ShouldFail(400, "invalid_request", fields);
    }

    [Fact]
    public async Task Holidays_are_replaced_as_a_whole()
    {
        var client = await server.NewOrganizationAsync();
        Assert.Empty((await client.GetAsync(Holidays)).Body.GetProperty("holidays").EnumerateArray());
        (await client.PutAsync(Holidays, new { holidays = new[] { new { day = "2026-12-25", name = "Christmas" }, new { day = "2026-01-01", name = "New Year" } } })).ShouldBe(200);

        Assert.Equal("""{"holidays":[{"day":"2026-01-01","name":"New Year"},{"day":"2026-12-25","name":"Christmas"}]}""", (await client.GetAsync(Holidays)).Text);
        Assert.Empty((await (await server.NewOrganizationAsync()).GetAsync(Holidays)).Body.GetProperty("holidays").EnumerateArray());
        (await client.PutAsync(Holidays, new { })).ShouldFail(400, "invalid_request", "holidays");
        (await client.PutAsync(Holidays, JsonDocument.Parse("""{"holidays":[1,{"day":"25.12.2026"},{"day":"2026-12-25","name":"a"},{"day":"2026-12-25","name":"b"}]}""").RootElement))
            .ShouldFail(400, "invalid_request", "holidays[0]", "holidays[1].day", "holidays[1].name", "holidays[3].day");
        (await client.PutAsync(Holidays, new { holidays = Enumerable.Range(0, 501).Select(i => new { day = new DateOnly(2026, 1, 1).AddDays(i).ToString("yyyy-MM-dd"), name = "x" }) }))
            .ShouldFail(400, "invalid_request", "holidays");
    }

    [Fact]
    public async Task A_status_page_announces_what_touches_its_monitors_and_tells_nothing_of_the_team()
    {
        var client = await server.NewOrganizationAsync();
        await client.NewMonitorAsync("Replica seven", tags: "db");
        await client.NewMonitorAsync("Mail queue", tags: "mail");
        foreach (var (title, tag, day) in ((string, string, int)[])[("Soon", "db", 25), ("Elsewhere", "mail", 24), ("Far ahead", "db", 30 + 2), ("Now", "db", 23)])
        {
            var starts = new DateTime(2026, 11, 1, 4, 0, 0, DateTimeKind.Utc).AddDays(day - 1);
            var made = (await client.PostAsync(Path, new { title, owner = "Eve of the database team", tags = new[] { tag }, starts_at = starts, ends_at = starts.AddHours(4) })).ShouldBe(201).Body;
            (await client.PostAsync($"{Path}/{made.Text("id")}/updates", new { text = $"Told about {title}." })).ShouldBe(200);
        }
        var slug = $"page-{client.OrganizationNumber}";
        (await client.PostAsync("/api/monitoring/boards", new { name = "Platform", slug, published = true, services = new[] { new { name = "Database", tags = new[] { "db" } } } })).ShouldBe(201);

        var page = await client.GetAsync($"/status/{slug}.json");
        var planned = page.Body.GetProperty("maintenance").EnumerateArray().ToList();
        Assert.Equal([("Now", true), ("Soon", false)], planned.Select(m => (m.Text("title")!, m.GetProperty("current").GetBoolean())));
        Assert.Equal("Told about Now.", planned[0].GetProperty("updates")[0].Text("text"));
        var html = (await client.GetAsync($"/status/{slug}")).Text;
        Assert.Contains("Scheduled maintenance", html, StringComparison.Ordinal);
        foreach (var text in (string[])[page.Text, html])
            Assert.All(["Eve of", "Replica seven", "Elsewhere", "Far ahead", "\"by\"", ">test<"], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    private static object Window(string? monitorId = null) => monitorId is null
        ? new { title = "Upgrade", starts_at = "2026-11-24T00:00:00Z", ends_at = "2026-11-24T01:00:00Z", all_monitors = true }
        : new { title = "Upgrade", starts_at = "2026-11-24T00:00:00Z", ends_at = "2026-11-24T01:00:00Z", monitor_ids = new[] { monitorId } };
}
