using System.Net.Http.Json;
using System.Text.Json;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Incidents;

/// <summary>From silence to somebody who hears of it, over HTTP from end to end. A monitor every 60 s with 5 s of grace.</summary>
public sealed class IncidentStoryTests
{
    [Fact]
    public async Task A_missed_heartbeat_opens_an_incident_and_is_told_once_and_a_beat_closes_it_and_is_told()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(66));

        var incident = Assert.Single(await server.IncidentsAsync("?status=open"));
        Assert.Equal((1, "Nightly backup is down", "2026-11-23T05:01:05.000Z"),
            (incident.GetProperty("number").GetInt32(), incident.GetProperty("title").GetString(), incident.GetProperty("opened_at").GetString()));
        Assert.Equal(monitor, incident.GetProperty("monitor_ids")[0].GetString());
        Assert.StartsWith("no heartbeat received within", incident.GetProperty("cause").GetString(), StringComparison.Ordinal);
        Assert.Equal("worker-01", incident.GetProperty("last_heartbeat").GetProperty("metadata").GetProperty("hostname").GetString());
        Assert.Equal(["down"], receiver.Requests.Select(Event));
        var told = receiver.Requests.Single().Json;
        Assert.Equal((incident.GetProperty("id").GetString(), monitor), (told.GetProperty("incident").GetProperty("id").GetString(), told.GetProperty("monitor").GetProperty("id").GetString()));

        await server.PassAsync(TimeSpan.FromSeconds(200));
        await server.BeatAsync(monitor);
        await server.FollowUpAsync();

        Assert.Equal(["down", "recovered"], receiver.Requests.Select(Event));
        Assert.Empty(await server.IncidentsAsync("?status=open"));
        var closed = Assert.Single(await server.IncidentsAsync("?status=resolved&monitor_id=" + monitor));
        Assert.Equal("2026-11-23T05:04:26.000Z", closed.GetProperty("resolved_at").GetString());
        Assert.Equal(["down", "alert_delivered", "recovered", "resolved", "alert_delivered"], Kinds(closed));
        Assert.All(Events(closed).Where(e => e.GetProperty("kind").GetString() == "alert_delivered"),
            e => Assert.Equal("On call", e.GetProperty("channel").GetString()));
    }

    [Fact]
    public async Task The_alert_carries_the_runbook_of_its_monitor()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        (await server.Http.PatchAsJsonAsync("/api/monitoring/monitors/" + monitor, new { runbook_url = "https://wiki.example.com/backup" })).EnsureSuccessStatusCode();
        await server.PassAsync(TimeSpan.FromSeconds(66));
        Assert.Equal("https://wiki.example.com/backup", receiver.Requests.Single().Json.GetProperty("incident").GetProperty("runbook").GetString());
    }

    [Fact]
    public async Task An_incident_links_to_the_runbooks_of_its_monitors_as_they_are_now()
    {
        await using var server = await StoryServer.StartAsync();
        var (first, second) = (await server.CreateMonitorAsync(1, 5 / 60.0), await server.CreateMonitorAsync(1, 5 / 60.0));
        foreach (var monitor in new[] { first, second })
            (await server.Http.PatchAsJsonAsync("/api/monitoring/monitors/" + monitor, new { runbook_url = "https://wiki.example.com/" + monitor, tags = new[] { "db" } })).EnsureSuccessStatusCode();
        await server.PassAsync(TimeSpan.FromSeconds(66));

        var listed = Assert.Single(await server.IncidentsAsync("?status=open"));
        Assert.Equal(
            [(first, "https://wiki.example.com/" + first), (second, "https://wiki.example.com/" + second)],
            listed.GetProperty("monitors").EnumerateArray().Select(m => (m.GetProperty("id").GetString()!, m.GetProperty("runbook_url").GetString()!)));

        (await server.Http.PatchAsJsonAsync("/api/monitoring/monitors/" + second, new { runbook_url = "" })).EnsureSuccessStatusCode();
        (await server.Http.DeleteAsync("/api/monitoring/monitors/" + first)).EnsureSuccessStatusCode();
        var read = await server.Http.GetFromJsonAsync<JsonElement>("/api/monitoring/incidents/" + listed.GetProperty("id").GetString());
        Assert.All(read.GetProperty("monitors").EnumerateArray(), m => Assert.Equal(JsonValueKind.Null, m.GetProperty("runbook_url").ValueKind));
    }

    [Fact]
    public async Task A_restart_tells_nobody_anything_again()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(66));
        await using var restarted = await server.RestartAfterAsync(TimeSpan.FromMinutes(10));
        await restarted.PassAsync(TimeSpan.FromSeconds(130));

        Assert.Equal(["down"], receiver.Requests.Select(Event));
        Assert.Single(await restarted.IncidentsAsync());
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_with_the_same_id_and_hears_of_the_recovery_after_the_downtime()
    {
        var healthy = false;
        await using var receiver = await FakeService.StartAsync(_ => healthy ? FakeAnswer.Ok : new FakeAnswer(500, "out of order"));
        await using var server = await StoryServer.StartAsync();
        var channel = await server.CreateWebhookAsync(receiver.Address);
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(80));
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(10));
        var failing = await server.GetAsync($"/api/monitoring/channels/{channel}");
        healthy = true;
        await server.PassAsync(TimeSpan.FromSeconds(50));

        Assert.Contains("500", failing.GetProperty("last_failure").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.String, failing.GetProperty("failing_since").ValueKind);
        var events = receiver.Requests.Select(Event).ToList();
        Assert.True(events.Count >= 4, string.Join(' ', events));
        Assert.Equal("recovered", events[^1]);
        Assert.All(events[..^1], e => Assert.Equal("down", e));
        Assert.Single(receiver.Requests.Where(r => Event(r) == "down").Select(r => r.Header("X-Exemplar-Delivery")).Distinct());
        Assert.Equal(JsonValueKind.Null, (await server.GetAsync($"/api/monitoring/channels/{channel}")).GetProperty("failing_since").ValueKind);
    }

    [Fact]
    public async Task Monitors_that_fail_together_on_one_host_are_one_incident_and_each_is_told()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        var (one, two) = (await server.CreateMonitorAsync(1, 5 / 60.0, name: "One"), await server.CreateMonitorAsync(1, 5 / 60.0, name: "Two"));
        var apart = await server.CreateMonitorAsync(1, 5 / 60.0, name: "Apart");
        await server.BeatAsync(one);
        await server.BeatAsync(two);
        await server.PassAsync(TimeSpan.FromSeconds(67));

        var incidents = await server.IncidentsAsync();
        Assert.Equal(2, incidents.Length);
        var together = Assert.Single(incidents, i => i.GetProperty("monitor_ids").GetArrayLength() == 2);
        Assert.Equal("2 monitors are down: host worker-01", together.GetProperty("title").GetString());
        Assert.Equal([one, two, apart], receiver.Requests.Select(r => r.Json.GetProperty("monitor").GetProperty("id").GetString()!).OrderBy(id => Array.IndexOf([one, two, apart], id)));

        await server.BeatAsync(one);
        await server.FollowUpAsync();
        Assert.Equal("open", (await IncidentAsync(server, together)).GetProperty("status").GetString());
        await server.BeatAsync(two);
        await server.FollowUpAsync();
        Assert.Equal("resolved", (await IncidentAsync(server, together)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task People_acknowledge_snooze_write_notes_and_resolve_by_hand()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(66));
        var path = "/api/monitoring/incidents/" + (await server.IncidentsAsync())[0].GetProperty("id").GetString();

        var acknowledged = await server.PostAsync(path + "/acknowledge", new { });
        Assert.Equal(("2026-11-23T05:01:06.000Z", "First admin token"),
            (acknowledged.GetProperty("acknowledged_at").GetString(), acknowledged.GetProperty("acknowledged_by").GetString()));
        Assert.Equal("2026-11-23T09:00:00.000Z", (await server.PostAsync(path + "/snooze", new { until = "2026-11-23T09:00:00Z" })).GetProperty("snoozed_until").GetString());
        await server.PostAsync(path + "/notes", new { text = "The **disk** was full." });
        var resolved = await server.PostAsync(path + "/resolve", new { });
        Assert.Equal("resolved", resolved.GetProperty("status").GetString());
        Assert.Equal(["down", "acknowledged", "snoozed", "note", "resolved"], Kinds(resolved));

        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(66));
        Assert.Equal([2, 1], (await server.IncidentsAsync()).Select(i => i.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task A_monitor_that_is_removed_while_it_is_down_ends_its_incident()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(66));
        (await server.Http.DeleteAsync("/api/monitoring/monitors/" + monitor)).EnsureSuccessStatusCode();
        await server.FollowUpAsync();

        var incident = Assert.Single(await server.IncidentsAsync("?status=resolved"));
        Assert.Equal(["down", "left", "resolved"], Kinds(incident));
        Assert.Equal("Nightly backup", incident.GetProperty("monitors")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_reminder_comes_while_nobody_has_acknowledged()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        (await server.Http.PatchAsJsonAsync("/api/organization", new { reminder_minutes = 1 })).EnsureSuccessStatusCode();
        await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(65 + 125));
        Assert.Equal(["down", "reminder", "reminder"], receiver.Requests.Select(Event));

        await server.PostAsync("/api/monitoring/incidents/" + (await server.IncidentsAsync())[0].GetProperty("id").GetString() + "/acknowledge", new { });
        await server.PassAsync(TimeSpan.FromSeconds(125));
        Assert.Equal(3, receiver.Requests.Count);
    }

    [Fact]
    public async Task The_severity_of_a_monitor_goes_along_and_a_reminder_names_the_one_that_matters_most()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        (await server.Http.PatchAsJsonAsync("/api/organization", new { reminder_minutes = 1 })).EnsureSuccessStatusCode();
        var low = await server.CreateMonitorAsync(1, 5 / 60.0, name: "Low", tags: "db");
        await server.PassAsync(TimeSpan.FromSeconds(5));
        var critical = await server.CreateMonitorAsync(1, 5 / 60.0, name: "Critical", tags: "db");
        foreach (var (monitor, severity) in new[] { (low, "low"), (critical, "critical") })
            (await server.Http.PatchAsJsonAsync($"/api/monitoring/monitors/{monitor}", new { severity })).EnsureSuccessStatusCode();
        await server.PassAsync(TimeSpan.FromSeconds(66 + 62));
        await server.PostAsync("/api/monitoring/incidents/" + Assert.Single(await server.IncidentsAsync()).GetProperty("id").GetString() + "/resolve", new { });
        await server.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(
            ["down Critical critical", "down Low low", "recovered Critical critical", "recovered Low low", "reminder Critical critical"],
            receiver.Requests.Select(r => $"{Event(r)} {Monitor(r, "name")} {Monitor(r, "severity")}").Order());
        Assert.Equal("db", receiver.Requests.Single(r => Event(r) == "reminder").Json.GetProperty("monitor").GetProperty("tags")[0].GetString());

        static string Monitor(ReceivedRequest request, string field) => request.Json.GetProperty("monitor").GetProperty(field).GetString()!;
    }

    private static async Task<JsonElement> IncidentAsync(StoryServer server, JsonElement incident) =>
        await server.GetAsync("/api/monitoring/incidents/" + incident.GetProperty("id").GetString());

    private static string Event(ReceivedRequest request) => request.Json.GetProperty("event").GetString()!;

    private static JsonElement.ArrayEnumerator Events(JsonElement incident) => incident.GetProperty("events").EnumerateArray();

    private static IEnumerable<string> Kinds(JsonElement incident) => Events(incident).Select(e => e.GetProperty("kind").GetString()!);
}
