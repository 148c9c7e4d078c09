using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Exemplar.Testing;

/// <summary>A client of the server's API, as the contract describes it.</summary>
public sealed class Api : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient _http;

    public Api(ServerProcess server)
    {
        _http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServerProcess.AdminToken);
    }

    /// <summary>Makes a heartbeat monitor.</summary>
    public async Task<MonitorJson> CreateAsync(string name, TimeSpan interval, TimeSpan grace)
    {
        using var response = await _http.PostAsJsonAsync("/api/monitoring/monitors", new
        {
            kind = "heartbeat",
            name,
            expected_interval_minutes = interval.TotalMinutes,
            grace_period_minutes = grace.TotalMinutes,
        });
        return await ReadAsync<MonitorJson>(response, HttpStatusCode.Created);
    }

    /// <summary>Makes a promise shorter or longer; it counts from now where it would be too late already.</summary>
    public async Task PatchScheduleAsync(string id, TimeSpan interval, TimeSpan grace) =>
        await ReadAsync<MonitorJson>(
            await _http.PatchAsJsonAsync($"/api/monitoring/monitors/{id}", new { expected_interval_minutes = interval.TotalMinutes, grace_period_minutes = grace.TotalMinutes }),
            HttpStatusCode.OK);

    public async Task<MonitorJson> MonitorAsync(string id) =>
        await ReadAsync<MonitorJson>(await _http.GetAsync(new Uri($"/api/monitoring/monitors/{id}", UriKind.Relative)), HttpStatusCode.OK);

    /// <summary>The whole history, page by page, newest first.</summary>
    public async Task<List<CheckJson>> ChecksAsync(string id, string? outcome = null, int limit = 1_000)
    {
        var checks = new List<CheckJson>();
        string? cursor = null;
        do
        {
            var path = $"/api/monitoring/monitors/{id}/checks?limit={limit}&outcome={outcome}&cursor={cursor}";
            var page = await ReadAsync<PageJson>(await _http.GetAsync(new Uri(path, UriKind.Relative)), HttpStatusCode.OK);
            checks.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return checks;
    }

    public async Task<TimelineJson> TimelineAsync(string id) =>
        await ReadAsync<TimelineJson>(await _http.GetAsync(new Uri($"/api/monitoring/monitors/{id}/timeline", UriKind.Relative)), HttpStatusCode.OK);

    /// <summary>Sends a heartbeat with a number in its metadata, whatever the answer.</summary>
    public Task<HttpResponseMessage> SendBeatAsync(string id, long number = 0) =>
        _http.PostAsJsonAsync("/api/monitoring/heartbeat", new { monitor_id = id, metadata = new { number } });

    /// <summary>Sends a heartbeat that has to be taken.</summary>
    public async Task<BeatJson> BeatAsync(string id, long number = 0) =>
        await ReadAsync<BeatJson>(await SendBeatAsync(id, number), HttpStatusCode.OK);

    public Task<HttpResponseMessage> PostAsync<T>(string path, T body) => _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);

    public Task<HttpResponseMessage> PatchAsync<T>(string path, T body) => _http.PatchAsJsonAsync(new Uri(path, UriKind.Relative), body);

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.Relative));

    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, HttpStatusCode expected)
    {
        using var owned = response;
        var body = await response.Content.ReadAsStringAsync();
        if (response.StatusCode != expected) throw new InvalidOperationException($"{(int)response.StatusCode} instead of {(int)expected}: {body}");
        return JsonSerializer.Deserialize<T>(body, Json)!;
    }

    public void Dispose() => _http.Dispose();
}

public sealed record MonitorJson(
    string Id, string Status, DateTimeOffset Since, DateTimeOffset? LastHeartbeatAt, DateTimeOffset? NextExpectedAt, DateTimeOffset? DeadlineAt);

public sealed record BeatJson(bool Success, string MonitorId, string CheckId, string Status, DateTimeOffset ReceivedAt, DateTimeOffset DeadlineAt);

public sealed record CheckJson(string Id, DateTimeOffset At, string Outcome, string? Error, string Source, JsonElement? Metadata)
{
    /// <summary>The number that the test put into the metadata.</summary>
    public long Number => Metadata!.Value.GetProperty("number").GetInt64();
}

public sealed record PageJson(List<CheckJson> Items, string? NextCursor);

public sealed record PeriodJson(string Status, DateTimeOffset From, DateTimeOffset To, string? Error);

public sealed record TimelineJson(List<PeriodJson> Periods, double? Uptime, double DowntimeSeconds);

public sealed record ProblemJson(string Code, int Status, string? Detail);
