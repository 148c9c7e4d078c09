using System.Net.Http.Json;
using System.Text.Json;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Routing;

/// <summary>
/// Who is told, and who next when nobody acknowledges, over HTTP from end to end. A monitor every 60 s with 5 s of grace goes down at
/// 05:01:05 on Monday, 23 November 2026.
/// </summary>
public sealed class EscalationStoryTests : IAsyncLifetime
{
    private FakeService _ops = null!, _pager = null!;
    private StoryServer _server = null!;
    private string _opsId = "", _pagerId = "";

    public async ValueTask InitializeAsync()
    {
        _ops = await FakeService.StartAsync(FakeAnswer.Ok);
        _pager = await FakeService.StartAsync(FakeAnswer.Ok);
        _server = await StoryServer.StartAsync();
        (_opsId, _pagerId) = (await ChannelAsync("#ops", _ops), await ChannelAsync("Pager", _pager));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _ops.DisposeAsync();
        await _pager.DisposeAsync();
    }

    [Fact]
    public async Task When_nobody_acknowledges_the_next_step_is_told_once_and_both_hear_of_the_recovery()
    {
        await RouteAsync("Databases", new { }, Step(0, _opsId), Step(1, _pagerId));
        var monitor = await _server.CreateMonitorAsync(1, 5 / 60.0);
        await _server.PassAsync(TimeSpan.FromSeconds(66));
        Assert.Equal((1, 0), (_ops.Requests.Count, _pager.Requests.Count));
        await _server.PassAsync(TimeSpan.FromSeconds(58));
        Assert.Empty(_pager.Requests);
        await _server.PassAsync(TimeSpan.FromSeconds(120));

        Assert.Equal(["down"], Events(_ops));
        var told = Assert.Single(_pager.Requests).Json;
        Assert.Equal(("down", "nobody acknowledged within 1 min (step 2 of route Databases)"), (told.GetProperty("event").GetString(), told.GetProperty("escalated").GetString()));
        Assert.Equal((monitor, "2026-11-23T05:01:05.000Z"), (told.GetProperty("monitor").GetProperty("id").GetString(), told.GetProperty("monitor").GetProperty("since").GetString()));
        Assert.False(told.TryGetProperty("stale", out _));
        Assert.False(_ops.Requests.Single().Json.TryGetProperty("escalated", out _));
        await _server.BeatAsync(monitor);
        await _server.FollowUpAsync();

        Assert.Equal(["down", "recovered"], Events(_ops));
        Assert.Equal(["down", "recovered"], Events(_pager));
        var events = Assert.Single(await _server.IncidentsAsync()).GetProperty("events").EnumerateArray().ToList();
        var escalated = Assert.Single(events, e => e.GetProperty("kind").GetString() == "escalated");
        Assert.Equal("step 2 of route Databases: told Pager, because nobody acknowledged within 1 min", escalated.GetProperty("text").GetString());
    }

    [Fact]
    public async Task When_somebody_acknowledges_in_time_nobody_else_is_told()
    {
        await RouteAsync("Databases", new { }, Step(0, _opsId), Step(1, _pagerId));
        var monitor = await _server.CreateMonitorAsync(1, 5 / 60.0);
        await _server.PassAsync(TimeSpan.FromSeconds(100));
        await _server.PostAsync(await IncidentPathAsync() + "/acknowledge", new { });
        await _server.PassAsync(TimeSpan.FromSeconds(120));
        await _server.BeatAsync(monitor);
        await _server.FollowUpAsync();

        Assert.Equal(["down", "recovered"], Events(_ops));
        Assert.Empty(_pager.Requests);
    }

    [Fact]
    public async Task A_snoozed_incident_goes_on_when_the_snooze_ends()
    {
        await RouteAsync("Databases", new { }, Step(0, _opsId), Step(1, _pagerId));
        await _server.CreateMonitorAsync(1, 5 / 60.0);
        await _server.PassAsync(TimeSpan.FromSeconds(70));
        await _server.PostAsync(await IncidentPathAsync() + "/snooze", new { until = "2026-11-23T05:04:00Z" });
        await _server.PassAsync(TimeSpan.FromSeconds(169));
        Assert.Empty(_pager.Requests);
        await _server.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(["down"], Events(_pager));
    }

