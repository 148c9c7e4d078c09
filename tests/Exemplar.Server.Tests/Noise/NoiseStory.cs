using System.Net.Http.Json;
using System.Text.Json;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Noise;

/// <summary>A server with a webhook that hears of everything. A monitor beats every 60 s with 5 s of grace.</summary>
internal sealed class NoiseStory : IAsyncDisposable
{
    private NoiseStory(StoryServer server, FakeService receiver) => (Server, Receiver) = (server, receiver);

    public StoryServer Server { get; private set; }

    public FakeService Receiver { get; }

    /// <summary>What was told, as "event monitor".</summary>
    public string[] Told => [.. Receiver.Requests.Select(r => $"{r.Json.GetProperty("event").GetString()} {r.Json.GetProperty("monitor").GetProperty("name").GetString()}")];

    public static async Task<NoiseStory> StartAsync()
    {
        var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        var server = await StoryServer.StartAsync();
        await server.CreateWebhookAsync(receiver.Address);
        return new NoiseStory(server, receiver);
    }

    public async Task<string> CreateAsync(string name, object? policy = null, params string[] dependsOn) =>
        (await Server.PostAsync("/api/monitoring/monitors", new
        {
            kind = "heartbeat",
            name,
            expected_interval_minutes = 1,
            grace_period_minutes = 5 / 60.0,
            alert_policy = policy,
            depends_on = dependsOn,
        })).GetProperty("id").GetString()!;

    public async Task EditAsync(string path, object body)
    {
        using var answer = await Server.Http.PatchAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task PassAsync(double seconds) => Server.PassAsync(TimeSpan.FromSeconds(seconds));

    public async Task BeatAsync(string monitor)
    {
        await Server.BeatAsync(monitor);
        await Server.FollowUpAsync();
    }

    public async Task RestartAfterAsync(double seconds) => Server = await Server.RestartAfterAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Incidents of a monitor, newest first.</summary>
    public async Task<JsonElement[]> IncidentsAsync(string monitor) => await Server.IncidentsAsync("?monitor_id=" + monitor);

    /// <summary>What happened in the only incident of a monitor, without the monitors' own errors.</summary>
    public async Task<string[]> HappenedAsync(string monitor) =>
    [
        .. Assert.Single(await IncidentsAsync(monitor)).GetProperty("events").EnumerateArray().Select(e =>
        {
            var (kind, text) = (e.GetProperty("kind").GetString()!, e.GetProperty("text").GetString()!);
            return kind is "waiting" or "held" or "flapping" or "recovering" ? $"{kind}: {text}" : kind;
        }),
    ];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
