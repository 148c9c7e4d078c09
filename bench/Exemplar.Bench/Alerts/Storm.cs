using System.Net.Http.Json;
using System.Text.Json;
using Exemplar.Bench.Reports;
using Exemplar.Bench.Servers;

namespace Exemplar.Bench.Alerts;

/// <summary>What one storm came to. Times are milliseconds after the deadline that all monitors share.</summary>
/// <param name="Name">What was different.</param>
/// <param name="Expected">How many webhooks had to arrive.</param>
/// <param name="Stored">When each status was stored.</param>
/// <param name="Answered">When each webhook was answered.</param>
/// <param name="Repeats">How many were sent more than once.</param>
/// <param name="Complaints">What the server warned of.</param>
internal sealed record StormOutcome(
    string Name, int Expected, Distribution Stored, Distribution Answered, int Repeats, IReadOnlyList<string> Complaints);

/// <summary>A server whose monitors all miss the same moment, with channels that tell of it.</summary>
internal sealed class Storm(string name, int monitors, int channels, bool oneHangs)
{
    private const double IntervalMinutes = 0.5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public async Task<StormOutcome> RunAsync(string dll, string data, string? postgres, string token)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(
            dll, data, postgres, token, ("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES", "127.0.0.0/8"), ("EXEMPLAR_RATE_LIMIT_PER_TOKEN", "0"));
        using var api = new MonitoringApi(server.Address, token);
        for (var channel = 0; channel < channels; channel++)
            await api.PostAsync("/api/monitoring/channels", new
            {
                kind = "webhook", name = $"channel {channel}", tags = new[] { $"channel-{channel}" },
                config = new { url = new Uri(receiver.Address, oneHangs && channel == 0 ? "/hang" : "/").ToString() },
            });
        var ids = await api.CreateMonitorsAsync("job", monitors, IntervalMinutes, number => [$"channel-{number % channels}"]);
        var deadline = await api.BeatAtOnceAsync(ids, IntervalMinutes);

        var expected = Enumerable.Range(0, monitors).Count(number => !(oneHangs && number % channels == 0));
        while (receiver.Answered.Count < expected && TimeProvider.System.GetUtcNow() < deadline + Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);

        var stored = new int[monitors];
        await MonitoringApi.InParallelAsync(monitors, async number => stored[number] = await StoredAfterAsync(api.Http, ids[number], deadline));
        var answered = receiver.Answered.Values.Select(a => (int)(a.AtMs - deadline.ToUnixTimeMilliseconds())).ToList();
        var repeats = receiver.Answered.Values.Count(a => a.Times > 1);
        await server.StopAsync();
        return new StormOutcome(name, expected, Distribution.OfMilliseconds(stored), Distribution.OfMilliseconds(answered), repeats, [.. server.Complaints]);
    }

    private static async Task<int> StoredAfterAsync(HttpClient http, string id, DateTimeOffset deadline)
    {
        var checks = await http.GetFromJsonAsync<JsonElement>($"/api/monitoring/monitors/{id}/checks?outcome=down&limit=1000");
        var first = checks.GetProperty("items").EnumerateArray().Last();
        if (first.GetProperty("at").GetDateTimeOffset() != deadline) throw new BenchException($"The deadline of {id} is not the common one.");
        return (int)(first.GetProperty("received_at").GetDateTimeOffset() - deadline).TotalMilliseconds;
    }
}