    [Fact]
    public async Task What_goes_down_outside_the_hours_is_told_when_they_begin_unless_somebody_is_at_it()
    {
        var hours = new { time_zone = "Europe/Berlin", days = new[] { "monday" }, from = "06:04", to = "18:00" };
        await RouteAsync("Office hours", new { hours }, Step(0, _opsId));
        await _server.CreateMonitorAsync(1, 5 / 60.0, name: "Told later");
        await _server.CreateMonitorAsync(1, 15 / 60.0, name: "Somebody is at it");
        await _server.PassAsync(TimeSpan.FromSeconds(80));
        var incident = Assert.Single(await _server.IncidentsAsync(), i => i.GetProperty("title").GetString()!.StartsWith("Somebody", StringComparison.Ordinal));
        await _server.PostAsync($"/api/monitoring/incidents/{incident.GetProperty("id").GetString()}/acknowledge", new { });
        await _server.PassAsync(TimeSpan.FromSeconds(159));
        Assert.Empty(_ops.Requests);
        await _server.PassAsync(TimeSpan.FromSeconds(60));

        var told = Assert.Single(_ops.Requests).Json;
        Assert.Equal(("Told later", "the hours of the route began (step 1 of route Office hours)"),
            (told.GetProperty("monitor").GetProperty("name").GetString(), told.GetProperty("escalated").GetString()));
    }

    [Fact]
    public async Task Whoever_is_on_call_at_that_moment_is_told_and_an_override_counts()
    {
        await using var ben = await FakeService.StartAsync(FakeAnswer.Ok);
        var benId = await ChannelAsync("Ben's telephone", ben);
        var rotation = (await _server.PostAsync("/api/monitoring/rotations", new
        {
            name = "On-call", time_zone = "UTC", hand_over = new { every = "daily", at = "09:00" }, starts_at = "2026-11-20T09:00:00Z",
            participants = new[] { new { name = "Ana", channel_id = _pagerId }, new { name = "Ben", channel_id = benId } },
            overrides = new[] { new { from = "2026-11-23T05:02:00Z", to = "2026-11-23T05:03:00Z", participant = "Ben" } },
        })).GetProperty("id").GetString()!;
        await RouteAsync("Databases", new { }, new { after_minutes = 0, targets = new[] { new { rotation_id = rotation } } }, new { after_minutes = 1, targets = new[] { new { rotation_id = rotation } } });
        await _server.CreateMonitorAsync(1, 5 / 60.0);
        await _server.PassAsync(TimeSpan.FromSeconds(66));
        Assert.Equal((1, 0), (_pager.Requests.Count, ben.Requests.Count));
        await _server.PassAsync(TimeSpan.FromSeconds(62));

        Assert.Equal((1, 1), (_pager.Requests.Count, ben.Requests.Count));
        Assert.Contains((await _server.IncidentsAsync())[0].GetProperty("events").EnumerateArray(), e =>
            e.GetProperty("text").GetString() == "step 2 of route Databases: told Ben (Ben's telephone), because nobody acknowledged within 1 min");
    }

    [Fact]
    public async Task A_restart_in_between_loses_no_step_and_repeats_none()
    {
        await RouteAsync("Databases", new { }, Step(0, _opsId), Step(1, _pagerId), Step(2, _opsId));
        await _server.CreateMonitorAsync(1, 5 / 60.0);
        await _server.PassAsync(TimeSpan.FromSeconds(70));
        _server = await _server.RestartAfterAsync(TimeSpan.FromMinutes(3));
        await _server.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["down"], Events(_pager));
        _server = await _server.RestartAfterAsync(TimeSpan.FromMinutes(3));
        await _server.PassAsync(TimeSpan.FromSeconds(90));

