using System.Text.Json;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Maintenance;

/// <summary>
/// Planned work from end to end, workers included: nobody is woken for it. The story begins at 2026-11-23T05:00:00Z; a monitor
/// every 60 s with 5 s of grace.
/// </summary>
public sealed class MaintenanceStoryTests
{
    private const string Path = "/api/monitoring/maintenance";

    [Fact]
    public async Task A_miss_in_a_window_alerts_nobody_and_does_not_count_and_after_it_silence_counts_again()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0, tags: "eu");
        await server.BeatAsync(monitor);
        await server.PostAsync(Path, new { title = "Upgrade", starts_at = "2026-11-23T05:01:00Z", ends_at = "2026-11-23T05:10:00Z", tags = new[] { "eu" } });
        await server.PassAsync(TimeSpan.FromMinutes(8));

        Assert.Equal("maintenance", await server.StatusAsync(monitor));
        Assert.Empty(await server.IncidentsAsync());
        Assert.Empty(receiver.Requests);
        var timeline = await server.GetAsync($"/api/monitoring/monitors/{monitor}/timeline");
        Assert.Equal((1.0, 0.0), (timeline.GetProperty("uptime").GetDouble(), timeline.GetProperty("downtime_seconds").GetDouble()));
        var checks = (await server.GetAsync($"/api/monitoring/monitors/{monitor}/checks?outcome=unknown")).GetProperty("items");
        Assert.Equal(
            "maintenance: Upgrade (from 2026-11-23T05:01:00.000Z to 2026-11-23T05:10:00.000Z)", Assert.Single(checks.EnumerateArray()).GetProperty("error").GetString());

        await server.PassAsync(TimeSpan.FromSeconds(186));
        Assert.Equal("down", await server.StatusAsync(monitor));
        Assert.Equal("2026-11-23T05:10:05.000Z", Assert.Single(await server.IncidentsAsync("?status=open")).GetProperty("opened_at").GetString());
        Assert.Equal(["down"], receiver.Requests.Select(Event));
    }

    [Fact]
    public async Task A_downtime_ends_with_the_beginning_of_the_window_and_its_incident_says_so()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(70));
        var window = await server.PostAsync(Path, new { title = "Upgrade", starts_at = "2026-11-23T05:02:00Z", ends_at = "2026-11-23T05:30:00Z", monitor_ids = new[] { monitor } });
        await server.PassAsync(TimeSpan.FromSeconds(60));

        Assert.Equal("maintenance", await server.StatusAsync(monitor));
        var closed = Assert.Single(await server.IncidentsAsync("?status=resolved"));
        Assert.Equal("2026-11-23T05:02:00.000Z", closed.GetProperty("resolved_at").GetString());
        Assert.Contains(closed.GetProperty("events").EnumerateArray(), e =>
            e.GetProperty("kind").GetString() == "left" && e.GetProperty("text").GetString() == "A maintenance window or another quiet time of the monitor began.");

        // Ended early: what is expected from now on counts again, and is told anew.
        await server.PostAsync($"{Path}/{window.GetProperty("id").GetString()}/end");
        await server.PassAsync(TimeSpan.FromSeconds(120));
        Assert.Equal("down", await server.StatusAsync(monitor));
        Assert.Single(await server.IncidentsAsync("?status=open"));
        Assert.Equal(2, receiver.Requests.Select(Event).Count(e => e == "down"));
    }

    [Fact]
    public async Task Outside_its_active_hours_and_on_holidays_a_job_may_be_silent()
    {
        await using var server = await StoryServer.StartAsync();
        // Monday, 5:00 in UTC; work ends at 5:02 and begins again at 5:06 of Tuesday, which is a holiday.
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        using var patch = await server.Http.PatchAsync($"/api/monitoring/monitors/{monitor}", System.Net.Http.Json.JsonContent.Create(new
        {
            active_hours = new { time_zone = "UTC", days = new { monday = new { from = "04:00", to = "05:02" }, tuesday = new { from = "05:06", to = "06:00" } } },
        }));
        patch.EnsureSuccessStatusCode();
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(59));
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal("maintenance", await server.StatusAsync(monitor));
        Assert.Empty(await server.IncidentsAsync());
        var timeline = (await server.GetAsync($"/api/monitoring/monitors/{monitor}/timeline")).GetProperty("periods").EnumerateArray().Last();
        Assert.StartsWith("outside active hours (Mon 04:00-05:02, Tue 05:06-06:00 UTC; from ", timeline.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_still_holds_after_a_restart_and_our_own_absence_in_it_is_no_other_matter()
    {
        var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PostAsync(Path, new { title = "Upgrade", starts_at = "2026-11-23T05:01:00Z", ends_at = "2026-11-23T05:30:00Z", all_monitors = true });
        await server.PassAsync(TimeSpan.FromMinutes(2));
        await using var restarted = await server.RestartAfterAsync(TimeSpan.FromMinutes(5));
        await restarted.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("maintenance", await restarted.StatusAsync(monitor));
        Assert.Equal(["up", "maintenance"], await StatusesAsync(restarted, monitor));
        Assert.Single((await restarted.GetAsync($"/api/monitoring/monitors/{monitor}/checks?outcome=unknown")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_beat_in_the_window_brings_the_monitor_up_at_once_and_says_so()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PostAsync(Path, new { title = "Upgrade", starts_at = "2026-11-23T05:00:00Z", ends_at = "2026-11-23T05:30:00Z", all_monitors = true });
        await server.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("maintenance", await server.StatusAsync(monitor));

        Assert.Equal("up", (await server.BeatAsync(monitor)).GetProperty("status").GetString());
        Assert.Equal("up", await server.StatusAsync(monitor));
        // Heard too late to bring it up, a beat tells how it stands.
        await server.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("maintenance", (await server.BeatAsync(monitor, "2026-11-23T05:03:00Z")).GetProperty("status").GetString());
    }

    private static string? Event(ReceivedRequest request) => request.Json.GetProperty("event").GetString();

    private static async Task<string[]> StatusesAsync(StoryServer server, string monitor) =>
        [.. (await server.GetAsync($"/api/monitoring/monitors/{monitor}/timeline")).GetProperty("periods").EnumerateArray().Select(p => p.GetProperty("status").GetString()!)];
}
