using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Exemplar.Server.Tests.Noise;

/// <summary>A monitor that is down because another one is.</summary>
public sealed class DependencyStoryTests
{
    [Fact]
    public async Task While_a_parent_is_down_nobody_hears_of_its_children_and_both_incidents_say_so()
    {
        await using var story = await NoiseStory.StartAsync();
        var parent = await story.CreateAsync("Host");
        var (one, two) = (await story.CreateAsync("Job one", null, parent), await story.CreateAsync("Job two", null, parent));
        await story.PassAsync(66);

        Assert.Equal(["down Host"], story.Told);
        var held = Assert.Single(await story.IncidentsAsync(one));
        Assert.Equal((parent, "Host"), (held.GetProperty("held_by").GetProperty("id").GetString(), held.GetProperty("held_by").GetProperty("name").GetString()));
        Assert.Contains("held: held: Host is down", await story.HappenedAsync(two));
        Assert.Equal(2, Assert.Single(await story.IncidentsAsync(parent)).GetProperty("holds").GetInt32());
        Assert.Equal("down", await story.Server.StatusAsync(one));
    }

    [Fact]
    public async Task When_the_parent_is_back_a_child_that_calls_in_is_never_told_of_and_one_that_does_not_is()
    {
        await using var story = await NoiseStory.StartAsync();
        var parent = await story.CreateAsync("Host");
        var (back, lost) = (await story.CreateAsync("Back", null, parent), await story.CreateAsync("Lost", null, parent));
        await story.PassAsync(200);
        await story.BeatAsync(parent);
        Assert.Equal(["down Host", "recovered Host"], story.Told);
        await story.PassAsync(30);
        await story.BeatAsync(back);
        await story.BeatAsync(parent);
        await story.PassAsync(34);
        Assert.Equal(2, story.Told.Length);

        await story.PassAsync(3);
        Assert.Equal(["down Host", "recovered Host", "down Lost"], story.Told);
        Assert.Equal(["down", "held: held: Host is down", "recovered", "resolved"],
            (await story.HappenedAsync(back)).Where(e => !e.StartsWith("held: Host is late", StringComparison.Ordinal) && e != "released"));
        Assert.Contains("released", await story.HappenedAsync(lost));
        Assert.Equal(JsonValueKind.Null, Assert.Single(await story.IncidentsAsync(lost)).GetProperty("held_by").ValueKind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_parent_that_is_paused_or_removed_lets_go(bool paused)
    {
        await using var story = await NoiseStory.StartAsync();
        var parent = await story.CreateAsync("Host");
        await story.CreateAsync("Job", null, parent);
        await story.PassAsync(70);
        if (paused) await story.Server.PostAsync($"/api/monitoring/monitors/{parent}/pause");
        else (await story.Server.Http.DeleteAsync($"/api/monitoring/monitors/{parent}")).EnsureSuccessStatusCode();
        await story.PassAsync(70);

        Assert.Equal("down Job", story.Told[^1]);
    }

    [Fact]
    public async Task A_grandparent_holds_too_and_a_late_parent_is_waited_for()
    {
        await using var story = await NoiseStory.StartAsync();
        var grandparent = await story.CreateAsync("Site");
        var parent = await story.CreateAsync("Host", null, grandparent);
        await story.CreateAsync("Job", null, parent);
        await story.PassAsync(20);
        await story.BeatAsync(parent);
        await story.PassAsync(46);
        Assert.Equal(["down Site"], story.Told);

        // The host is late when the job would be told: its verdict decides.
        var late = await story.CreateAsync("Late host");
        var follower = await story.CreateAsync("Follower", null, late);
        await story.PassAsync(3);
        await story.BeatAsync(late);
        await story.PassAsync(62.5);
        Assert.DoesNotContain("down Follower", story.Told);
        Assert.Contains("held: Late host is late; its verdict is waited for", await story.HappenedAsync(follower));
        await story.BeatAsync(late);
        await story.PassAsync(15);
        Assert.Contains("down Follower", story.Told);
    }

    [Fact]
    public async Task A_storm_of_many_children_is_one_alert()
    {
        await using var story = await NoiseStory.StartAsync();
        var parent = await story.CreateAsync("Host");
        for (var i = 0; i < 200; i++) await story.CreateAsync($"Job {i}", null, parent);
        await story.PassAsync(66);

        Assert.Equal(["down Host"], story.Told);
        Assert.Equal(200, Assert.Single(await story.IncidentsAsync(parent)).GetProperty("holds").GetInt32());
    }

    [Fact]
    public async Task A_restart_keeps_who_is_held_and_who_is_to_be_told()
    {
        await using var story = await NoiseStory.StartAsync();
        var parent = await story.CreateAsync("Host");
        await story.CreateAsync("Job", null, parent);
        await story.PassAsync(70);
        await story.RestartAfterAsync(0.5);
        await story.BeatAsync(parent);
        await story.RestartAfterAsync(0.5);
        await story.PassAsync(30);
        await story.BeatAsync(parent);
        await story.PassAsync(40);

        Assert.Contains("down Job", story.Told);
    }

    [Fact]
    public async Task A_monitor_cannot_come_to_depend_on_itself()
    {
        await using var story = await NoiseStory.StartAsync();
        var one = await story.CreateAsync("One");
        var two = await story.CreateAsync("Two", null, one);
        var three = await story.CreateAsync("Three", null, two);

        Assert.Equal("would make the monitor depend on itself", await RefusedAsync(story, one, [three], "depends_on"));
        Assert.Equal("is the monitor itself", await RefusedAsync(story, one, [one], "depends_on[0]"));
        Assert.Equal("is no monitor of the organization", await RefusedAsync(story, one, ["0123456789abcdef01234567"], "depends_on[0]"));
        Assert.Empty((await story.Server.GetAsync($"/api/monitoring/monitors/{one}")).GetProperty("depends_on").EnumerateArray());
        await story.EditAsync($"/api/monitoring/monitors/{three}", new { depends_on = new[] { one } });
        Assert.Equal(one, (await story.Server.GetAsync($"/api/monitoring/monitors/{three}")).GetProperty("depends_on")[0].GetString());
    }

    private static async Task<string?> RefusedAsync(NoiseStory story, string monitor, string[] dependsOn, string field)
    {
        using var answer = await story.Server.Http.PatchAsJsonAsync($"/api/monitoring/monitors/{monitor}", new { depends_on = dependsOn });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return problem.GetProperty("errors").GetProperty(field)[0].GetString();
    }
}
