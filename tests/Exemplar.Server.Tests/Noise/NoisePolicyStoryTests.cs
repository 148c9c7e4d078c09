using System.Text.Json;

namespace Exemplar.Server.Tests.Noise;

/// <summary>What people hear, and what the incident says of what they do not hear.</summary>
public sealed class NoisePolicyStoryTests
{
    [Fact]
    public async Task Three_failed_checks_are_asked_for_and_the_incident_says_how_many_there_are()
    {
        await using var story = await NoiseStory.StartAsync();
        var monitor = await story.CreateAsync("Backup", new { alert_after = 3 });
        await story.PassAsync(66);

        Assert.Empty(story.Told);
        Assert.Equal("down", await story.Server.StatusAsync(monitor));
        Assert.Equal(["down", "waiting: 1 of 3 failed checks"], await story.HappenedAsync(monitor));
        Assert.Equal("1 of 3 failed checks", (await story.IncidentsAsync(monitor))[0].GetProperty("monitors")[0].GetProperty("waiting").GetString());

        await story.PassAsync(60);
        Assert.Empty(story.Told);
        Assert.Equal(["down", "waiting: 1 of 3 failed checks", "waiting: 2 of 3 failed checks"], await story.HappenedAsync(monitor));

        await story.PassAsync(60);
        Assert.Equal(["down Backup"], story.Told);
        Assert.Equal(JsonValueKind.Null, (await story.IncidentsAsync(monitor))[0].GetProperty("monitors")[0].GetProperty("waiting").ValueKind);
        await story.PassAsync(200);
        await story.BeatAsync(monitor);
        Assert.Equal(["down Backup", "recovered Backup"], story.Told);
    }

    [Fact]
    public async Task A_monitor_that_comes_back_before_enough_checks_failed_was_never_told_of()
    {
        await using var story = await NoiseStory.StartAsync();
        var monitor = await story.CreateAsync("Backup", new { alert_after = 2 });
        await story.PassAsync(70);
        await story.BeatAsync(monitor);
        await story.PassAsync(30);

        Assert.Empty(story.Told);
        Assert.Equal(["down", "waiting: 1 of 2 failed checks", "recovered", "resolved"], await story.HappenedAsync(monitor));
    }

    [Fact]
    public async Task Two_of_the_last_four_are_told_also_when_they_are_not_in_a_row()
    {
        await using var story = await NoiseStory.StartAsync();
        var monitor = await story.CreateAsync("Backup", new { alert_after = 2, alert_after_of_last = 4 });
        await story.PassAsync(66);
        await story.BeatAsync(monitor);
        await story.PassAsync(40);
        await story.BeatAsync(monitor);
        Assert.Empty(story.Told);
        await story.PassAsync(66);

        Assert.Equal(["down Backup"], story.Told);
        Assert.Equal(2, (await story.IncidentsAsync(monitor)).Length);
    }

