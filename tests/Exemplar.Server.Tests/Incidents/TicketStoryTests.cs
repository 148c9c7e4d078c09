using System.Text.Json;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Incidents;

/// <summary>
/// What is opened elsewhere stays true: it is closed when nobody of those it was told for is down any more, whether people want to
/// hear of it or not, and not before.
/// </summary>
public sealed class TicketStoryTests
{
    public static TheoryData<string> Kinds => ["pagerduty", "opsgenie", "incident_io", "github_issue"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_recovery_that_nobody_wants_to_hear_of_closes_its_ticket_all_the_same(string kind)
    {
        await using var story = await TicketStory.StartAsync(kind);
        await using var chat = await HttpRig.StartAsync(Services.Of("mattermost")!);
        await using var program = await FakeService.StartAsync(FakeAnswer.Ok);
        await story.Server.PostAsync("/api/monitoring/channels", new { kind = "mattermost", name = "Chat", config = chat.Config, all_monitors = true });
        await story.Server.CreateWebhookAsync(program.Address);
        var monitor = await story.CreateAsync("Quiet", new { announce_recovered = false });
        await story.PassAsync(66);
        Assert.Equal(["open"], story.Said);
        await story.BeatAsync(monitor);

        Assert.Equal(["open", "close"], story.Said);
        Assert.DoesNotContain(chat.Requests, request => request.Text.Contains("UP Quiet", StringComparison.Ordinal));
        Assert.Equal(["down"], program.Requests.Select(request => request.Json.GetProperty("event").GetString()));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_ticket_of_several_monitors_is_closed_with_the_last_of_them(string kind)
    {
        await using var story = await TicketStory.StartAsync(kind);
        var (one, two) = (await story.CreateAsync("One", null, "db"), await story.CreateAsync("Two", null, "db"));
        await story.PassAsync(67);
        Assert.Single(await story.Server.IncidentsAsync());
        await story.BeatAsync(one);
        Assert.DoesNotContain("close", story.Said);
        await story.BeatAsync(two);

        Assert.Equal("close", story.Said[^1]);
        Assert.Single(story.Said, said => said == "close");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_ticket_knows_only_of_the_monitors_it_was_told_for_and_one_that_follows_opens_it_again(string kind)
    {
        await using var story = await TicketStory.StartAsync(kind, "mine");
        var (mine, other) = (await story.CreateAsync("Mine", null, "db", "mine"), await story.CreateAsync("Other", null, "db"));
        await story.PassAsync(20);
        var later = await story.CreateAsync("Later", null, "db", "mine");
        await story.PassAsync(47);
        Assert.Equal(["open"], story.Said);
        await story.BeatAsync(mine);
        Assert.Equal(["open", "close"], story.Said);

        await story.PassAsync(20);
        Assert.Equal(3, Assert.Single(await story.Server.IncidentsAsync()).GetProperty("monitor_ids").GetArrayLength());
        Assert.Equal("open", story.Said[^1]);
        await story.BeatAsync(later);
        Assert.Equal("close", story.Said[^1]);
        Assert.Equal("open", Assert.Single(await story.Server.IncidentsAsync()).GetProperty("status").GetString());
        await story.BeatAsync(other);
        Assert.Equal(2, story.Said.Count(said => said == "close"));
    }

    [Theory]
    [InlineData("opsgenie")]
    [InlineData("github_issue")]
    public async Task The_recovery_of_a_part_is_a_note_where_the_service_has_notes(string kind)
    {
        await using var story = await TicketStory.StartAsync(kind);
        var one = await story.CreateAsync("One", null, "db");
        await story.CreateAsync("Two", null, "db");
        await story.PassAsync(67);
        var before = story.Said.Length;
        await story.BeatAsync(one);

        Assert.Equal(["note"], story.Said[before..]);
        Assert.Contains("UP One", story.Requests.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_by_hand_closes_the_ticket_of_all()
    {
        await using var story = await TicketStory.StartAsync("pagerduty");
        await story.CreateAsync("One", null, "db");
        await story.CreateAsync("Two", null, "db");
        await story.PassAsync(67);
        var incident = Assert.Single(await story.Server.IncidentsAsync()).GetProperty("id").GetString();
        await story.Server.PostAsync($"/api/monitoring/incidents/{incident}/resolve", new { });
        await story.PassAsync(2);

        Assert.Equal("close", story.Said[^1]);
    }
}

/// <summary>A server with one channel of a kind that keeps tickets.</summary>
internal sealed class TicketStory : IAsyncDisposable
{
    private readonly HttpRig _rig;
    private readonly string _kind;

    private TicketStory(string kind, HttpRig rig, StoryServer server) => (_kind, _rig, Server) = (kind, rig, server);

    public StoryServer Server { get; }

    public IEnumerable<ReceivedRequest> Requests => _rig.Requests.Where(request => request.Method != "GET");

    /// <summary>What the service was told to do: open, close or note, in that order.</summary>
    public string[] Said
    {
        get
        {
            string[] all = [.. Requests.Select(Word)];
            // An issue is closed and opened again behind a comment that says why; by itself a comment is a note.
            return [.. all.Where((word, i) => !(word == "note" && i + 1 < all.Length && Requests.ElementAt(i + 1).Method == "PATCH"))];
        }
    }

    public static async Task<TicketStory> StartAsync(string kind, params string[] tags)
    {
        var rig = await HttpRig.StartAsync(Services.Of(kind)!);
        var server = await StoryServer.StartAsync();
        await server.PostAsync("/api/monitoring/channels", new { kind, name = "Tickets", config = rig.Config, all_monitors = tags.Length == 0, tags });
        return new TicketStory(kind, rig, server);
    }

    public async Task<string> CreateAsync(string name, object? policy, params string[] tags) =>
        (await Server.PostAsync("/api/monitoring/monitors", new
        {
            kind = "heartbeat", name, tags, expected_interval_minutes = 1, grace_period_minutes = 5 / 60.0, alert_policy = policy,
        })).GetProperty("id").GetString()!;

    public Task PassAsync(double seconds) => Server.PassAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>A beat, and all that follows from it.</summary>
    public async Task BeatAsync(string monitor)
    {
        await Server.BeatAsync(monitor);
        await PassAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _rig.DisposeAsync();
    }

    private string Word(ReceivedRequest request) => _kind switch
    {
        "pagerduty" => Text(request, "event_action") == "resolve" ? "close" : "open",
        "incident_io" => Text(request, "status") == "resolved" ? "close" : "open",
        "opsgenie" => request.Path.Contains("/close?", StringComparison.Ordinal) ? "close" : request.Path.Contains("/notes?", StringComparison.Ordinal) ? "note" : "open",
        _ => request.Method == "PATCH" ? Text(request, "state") == "closed" ? "close" : "open" : request.Path.EndsWith("/comments", StringComparison.Ordinal) ? "note" : "open",
    };

    private static string Text(ReceivedRequest request, string name) => request.Json.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
}
