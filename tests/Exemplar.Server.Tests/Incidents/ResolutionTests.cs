using System.Net.Http.Json;
using System.Text.Json;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Incidents;

/// <summary>Somebody ends an incident whose monitors are still down: what was opened elsewhere is closed.</summary>
public sealed class ResolutionTests
{
    [Theory]
    [InlineData("pagerduty", "resolve")]
    [InlineData("opsgenie", "/close?")]
    [InlineData("incident_io", "resolved")]
    [InlineData("github_issue", "closed")]
    public async Task Services_that_opened_something_close_it(string kind, string closes)
    {
        await using var rig = await HttpRig.StartAsync(Services.Of(kind)!);
        await using var server = await StoryServer.StartAsync();
        await server.PostAsync("/api/monitoring/channels", new { kind, name = "Tickets", config = rig.Config, all_monitors = true });
        await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(66));
        Assert.DoesNotContain(rig.Requests, request => Closes(request, closes));

        await ResolveAsync(server);
        Assert.Contains(rig.Requests, request => Closes(request, closes));
        Assert.Contains("alert_delivered", await LastKindsAsync(server));
    }

    [Fact]
    public async Task Programs_hear_of_every_monitor_that_is_still_down_and_of_no_other()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        var monitors = new[] { "One", "Two", "Three" }.Select(name => server.CreateMonitorAsync(1, 5 / 60.0, name: name, tags: "db")).ToArray();
        var ids = await Task.WhenAll(monitors);
        await server.PassAsync(TimeSpan.FromSeconds(66));
        await server.BeatAsync(ids[0]);
        await server.FollowUpAsync();
        var before = receiver.Requests.Count;
        Assert.Equal(4, before);

        await ResolveAsync(server);
        var told = receiver.Requests.Skip(before).Select(request => request.Json).ToList();
        Assert.Equal(ids[1..].Order(StringComparer.Ordinal), told.Select(t => t.GetProperty("monitor").GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(told, t => Assert.Equal(
            ("recovered", "down", "First admin token"),
            (t.GetProperty("event").GetString(), t.GetProperty("monitor").GetProperty("status").GetString(), t.GetProperty("incident").GetProperty("resolved_by").GetString())));
        Assert.All(told, t => Assert.Equal(JsonValueKind.String, t.GetProperty("incident").GetProperty("resolved_at").ValueKind));

        // Nobody hears of it a second time: not when it is resolved again, and not when the monitors really come back.
        await ResolveAsync(server);
        await server.BeatAsync(ids[1]);
        await server.BeatAsync(ids[2]);
        await server.FollowUpAsync();
        Assert.Equal(before + 2, receiver.Requests.Count);
    }

    [Fact]
    public async Task People_read_one_message_that_says_who_and_that_they_are_still_down()
    {
        await using var rig = await HttpRig.StartAsync(Services.Of("mattermost")!);
        await using var server = await StoryServer.StartAsync();
        await server.PostAsync("/api/monitoring/channels", new { kind = "mattermost", name = "Chat", config = rig.Config, all_monitors = true });
        foreach (var name in new[] { "One", "Two", "Three" }) await server.CreateMonitorAsync(1, 5 / 60.0, name: name, tags: "db");
        await server.PassAsync(TimeSpan.FromSeconds(66));
        var before = rig.Requests.Count();

        await ResolveAsync(server);
        var text = Assert.Single(rig.Requests.Skip(before)).Text;
        Assert.Contains("RESOLVED 3 monitors", text, StringComparison.Ordinal);
        Assert.Contains("First admin token", text, StringComparison.Ordinal);
        Assert.Contains("One, Two, Three", text, StringComparison.Ordinal);
        Assert.DoesNotContain("up again", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_was_not_told_of_the_downtime_hears_nothing_of_its_end()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(66));
        await server.CreateWebhookAsync(receiver.Address);

        await ResolveAsync(server);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task A_process_that_ends_after_the_answer_loses_nothing()
    {
        var healthy = false;
        await using var receiver = await FakeService.StartAsync(_ => healthy ? FakeAnswer.Ok : FakeAnswer.Reset);
        var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(66));
        await ResolveAsync(server);

        healthy = true;
        var before = receiver.Requests.Count;
        await using var restarted = await server.RestartAfterAsync(TimeSpan.FromMinutes(30));
        await restarted.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(["down", "recovered"], receiver.Requests.Skip(before).Select(r => r.Json.GetProperty("event").GetString()!));
    }

    private static bool Closes(ReceivedRequest request, string closes) =>
        request.Path.Contains(closes, StringComparison.Ordinal) || request.Text.Contains($"\"{closes}\"", StringComparison.Ordinal);

    private static async Task ResolveAsync(StoryServer server)
    {
        var incident = (await server.IncidentsAsync())[0].GetProperty("id").GetString();
        await server.PostAsync($"/api/monitoring/incidents/{incident}/resolve", new { });
        await server.FollowUpAsync();
        await server.PassAsync(TimeSpan.FromSeconds(1));
    }

    private static async Task<string> LastKindsAsync(StoryServer server) =>
        string.Join(' ', (await server.IncidentsAsync())[0].GetProperty("events").EnumerateArray().Reverse().Take(2).Select(e => e.GetProperty("kind").GetString()));
}