    [Fact]
    public async Task Three_good_checks_are_asked_for_before_it_is_over_and_a_miss_in_between_is_no_new_incident()
    {
        await using var story = await NoiseStory.StartAsync();
        var monitor = await story.CreateAsync("Backup", new { recover_after = 3, flapping = false });
        await story.PassAsync(66);
        await story.BeatAsync(monitor);
        await story.PassAsync(66);
        Assert.Equal(["down Backup"], story.Told);
        Assert.Equal(["down", "alert_delivered", "recovering: 1 of 3 good checks", "down"], await story.HappenedAsync(monitor));

        for (var beat = 0; beat < 3; beat++)
        {
            await story.BeatAsync(monitor);
            Assert.Equal("up", await story.Server.StatusAsync(monitor));
            Assert.Equal(["down Backup"], story.Told);
            await story.PassAsync(40);
        }
        Assert.Equal(["down Backup", "recovered Backup"], story.Told);
        Assert.Equal("resolved", Assert.Single(await story.IncidentsAsync(monitor)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_monitor_that_flaps_is_told_once_and_then_only_how_it_settles()
    {
        await using var story = await NoiseStory.StartAsync();
        var monitor = await story.CreateAsync("Backup", new { flapping_changes = 4, flapping_within_minutes = 12 });
        for (var round = 0; round < 6; round++)
        {
            await story.PassAsync(66);
            await story.BeatAsync(monitor);
        }
        // Twice they were told as ever; the third downtime is the fifth change.
        Assert.Equal(["down Backup", "recovered Backup", "down Backup", "recovered Backup", "down Backup"], story.Told);
        Assert.Equal("is flapping: 5 changes in 12 min; nothing more is told until it settles", story.Receiver.Requests.Last().Json.GetProperty("note").GetString());
        var flapping = (await story.IncidentsAsync(monitor))[0];
        Assert.Equal(("open", true), (flapping.GetProperty("status").GetString(), flapping.GetProperty("flapping").GetBoolean()));

        for (var beat = 0; beat < 7; beat++)
        {
            await story.PassAsync(55);
            await story.BeatAsync(monitor);
        }
        Assert.Equal(6, story.Told.Length);
        Assert.Equal("recovered Backup", story.Told[^1]);
        Assert.StartsWith("settled: it has been up since", story.Receiver.Requests.Last().Json.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.Equal("resolved", (await story.IncidentsAsync(monitor))[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_monitor_that_settles_down_is_told_to_be_down_still_and_reminded_of_from_then_on()
    {
        await using var story = await NoiseStory.StartAsync();
        var monitor = await story.CreateAsync("Backup", new { flapping_changes = 3, flapping_within_minutes = 6, remind_every_minutes = 5 });
        await story.PassAsync(66);
        await story.BeatAsync(monitor);
        await story.PassAsync(66);
        Assert.Equal(["down Backup", "recovered Backup", "down Backup"], story.Told);
        await story.PassAsync(4 * 60 - 5);
        Assert.Equal(3, story.Told.Length);
        await story.PassAsync(10);
        Assert.Equal("reminder Backup", story.Told[^1]);
        await story.PassAsync(5 * 60);
        Assert.Equal(5, story.Told.Length);
    }

    [Fact]
    public async Task A_late_heartbeat_is_told_once_for_each_expected_moment_when_somebody_wants_to_hear_of_it()
    {
        await using var story = await NoiseStory.StartAsync();
        await story.EditAsync("/api/organization", new { default_alert_policy = new { announce_late = true } });
        var monitor = await story.CreateAsync("Backup");
        await story.CreateAsync("Silent", new { announce_late = false });
        await story.BeatAsync(monitor);
        await story.PassAsync(64);
        Assert.Equal(["late Backup"], story.Told);
        var late = story.Receiver.Requests.Single().Json;
        Assert.Equal(("2026-11-23T05:01:00.000Z", "late", JsonValueKind.Null),
            (late.GetProperty("at").GetString(), late.GetProperty("monitor").GetProperty("status").GetString(), late.GetProperty("incident").ValueKind));

        await story.BeatAsync(monitor);
        await story.PassAsync(63);
        Assert.Equal(["late Backup", "down Silent", "late Backup"], story.Told);
        await story.PassAsync(200);
        Assert.Equal(["late Backup", "down Silent", "late Backup", "down Backup"], story.Told);
    }

    [Fact]
    public async Task What_is_late_in_a_quiet_time_is_not_told()
    {
        await using var story = await NoiseStory.StartAsync();
        var monitor = await story.CreateAsync("Backup", new { announce_late = true });
        await story.BeatAsync(monitor);
        await story.Server.PostAsync(
            "/api/monitoring/maintenance",
            new { title = "Upgrade", starts_at = "2026-11-23T05:00:30Z", ends_at = "2026-11-23T05:01:30Z", all_monitors = true });
        await story.PassAsync(64);
        Assert.Empty(story.Told);
        await story.BeatAsync(monitor);
        await story.PassAsync(63);
        Assert.Equal(["late Backup"], story.Told);
    }

    [Fact]
    public async Task Recoveries_are_told_only_where_they_are_wanted_and_reminders_go_at_the_monitors_own_pace()
    {
        await using var story = await NoiseStory.StartAsync();
        var quiet = await story.CreateAsync("Quiet", new { announce_recovered = false, remind_every_minutes = 2 });
        await story.PassAsync(66 + 240);
        Assert.Equal(["down Quiet", "reminder Quiet", "reminder Quiet"], story.Told);
        await story.BeatAsync(quiet);
        await story.PassAsync(10);
        Assert.Equal(3, story.Told.Length);
        Assert.Equal("resolved", (await story.IncidentsAsync(quiet))[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_monitor_may_be_left_out_of_the_organizations_reminders()
    {
        await using var story = await NoiseStory.StartAsync();
        await story.EditAsync("/api/organization", new { default_alert_policy = new { remind_every_minutes = 1 } });
        await story.CreateAsync("Never", new { remind_every_minutes = 0 });
        await story.CreateAsync("Normal");
        await story.PassAsync(66 + 65);
        Assert.Equal(["down Never", "down Normal", "reminder Normal"], story.Told.Order());
        Assert.Equal(1, (await story.Server.GetAsync("/api/organization")).GetProperty("reminder_minutes").GetDouble());
    }

    [Fact]
    public async Task A_restart_in_the_middle_forgets_nothing()
    {
        await using var story = await NoiseStory.StartAsync();
        var monitor = await story.CreateAsync("Backup", new { alert_after = 2 });
        await story.PassAsync(70);
        await story.RestartAfterAsync(0.5);
        await story.PassAsync(60);

        Assert.Equal(["down Backup"], story.Told);
        Assert.Equal(["down", "waiting: 1 of 2 failed checks", "alert_delivered"], await story.HappenedAsync(monitor));
    }

    [Fact]
    public async Task An_incident_that_was_resolved_by_hand_is_told_to_nobody_afterwards()
    {
        await using var story = await NoiseStory.StartAsync();
        var monitor = await story.CreateAsync("Backup", new { alert_after = 2 });
        await story.PassAsync(70);
        await story.Server.PostAsync($"/api/monitoring/incidents/{(await story.IncidentsAsync(monitor))[0].GetProperty("id").GetString()}/resolve", new { });
        await story.PassAsync(200);

        Assert.Empty(story.Told);
    }
}
