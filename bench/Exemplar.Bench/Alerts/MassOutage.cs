using Exemplar.Bench.Reports;
using Exemplar.Bench.Servers;

namespace Exemplar.Bench.Alerts;

/// <summary>What a mass outage came to. Seconds are counted from the deadline that all its monitors share.</summary>
internal sealed record MassOutcome(
    double StatusesStored, double FollowedUp, double Answered, int Webhooks, int Repeats, MassRecord Record,
    Distribution Before, Distribution UntilFollowedUp, Distribution UntilAnswered, int FailedBeats, IReadOnlyList<string> Complaints);

/// <summary>Very many monitors miss one moment, with one channel that tells of each, while the heartbeats of others go on.</summary>
internal sealed class MassOutage(int monitors, int together, int rate)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan QuietBefore = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>Their heartbeats have to reach the server within it.</summary>
    private readonly double _intervalMinutes = Math.Max(0.5, monitors / 20_000.0);

    public async Task<MassOutcome> RunAsync(string dll, string data, string? postgres, string token)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(
            dll, data, postgres, token, ("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES", "127.0.0.0/8"), ("EXEMPLAR_RATE_LIMIT_PER_TOKEN", "0"));
        using var api = new MonitoringApi(server.Address, token);
        await api.PostAsync("/api/monitoring/channels", new
        {
            kind = "webhook", name = "everything", all_monitors = true, config = new { url = receiver.Address.ToString() },
        });
        var well = await api.CreateMonitorsAsync("well", rate, intervalMinutes: 60, _ => []);
        var ids = await api.CreateMonitorsAsync("job", monitors, _intervalMinutes, number => [$"host-{number / together}"]);
        var deadline = await api.BeatAtOnceAsync(ids, _intervalMinutes);

        using var stop = new CancellationTokenSource();
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, (deadline - QuietBefore - TimeProvider.System.GetUtcNow()).TotalMilliseconds)), TimeProvider.System);
        var beats = new SteadyBeats(api.Http, well, rate);
        var beating = Task.Run(() => beats.RunAsync(stop.Token), CancellationToken.None);
        var followedUpMs = await WatchAsync(api.Http, deadline);
        while (receiver.Answered.Count < monitors && TimeProvider.System.GetUtcNow() < deadline + Patience) await Task.Delay(LookEvery, TimeProvider.System);
        await stop.CancelAsync();
        await beating;
        await server.StopAsync();

        var deadlineMs = deadline.ToUnixTimeMilliseconds();
        var record = await MassRecord.ReadAsync(data, postgres, deadlineMs);
        var told = receiver.Answered.Values;
        var answeredMs = told.Select(a => a.AtMs).DefaultIfEmpty(deadlineMs).Max();
        var webhooks = told.Select(a => a.MonitorId).Distinct(StringComparer.Ordinal).Count();
        return new MassOutcome(
            (record.LastStoredMs - deadlineMs) / 1e3, (followedUpMs - deadlineMs) / 1e3, (answeredMs - deadlineMs) / 1e3,
            webhooks, told.Sum(a => a.Times) - webhooks, record,
            beats.AnswerTimes(0, deadlineMs), beats.AnswerTimes(deadlineMs, followedUpMs), beats.AnswerTimes(deadlineMs, answeredMs),
            beats.Failed, server.Complaints);
    }

    /// <summary>When the server says that it has followed all of them up, to the step of looking; or when patience ended.</summary>
    private async Task<long> WatchAsync(HttpClient http, DateTimeOffset deadline)
    {
        var before = deadline - TimeProvider.System.GetUtcNow();
        if (before > TimeSpan.Zero) await Task.Delay(before, TimeProvider.System);
        while (TimeProvider.System.GetUtcNow() < deadline + Patience)
        {
            if ((await PrometheusText.ReadAsync(http)).Sum("exemplar_status_changes_followed_up_total") >= monitors) break;
            await Task.Delay(LookEvery, TimeProvider.System);
        }
        return TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    }
}
