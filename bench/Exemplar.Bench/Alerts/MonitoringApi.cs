using System.Net.Http.Json;
using System.Text.Json;

namespace Exemplar.Bench.Alerts;

/// <summary>Arranges monitors and channels through a server's API, many requests at once.</summary>
internal sealed class MonitoringApi : IDisposable
{
    private const double GraceMinutes = 1 / 60.0;

    public MonitoringApi(Uri server, string token)
    {
        Http = new HttpClient { BaseAddress = server };
        Http.DefaultRequestHeaders.Add("X-API-Key", token);
    }

    public HttpClient Http { get; }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(path, body);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadFromJsonAsync<JsonElement>()
            : throw new BenchException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Heartbeat monitors that wait for their first heartbeat; their ids.</summary>
    public async Task<string[]> CreateMonitorsAsync(string name, int count, double intervalMinutes, Func<int, string[]> tags)
    {
        var ids = new string[count];
        await InParallelAsync(count, async number => ids[number] = (await PostAsync("/api/monitoring/monitors", new
        {
            kind = "heartbeat", name = $"{name} {number}", tags = tags(number), starts = "first_heartbeat",
            expected_interval_minutes = intervalMinutes, grace_period_minutes = GraceMinutes,
        })).GetProperty("id").GetString()!);
        return ids;
    }

    /// <summary>Sends each of these monitors a heartbeat of one moment, delayed, so that all deadlines are one; that deadline.</summary>
    public async Task<DateTimeOffset> BeatAtOnceAsync(string[] ids, double intervalMinutes)
    {
        var beatAt = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        await InParallelAsync(ids.Length, number => PostAsync("/api/monitoring/heartbeat", new { monitor_id = ids[number], occurred_at = beatAt }));
        var deadline = beatAt.AddMinutes(intervalMinutes).AddMilliseconds(Math.Round(GraceMinutes * 60_000));
        if (TimeProvider.System.GetUtcNow() > deadline.AddSeconds(-1)) throw new BenchException("The monitors could not be arranged in time.");
        return deadline;
    }

    public void Dispose() => Http.Dispose();

    public static Task InParallelAsync(int count, Func<int, Task> work) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) => await work(number));
}
