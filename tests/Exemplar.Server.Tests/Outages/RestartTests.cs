using Exemplar.Server.Outages;
using Exemplar.Storage;
using Exemplar.Storage.Outages;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Outages;

/// <summary>Verdicts stay true across restarts and clock steps. A monitor every 60 s with 5 s of grace.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task What_was_expected_while_the_server_was_away_is_unknown_and_the_next_expected_moment_counts_again()
    {
        var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(30));
        server = await server.RestartAfterAsync(TimeSpan.FromSeconds(60));
        await server.RoundAsync();

        Assert.Equal("unknown", await server.StatusAsync(monitor));
        Assert.Equal(["Exemplar was not running from 2026-11-23T05:00:30.000Z to 2026-11-23T05:01:30.000Z"], await server.ErrorsAsync(monitor));

        await server.PassAsync(TimeSpan.FromSeconds(36));
        Assert.Equal("down", await server.StatusAsync(monitor));
        Assert.Equal(["up heartbeat 0", "unknown deadline 65", "down deadline 125"], await server.HistoryAsync(monitor));
        Assert.Equal(["up 0..65", "unknown 65..125", "down 125..126"], await server.TimelineAsync(monitor));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_beat_right_after_the_restart_does_not_hide_that_nobody_was_watching()
    {
        var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        server = await server.RestartAfterAsync(TimeSpan.FromSeconds(90));

        Assert.Equal("up", (await server.BeatAsync(monitor)).GetProperty("status").GetString());
        Assert.Equal(["up heartbeat 0", "unknown deadline 65", "up heartbeat 90"], await server.HistoryAsync(monitor));
        Assert.Equal(["up 0..65", "unknown 65..90"], await server.TimelineAsync(monitor));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_monitor_that_was_down_is_still_down_after_a_restart_since_the_same_moment()
    {
        var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(70));
        var before = await server.GetAsync($"/api/monitoring/monitors/{monitor}");
        server = await server.RestartAfterAsync(TimeSpan.FromSeconds(600));
        await server.RoundAsync();
        var after = await server.GetAsync($"/api/monitoring/monitors/{monitor}");

        Assert.Equal("down", after.GetProperty("status").GetString());
        Assert.Equal(before.GetProperty("since").GetString(), after.GetProperty("since").GetString());
        Assert.Equal(["new 0..65", "down 65..670"], await server.TimelineAsync(monitor));
        Assert.Equal(["down deadline 65", "unknown deadline 125"], await server.HistoryAsync(monitor));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_restart_between_two_expected_moments_changes_nothing()
    {
        var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(10));
        server = await server.RestartAfterAsync(TimeSpan.FromSeconds(20));
        await server.PassAsync(TimeSpan.FromSeconds(36));

        Assert.Equal(["up 0..65", "down 65..66"], await server.TimelineAsync(monitor));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_process_that_was_held_up_does_not_take_its_own_pause_for_the_job_s_silence()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(60));
        server.Clock.Advance(TimeSpan.FromSeconds(8));
        await server.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal("unknown", await server.StatusAsync(monitor));
        Assert.StartsWith("Exemplar was not running from", Assert.Single(await server.ErrorsAsync(monitor)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_beat_that_comes_through_before_anybody_has_looked_is_not_judged_by_the_process_s_own_pause()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(60));
        server.Clock.AdvanceUnnoticed(TimeSpan.FromSeconds(30));
        await server.BeatAsync(monitor);

        Assert.Equal(["up heartbeat 0", "unknown deadline 65", "up heartbeat 90"], await server.HistoryAsync(monitor));
    }

    [Fact]
    public async Task The_first_heartbeat_that_can_be_stored_again_does_not_judge_the_time_in_which_none_could()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(59));
        server.Services.GetRequiredService<OutageWatch>().StorageFailed(server.Clock.GetUtcNow());
        for (var second = 0; second < 40; second++) server.LookAfter(TimeSpan.FromSeconds(1));
        await server.BeatAsync(monitor);

        Assert.Equal(["up heartbeat 0", "unknown deadline 65", "up heartbeat 99"], await server.HistoryAsync(monitor));
        Assert.Equal(["Exemplar could not store heartbeats from 2026-11-23T05:00:59.000Z to 2026-11-23T05:01:39.000Z"], await server.ErrorsAsync(monitor));
    }

    [Fact]
    public async Task The_first_sign_of_life_after_a_refusal_brings_it_to_disk_so_that_a_kill_makes_it_not_forgotten()
    {
        await using var server = await StoryServer.StartAsync();
        await server.PassAsync(TimeSpan.FromSeconds(10));
        server.Services.GetRequiredService<OutageWatch>().StorageFailed(server.Clock.GetUtcNow());
        await server.PassAsync(TimeSpan.FromSeconds(0.5));
        var now = server.Clock.GetUtcNow();
        server.Clock.Advance(TimeSpan.FromSeconds(0.5));
        await server.Services.GetRequiredService<LivenessWorker>().RoundAsync(CancellationToken.None);

        Assert.Null(server.Services.GetRequiredService<OutageWatch>().StorageFailsSince);
        var stored = await server.Services.GetRequiredService<OutageStore>().LoadAsync(now, CancellationToken.None);
        Assert.StartsWith("Exemplar could not store heartbeats from 2026-11-23T05:00:10.000Z",
            stored.Interrupting(now, now, now)?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_makes_nobody_late()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(20));
        server.Clock.Set(TimeSpan.FromHours(1));
        await server.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal("unknown", await server.StatusAsync(monitor));
        Assert.StartsWith("Exemplar's clock jumped from", Assert.Single(await server.ErrorsAsync(monitor)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_clock_was_set_back_silence_is_noticed_one_interval_and_grace_later()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.BeatAsync(monitor);
        await server.PassAsync(TimeSpan.FromSeconds(1));
        server.Clock.Set(TimeSpan.FromHours(-1));
        await server.PassAsync(TimeSpan.FromSeconds(62));
        Assert.Equal("late", await server.StatusAsync(monitor));
        await server.PassAsync(TimeSpan.FromSeconds(5));

        Assert.Equal("down", await server.StatusAsync(monitor));
    }

    [Fact]
    public async Task A_state_survives_a_restart_with_heartbeats_that_were_never_saved_to_its_row()
    {
        var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        for (var beat = 0; beat < 300; beat++)
        {
            await server.BeatAsync(monitor);
            if (beat % 10 == 0) await server.PassAsync(TimeSpan.FromSeconds(1));
        }
        var before = await server.GetAsync($"/api/monitoring/monitors/{monitor}");
        server = await server.RestartAfterAsync(TimeSpan.Zero);
        var after = await server.GetAsync($"/api/monitoring/monitors/{monitor}");

        Assert.Equal(before.ToString(), after.ToString());
        Assert.Equal(300, (await server.HistoryAsync(monitor)).Length);
        Assert.Equal("sqlite", server.Services.GetRequiredService<StorageEngine>().Name);
        await server.DisposeAsync();
    }
}
