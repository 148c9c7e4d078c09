namespace Exemplar.Server.Tests;

/// <summary>The one story, from the HTTP request to the timeline. A monitor every 60 s with 5 s of grace, told in seconds.</summary>
public sealed class HeartbeatBecomesDowntimeTests
{
    [Fact]
    public async Task A_job_that_stops_calling_in_becomes_a_failing_check_a_down_period_and_a_down_status()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(10));

        var answer = await server.BeatAsync(monitor);
        Assert.Equal("up", answer.GetProperty("status").GetString());
        Assert.Equal("2026-11-23T05:01:10.000Z", answer.GetProperty("next_expected_at").GetString());
        Assert.Equal("2026-11-23T05:01:15.000Z", answer.GetProperty("deadline_at").GetString());

        await server.PassAsync(TimeSpan.FromSeconds(62));
        Assert.Equal("late", await server.StatusAsync(monitor));
        await server.PassAsync(TimeSpan.FromSeconds(4));
        Assert.Equal("down", await server.StatusAsync(monitor));

        Assert.Equal(["up heartbeat 10", "down deadline 75"], await server.HistoryAsync(monitor));
        Assert.Equal(["new 0..10", "up 10..75", "down 75..76"], await server.TimelineAsync(monitor));
        Assert.Equal(
            ["no heartbeat received within expected_interval_minutes + grace_period_minutes (1 + 0.083333 min; last heartbeat 2026-11-23T05:00:10.000Z)"],
            await server.ErrorsAsync(monitor));
    }

    [Fact]
    public async Task While_the_silence_lasts_every_further_interval_is_recorded_and_a_beat_ends_it_at_once()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);

        await server.PassAsync(TimeSpan.FromSeconds(190));
        Assert.Equal("up", (await server.BeatAsync(monitor)).GetProperty("status").GetString());

        Assert.Equal(["down deadline 65", "down deadline 125", "down deadline 185", "up heartbeat 190"], await server.HistoryAsync(monitor));
        Assert.Equal(["new 0..65", "down 65..190"], await server.TimelineAsync(monitor));
    }

    [Fact]
    public async Task A_job_that_keeps_its_promise_is_up_all_the_time()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        for (var minute = 0; minute < 10; minute++)
        {
            await server.BeatAsync(monitor);
            await server.PassAsync(TimeSpan.FromSeconds(minute % 2 == 0 ? 65 : 30));
        }

        Assert.Equal(["up 0..475"], await server.TimelineAsync(monitor));
        Assert.All(await server.HistoryAsync(monitor), line => Assert.StartsWith("up heartbeat", line, StringComparison.Ordinal));
        var timeline = await server.GetAsync($"/api/monitoring/monitors/{monitor}/timeline");
        Assert.Equal(1.0, timeline.GetProperty("uptime").GetDouble());
    }

    [Fact]
    public async Task A_paused_monitor_expects_nothing_and_a_resumed_one_starts_a_fresh_interval()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(30));
        await server.PostAsync($"/api/monitoring/monitors/{monitor}/pause");
        await server.PassAsync(TimeSpan.FromSeconds(200));
        Assert.Equal("paused", (await server.BeatAsync(monitor)).GetProperty("status").GetString());
        await server.PostAsync($"/api/monitoring/monitors/{monitor}/resume");
        await server.PassAsync(TimeSpan.FromSeconds(64));
        Assert.Equal("late", await server.StatusAsync(monitor));
        await server.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(["up 0..30", "paused 30..230", "new 230..295", "down 295..296"], await server.TimelineAsync(monitor));
    }

    [Fact]
    public async Task A_delayed_beat_counts_for_its_own_moment_and_ends_a_downtime_only_if_its_deadline_has_not_passed()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(100));

        Assert.Equal("down", (await server.BeatAsync(monitor, "2026-11-23T05:00:20.000Z")).GetProperty("status").GetString());
        Assert.Equal("up", (await server.BeatAsync(monitor, "2026-11-23T05:01:20.000Z")).GetProperty("status").GetString());
        Assert.Equal(["up 0..65", "down 65..80", "up 80..100"], await server.TimelineAsync(monitor));
        Assert.Equal(["up heartbeat 0", "up heartbeat 20", "down deadline 65", "up heartbeat 80"], await server.HistoryAsync(monitor));
    }
}