        Assert.Equal((1, 1), (_ops.Requests.Count, _pager.Requests.Count));
        Assert.Contains((await _server.IncidentsAsync())[0].GetProperty("events").EnumerateArray(), e =>
            e.GetProperty("text").GetString() == "step 3 of route Databases: told nobody who was not told already, because nobody acknowledged within 2 min");
    }

    [Fact]
    public async Task An_incident_of_several_monitors_escalates_once_and_its_end_is_told_once()
    {
        await RouteAsync("Databases", new { tags = new[] { "db" } }, Step(0, _opsId), Step(1, _pagerId));
        var monitors = new List<string>();
        for (var i = 1; i <= 3; i++) monitors.Add(await _server.CreateMonitorAsync(1, 5 / 60.0, name: $"Database {i}", tags: "db"));
        await _server.PassAsync(TimeSpan.FromSeconds(140));

        Assert.Equal(["down", "down", "down"], Events(_ops));
        var told = Assert.Single(_pager.Requests).Json;
        Assert.Equal((3, "Database 1 Database 2 Database 3"),
            (told.GetProperty("monitors").GetInt32(), string.Join(' ', told.GetProperty("names").EnumerateArray().Select(n => n.GetString()))));
        foreach (var monitor in monitors[..2]) await _server.BeatAsync(monitor);
        await _server.FollowUpAsync();
        Assert.Single(_pager.Requests);
        await _server.BeatAsync(monitors[2]);
        await _server.FollowUpAsync();

        Assert.Equal(["down", "recovered"], Events(_pager));
        Assert.Equal(3, Events(_ops).Count(e => e == "recovered"));
    }

    [Fact]
    public async Task A_channel_that_is_told_in_several_ways_is_told_once()
    {
        await _server.Http.PatchAsJsonAsync($"/api/monitoring/channels/{_opsId}", new { all_monitors = true });
        await RouteAsync("One", new { }, Step(0, _opsId, _pagerId));
        await RouteAsync("Two", new { }, Step(0, _pagerId), Step(1, _opsId, _pagerId));
        await _server.CreateMonitorAsync(1, 5 / 60.0);
        await _server.PassAsync(TimeSpan.FromSeconds(140));

        Assert.Equal((1, 1), (_ops.Requests.Count, _pager.Requests.Count));
    }

    [Fact]
    public async Task A_route_for_what_is_critical_is_told_of_nothing_else_and_the_preview_says_so_before()
    {
        await RouteAsync("Critical", new { severities = new[] { "critical" } }, Step(0, _opsId), Step(1, _pagerId));
        await RouteAsync("Everything by day", new { hours = new { time_zone = "UTC", from = "08:00", to = "18:00" } }, Step(0, _opsId));
        var normal = await _server.CreateMonitorAsync(1, 5 / 60.0, name: "Normal");
        var critical = await _server.CreateMonitorAsync(1, 5 / 60.0, name: "Critical");
        (await _server.Http.PatchAsJsonAsync($"/api/monitoring/monitors/{critical}", new { severity = "critical" })).EnsureSuccessStatusCode();

        Assert.Equal(["05:01:05 Critical 1 #ops", "05:02:05 Critical 2 Pager", "08:00:00 Everything by day 1 "], await PreviewAsync(critical));
        Assert.Equal(["08:00:00 Everything by day 1 #ops"], await PreviewAsync(normal));
        await _server.PassAsync(TimeSpan.FromSeconds(140));
        Assert.Equal(["Critical"], _ops.Requests.Select(r => r.Json.GetProperty("monitor").GetProperty("name").GetString()));
        Assert.Equal(["Critical"], _pager.Requests.Select(r => r.Json.GetProperty("monitor").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_route_that_is_removed_escalates_no_further()
    {
        var route = await RouteAsync("Databases", new { }, Step(0, _opsId), Step(1, _pagerId));
        await _server.CreateMonitorAsync(1, 5 / 60.0);
        await _server.PassAsync(TimeSpan.FromSeconds(70));
        (await _server.Http.DeleteAsync("/api/monitoring/routes/" + route)).EnsureSuccessStatusCode();
        await _server.PassAsync(TimeSpan.FromSeconds(80));

        Assert.Empty(_pager.Requests);
    }

    [Fact]
    public async Task A_later_step_matters_as_much_as_the_worst_of_what_is_down()
    {
        await RouteAsync("Databases", new { }, Step(0, _opsId), Step(1, _pagerId));
        await _server.CreateMonitorAsync(1, 5 / 60.0, name: "Normal", tags: "db");
        var critical = await _server.CreateMonitorAsync(1, 5 / 60.0, name: "Critical", tags: "db");
        (await _server.Http.PatchAsJsonAsync($"/api/monitoring/monitors/{critical}", new { severity = "critical" })).EnsureSuccessStatusCode();
        await _server.PassAsync(TimeSpan.FromSeconds(130));

        var told = Assert.Single(_pager.Requests).Json;
        Assert.Equal((2, "critical"), (told.GetProperty("monitors").GetInt32(), told.GetProperty("monitor").GetProperty("severity").GetString()));
    }

    [Fact]
    public async Task Who_heard_of_an_incident_by_a_later_step_hears_of_its_end_also_when_the_last_of_it_was_never_told_of()
    {
        await RouteAsync("Databases", new { }, Step(0, _opsId), Step(1, _pagerId));
        var told = await _server.CreateMonitorAsync(1, 5 / 60.0, name: "Told", tags: "db");
        var waiting = await _server.CreateMonitorAsync(1, 5 / 60.0, name: "Waiting", tags: "db");
        (await _server.Http.PatchAsJsonAsync($"/api/monitoring/monitors/{waiting}", new { alert_policy = new { alert_after = 5 } })).EnsureSuccessStatusCode();
        await _server.PassAsync(TimeSpan.FromSeconds(130));
        Assert.Equal(["down"], Events(_pager));
        await _server.BeatAsync(told);
        await _server.FollowUpAsync();
        Assert.Equal(["down"], Events(_pager));
        await _server.BeatAsync(waiting);
        await _server.FollowUpAsync();

        Assert.Equal(["down", "recovered"], Events(_pager));
        Assert.Equal(["down", "recovered"], Events(_ops));
    }

    [Fact]
    public async Task A_late_heartbeat_is_told_by_the_first_step_of_a_route_that_takes_it_now_and_escalates_no_further()
    {
        await RouteAsync("Databases", new { tags = new[] { "db" } }, Step(0, _opsId), Step(1, _pagerId));
        await RouteAsync("By day", new { hours = new { time_zone = "UTC", from = "08:00", to = "18:00" } }, Step(0, _pagerId));
        var late = await _server.CreateMonitorAsync(1, 10, name: "Late", tags: "db");
        await _server.CreateMonitorAsync(1, 10, name: "Other");
        (await _server.Http.PatchAsJsonAsync("/api/organization", new { default_alert_policy = new { announce_late = true } })).EnsureSuccessStatusCode();
        await _server.PassAsync(TimeSpan.FromSeconds(200));

        var told = Assert.Single(_ops.Requests).Json;
        Assert.Equal(("late", late), (told.GetProperty("event").GetString(), told.GetProperty("monitor").GetProperty("id").GetString()));
        Assert.Empty(_pager.Requests);
    }

    private async Task<string[]> PreviewAsync(string monitor) =>
    [
        .. (await _server.PostAsync("/api/monitoring/routes/preview", new { monitor_id = monitor, at = "2026-11-23T05:01:05Z" })).GetProperty("steps").EnumerateArray()
            .Select(s => $"{s.GetProperty("at").GetString()![11..19]} {s.GetProperty("route").GetString()} {s.GetProperty("step").GetInt32()} "
                + string.Join(", ", s.GetProperty("told").EnumerateArray().Select(t => t.GetProperty("channel").GetString()))),
    ];

    private async Task<string> ChannelAsync(string name, FakeService service) => (await _server.PostAsync(
        "/api/monitoring/channels", new { kind = "webhook", name, config = new { url = service.Address }, all_monitors = false })).GetProperty("id").GetString()!;

    private async Task<string> RouteAsync(string name, object which, params object[] steps)
    {
        var route = JsonSerializer.SerializeToNode(which)!.AsObject();
        route["name"] = name;
        route["steps"] = JsonSerializer.SerializeToNode(steps);
        return (await _server.PostAsync("/api/monitoring/routes", route)).GetProperty("id").GetString()!;
    }

    private static object Step(double after, params string[] channels) =>
        new { after_minutes = after, targets = channels.Select(id => new { channel_id = id }).ToArray() };

    private async Task<string> IncidentPathAsync() =>
        "/api/monitoring/incidents/" + (await _server.IncidentsAsync("?status=open"))[0].GetProperty("id").GetString();

    private static IEnumerable<string> Events(FakeService service) => service.Requests.Select(r => r.Json.GetProperty("event").GetString()!);
}
