using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Exemplar.Server.Deadlines;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Incidents;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Outages;
using Exemplar.Server.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exemplar.Server.Tests;

/// <summary>
/// The whole server as Program.cs composes it, workers included, with a clock that a test moves. Stopping and starting again
/// on the same data is a restart.
/// </summary>
internal sealed class StoryServer : IAsyncDisposable
{
    public const string AdminToken = "a-story-token-of-more-than-32-characters";

    private readonly string _data;
    private readonly WebApplication _app;

    private StoryServer(string data, StoryClock clock, WebApplication app)
    {
        _data = data;
        _app = app;
        Clock = clock;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Http = new HttpClient { BaseAddress = new Uri(address) };
        Http.DefaultRequestHeaders.Add("X-API-Key", AdminToken);
    }

    public StoryClock Clock { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static Task<StoryServer> StartAsync(params string[] settings) =>
        StartAsync(Directory.CreateTempSubdirectory("exemplar-story-").FullName, new StoryClock(), settings);

    /// <summary>Stops this server, lets time pass, and starts it on the same data.</summary>
    public async Task<StoryServer> RestartAfterAsync(TimeSpan away)
    {
        await StopAsync();
        Clock.Advance(away);
        return await StartAsync(_data, Clock);
    }

    /// <summary>Lets time pass in steps of half a second, as the workers see it pass.</summary>
    public async Task PassAsync(TimeSpan duration)
    {
        var step = TimeSpan.FromMilliseconds(500);
        for (var passed = TimeSpan.Zero; passed < duration; passed += step)
        {
            Clock.Advance(duration - passed < step ? duration - passed : step);
            await RoundAsync();
        }
    }

    /// <summary>Lets time pass in which the clocks are looked at and nothing else is done.</summary>
    public void LookAfter(TimeSpan duration)
    {
        Clock.AdvanceUnnoticed(duration);
        Services.GetRequiredService<OutageWatch>().Look();
    }

    /// <summary>One round of the workers that look at the clock.</summary>
    public async Task RoundAsync()
    {
        await Services.GetRequiredService<LivenessWorker>().RoundAsync(CancellationToken.None);
        await Services.GetRequiredService<MaintenanceWorker>().RoundAsync(CancellationToken.None);
        await Services.GetRequiredService<DeadlineWorker>().RoundAsync(CancellationToken.None);
        await FollowUpAsync();
    }

    /// <summary>What waits to be followed up is, and what is due to be told has been tried when this ends.</summary>
    public async Task FollowUpAsync()
    {
        await Services.GetRequiredService<IncidentWorker>().RoundAsync(CancellationToken.None);
        await Services.GetRequiredService<EscalationWorker>().RoundAsync(CancellationToken.None);
        await Task.WhenAll(await Services.GetRequiredService<DeliveryWorker>().RoundAsync(CancellationToken.None));
    }

    public async Task<string> CreateMonitorAsync(
        double intervalMinutes, double graceMinutes, string starts = "creation", string name = "Nightly backup", params string[] tags)
    {
        using var answer = await Http.PostAsJsonAsync("/api/monitoring/monitors", new
        {
            kind = "heartbeat",
            name,
            tags,
            expected_interval_minutes = intervalMinutes,
            grace_period_minutes = graceMinutes,
            starts,
        });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public async Task<JsonElement> BeatAsync(string monitorId, string? occurredAt = null)
    {
        var delayed = occurredAt is null ? "" : $",\"occurred_at\":\"{occurredAt}\"";
        using var answer = await Http.PostAsync("/api/monitoring/heartbeat", new StringContent(
            $$"""{"monitor_id":"{{monitorId}}","metadata":{"hostname":"worker-01"}{{delayed}}}""", Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task PostAsync(string path)
    {
        using var answer = await Http.PostAsync(path, content: null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Posts a body and returns the answer, which must be a success.</summary>
    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>A webhook that tells of every monitor; returns its id.</summary>
    public async Task<string> CreateWebhookAsync(string address) =>
        (await PostAsync("/api/monitoring/channels", new { kind = "webhook", name = "On call", config = new { url = address }, all_monitors = true }))
            .GetProperty("id").GetString()!;

    /// <summary>All incidents, newest first.</summary>
    public async Task<JsonElement[]> IncidentsAsync(string query = "") =>
        [.. (await GetAsync("/api/monitoring/incidents" + query)).GetProperty("items").EnumerateArray()];

    public async Task<JsonElement> GetAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(path);

    public async Task<string> StatusAsync(string monitorId) =>
        (await GetAsync($"/api/monitoring/monitors/{monitorId}")).GetProperty("status").GetString()!;

    /// <summary>The history, oldest first, as "outcome source seconds-since-start".</summary>
    public async Task<string[]> HistoryAsync(string monitorId) =>
    [
        .. (await GetAsync($"/api/monitoring/monitors/{monitorId}/checks?limit=1000")).GetProperty("items").EnumerateArray()
            .Select(c => $"{c.GetProperty("outcome")} {c.GetProperty("source")} {Seconds(c.GetProperty("at"))}").Reverse(),
    ];

    /// <summary>The timeline as "status from..to" in seconds since the start.</summary>
    public async Task<string[]> TimelineAsync(string monitorId) =>
    [
        .. (await GetAsync($"/api/monitoring/monitors/{monitorId}/timeline")).GetProperty("periods").EnumerateArray()
            .Select(p => $"{p.GetProperty("status")} {Seconds(p.GetProperty("from"))}..{Seconds(p.GetProperty("to"))}"),
    ];

    /// <summary>The errors of the history, oldest first, without those that have none.</summary>
    public async Task<string[]> ErrorsAsync(string monitorId) =>
    [
        .. (await GetAsync($"/api/monitoring/monitors/{monitorId}/checks?limit=1000")).GetProperty("items").EnumerateArray()
            .Select(c => c.GetProperty("error").GetString()).OfType<string>().Reverse(),
    ];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_data, recursive: true);
    }

    private static async Task<StoryServer> StartAsync(string data, StoryClock clock, params string[] settings)
    {
        var app = Program.Build(
            ["--urls", "http://127.0.0.1:0", "--data", data, "--admin_token", AdminToken, "--allow_private_addresses", "127.0.0.0/8", .. settings],
            services => services.AddSingleton<TimeProvider>(clock));
        await app.StartAsync();
        return new StoryServer(data, clock, app);
    }

    private async Task StopAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static string Seconds(JsonElement moment) =>
        (moment.GetDateTimeOffset() - StoryClock.Start).TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A clock on the wall that can be set, beside one that only runs forward.</summary>
internal sealed class StoryClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _running = new(Start);
    private TimeSpan _set;
    private TimeSpan _unnoticed;

    public override long TimestampFrequency => _running.TimestampFrequency;

    public void Advance(TimeSpan duration) => _running.Advance(duration);

    /// <summary>Lets time pass of which no timer tells, as in a process that stands still.</summary>
    public void AdvanceUnnoticed(TimeSpan duration) => _unnoticed += duration;

    /// <summary>Sets the clock on the wall; nothing else notices.</summary>
    public void Set(TimeSpan by) => _set += by;

    public override DateTimeOffset GetUtcNow() => _running.GetUtcNow() + _unnoticed + _set;

    public override long GetTimestamp() => _running.GetTimestamp() + (long)(_unnoticed.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _running.CreateTimer(callback, state, dueTime, period);
}
