using System.Collections.Concurrent;
using System.Net.Http.Json;
using Exemplar.Bench.Reports;

namespace Exemplar.Bench.Alerts;

/// <summary>
/// Heartbeats of monitors that are well, at a set pace, whatever the answers do (open loop): from the planned moment of a beat to
/// its answer, so that a stall counts for all that came due in it.
/// </summary>
internal sealed class SteadyBeats(HttpClient http, string[] ids, int rate)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentQueue<(long PlannedMs, int Microseconds)> _answered = new();
    private int _failed;

    /// <summary>Answers other than 2xx, and none.</summary>
    public int Failed => _failed;

    public async Task RunAsync(CancellationToken stop)
    {
        var (startedAt, startedMs) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var beats = new List<Task>();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        try
        {
            for (var issued = 0L; await timer.WaitForNextTickAsync(stop);)
                for (var due = (long)(TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds * rate); issued < due; issued++)
                    beats.Add(BeatAsync(ids[issued % ids.Length], startedAt, issued * 1e6 / rate, startedMs));
        }
        catch (OperationCanceledException)
        {
            // The time is up.
        }
        await Task.WhenAll(beats);
    }

    /// <summary>From the planned moment to the answer, of beats that were planned between two moments in Unix milliseconds.</summary>
    public Distribution AnswerTimes(long fromMs, long toMs) =>
        Distribution.OfMicroseconds(_answered.Where(a => a.PlannedMs >= fromMs && a.PlannedMs < toMs).Select(a => a.Microseconds));

    private async Task BeatAsync(string id, long startedAt, double plannedMicroseconds, long startedMs)
    {
        // Of a beat that comes due the pace must not wait for.
        await Task.Yield();
        try
        {
            using var answer = await http.PostAsJsonAsync("/api/monitoring/heartbeat", new { monitor_id = id });
            if (!answer.IsSuccessStatusCode) Interlocked.Increment(ref _failed);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            Interlocked.Increment(ref _failed);
        }
        var tookMicroseconds = TimeProvider.System.GetElapsedTime(startedAt).TotalMicroseconds - plannedMicroseconds;
        _answered.Enqueue((startedMs + (long)(plannedMicroseconds / 1_000), (int)tookMicroseconds));
    }
}
