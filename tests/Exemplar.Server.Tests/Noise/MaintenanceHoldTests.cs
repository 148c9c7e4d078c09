namespace Exemplar.Server.Tests.Noise;

/// <summary>A monitor that is down while one that it depends on is in a maintenance window. Everything begins at 05:00:00.</summary>
public sealed class MaintenanceHoldTests
{
    private const string Held = "held: held: Host is in maintenance until 2026-11-23T05:10:00Z";

    [Fact]
    public async Task Nobody_hears_of_the_jobs_of_a_host_that_is_silent_in_its_window_and_their_incidents_say_why()
    {
        await using var story = await NoiseStory.StartAsync();
        var (host, job) = await HostAndJobAsync(story);
        await WindowAsync(story, host);
        await story.PassAsync(70);

        Assert.Equal("maintenance", await story.Server.StatusAsync(host));
        Assert.Empty(story.Told);
        Assert.Contains(Held, await story.HappenedAsync(job));
        var held = Assert.Single(await story.IncidentsAsync(job)).GetProperty("held_by");
        Assert.Equal((host, "Host"), (held.GetProperty("id").GetString(), held.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_host_that_still_beats_in_its_window_holds_its_jobs_too()
    {
        await using var story = await NoiseStory.StartAsync();
        var (host, job) = await HostAndJobAsync(story);
        await WindowAsync(story, host);
        await story.PassAsync(50);
        await story.BeatAsync(host);
        await story.PassAsync(20);

        Assert.Equal(("up", "down"), (await story.Server.StatusAsync(host), await story.Server.StatusAsync(job)));
        Assert.Empty(story.Told);
        Assert.Contains(Held, await story.HappenedAsync(job));
    }

    [Fact]
    public async Task When_the_window_ends_a_job_that_calls_in_was_never_told_of_and_one_that_does_not_is()
    {
        await using var story = await NoiseStory.StartAsync();
        var (host, lost) = await HostAndJobAsync(story);
        var back = await story.CreateAsync("Back", null, host);
        await WindowAsync(story, host);
        await story.PassAsync(9.5 * 60);
        await story.BeatAsync(host);
        await story.PassAsync(60);
        await story.BeatAsync(host);
        await story.BeatAsync(back);
        Assert.Empty(story.Told);
        Assert.Contains("released", await story.HappenedAsync(lost));
        await story.PassAsync(30);
        Assert.Empty(story.Told);

        await story.PassAsync(10);
        Assert.Equal(["down Job"], story.Told);
    }

    [Fact]
    public async Task A_host_that_does_not_come_back_after_its_window_is_the_one_that_is_told_of()
    {
        await using var story = await NoiseStory.StartAsync();
        var (host, job) = await HostAndJobAsync(story);
        await WindowAsync(story, host);
        await story.PassAsync(13 * 60);

        Assert.Equal(["down Host"], story.Told);
        Assert.Contains("held: held: Host is down", await story.HappenedAsync(job));
    }

    [Fact]
    public async Task A_window_that_is_ended_early_lets_go()
    {
        await using var story = await NoiseStory.StartAsync();
        var (host, _) = await HostAndJobAsync(story);
        var window = await WindowAsync(story, host);
        await story.PassAsync(70);
        await story.BeatAsync(host);
        await story.Server.PostAsync($"/api/monitoring/maintenance/{window}/end");
        for (var minute = 0; minute < 7; minute++)
        {
            await story.PassAsync(55);
            await story.BeatAsync(host);
        }

        Assert.Equal(["down Job"], story.Told);
    }

    [Fact]
    public async Task A_host_that_is_down_when_its_window_begins_goes_on_holding()
    {
        await using var story = await NoiseStory.StartAsync();
        var (host, job) = await HostAndJobAsync(story);
        await story.PassAsync(66);
        Assert.Equal(["down Host"], story.Told);
        await WindowAsync(story, host, from: "05:01:30");
        await story.PassAsync(120);

        Assert.Equal("maintenance", await story.Server.StatusAsync(host));
        Assert.Equal(["down Host", "recovered Host"], story.Told);
        Assert.Contains(Held, await story.HappenedAsync(job));
    }

    [Fact]
    public async Task A_late_job_is_not_told_of_either()
    {
        await using var story = await NoiseStory.StartAsync();
        var (host, job) = await HostAndJobAsync(story);
        await story.EditAsync($"/api/monitoring/monitors/{job}", new { alert_policy = new { announce_late = true } });
        await WindowAsync(story, host);
        await story.BeatAsync(job);
        await story.PassAsync(50);
        await story.BeatAsync(host);
        await story.PassAsync(14);

        Assert.Equal(("up", "late"), (await story.Server.StatusAsync(host), await story.Server.StatusAsync(job)));
        Assert.Empty(story.Told);
    }

    [Fact]
    public async Task Hours_at_which_a_host_is_not_watched_say_nothing_about_its_jobs()
    {
        await using var story = await NoiseStory.StartAsync();
        var (host, _) = await HostAndJobAsync(story);
        var sundays = new { time_zone = "UTC", days = new { sunday = new { from = "08:00", to = "09:00" } } };
        await story.EditAsync($"/api/monitoring/monitors/{host}", new { active_hours = sundays });
        await story.PassAsync(70);

        Assert.Equal("maintenance", await story.Server.StatusAsync(host));
        Assert.Equal(["down Job"], story.Told);
    }

    private static async Task<(string Host, string Job)> HostAndJobAsync(NoiseStory story)
    {
        var host = await story.CreateAsync("Host");
        return (host, await story.CreateAsync("Job", null, host));
    }

    private static async Task<string> WindowAsync(NoiseStory story, string host, string from = "05:00:30") =>
        (await story.Server.PostAsync("/api/monitoring/maintenance", new
        {
            title = "Reboot", starts_at = $"2026-11-23T{from}Z", ends_at = "2026-11-23T05:10:00Z", monitor_ids = new[] { host },
        })).GetProperty("id").GetString()!;
}
