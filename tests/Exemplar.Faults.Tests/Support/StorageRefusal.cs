using System.Net;
using System.Net.Http.Json;

namespace Exemplar.Faults.Tests.Support;

/// <summary>
/// The story of a database that cannot be written for a while, whatever the reason: a job that tries again and again, and
/// one that has nothing to say.
/// </summary>
internal static class StorageRefusal
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>The most lines a refusal of some seconds may leave in the log, whoever asked for what in it.</summary>
    private const int MostLines = 10;

    /// <summary>Tells it on a running server; the job that was served, for a look at its history after a restart.</summary>
    public static async Task<RetryingJob> TellAsync(ServerProcess server, Api api, Action refuse, Action relent)
    {
        var silent = await api.CreateAsync("silent", Interval, Grace);
        var job = new RetryingJob(api, (await api.CreateAsync("retrying", TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1))).Id);
        using var done = new CancellationTokenSource();
        var work = job.RunAsync(done.Token);
        await Eventually.TrueAsync("a heartbeat is taken", () => job.Accepted.Count > 0, server);

        refuse();
        Assert.True(TimeProvider.System.GetUtcNow() < silent.NextExpectedAt!.Value.AddSeconds(-2), "This machine was too slow for the test.");
        await Eventually.TrueAsync("heartbeats are refused", () => job.Refused > 0, server);
        await Eventually.TrueAsync("the server is not ready", async () => await StatusAsync(api, "/readyz") == HttpStatusCode.ServiceUnavailable, server);
        var before = job.Accepted.Count;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AssertManagementIsRefusedAsync(api)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, "/healthz"));
        await Eventually.PastAsync(silent.DeadlineAt!.Value.AddSeconds(1));
        Assert.Equal(before, job.Accepted.Count);
        var lines = Troubles(server);

        var relentedAt = TimeProvider.System.GetUtcNow();
        relent();
        await Eventually.TrueAsync("the job is served again", () => job.Accepted.Count > before, server);
        await Eventually.TrueAsync("the server is ready", async () => await StatusAsync(api, "/readyz") == HttpStatusCode.OK, server);
        await AssertSilenceIsUnknownAndThenDownAsync(server, api, silent.Id, relentedAt);
        await done.CancelAsync();
        await work;

        await job.AssertHistoryIsTrueAsync(api);
        var history = await api.ChecksAsync(job.MonitorId);
        Assert.True(history.All(c => c.Outcome != "down"), string.Join('\n', history.Select(c => $"{c.At:O} {c.Outcome} {c.Error}")) + "\n" + server.Log);
        Assert.True(lines.Count is > 0 and <= MostLines, server.Log);
        Assert.Contains(lines, line => line.Contains("disk space", StringComparison.Ordinal) && line.Contains("another program", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("report it", server.Log, StringComparison.Ordinal);
        Assert.Equal("", server.Errors);
        return job;
    }

    private static async Task AssertSilenceIsUnknownAndThenDownAsync(ServerProcess server, Api api, string silent, DateTimeOffset relentedAt)
    {
        await Eventually.TrueAsync("the silent monitor is judged", async () => (await api.ChecksAsync(silent)).Count > 0, server);
        var unknown = (await api.ChecksAsync(silent))[^1];
        Assert.Equal("unknown", unknown.Outcome);
        Assert.StartsWith("Exemplar could not store heartbeats from ", unknown.Error, StringComparison.Ordinal);

        await Eventually.TrueAsync("the silent monitor goes down", async () => (await api.MonitorAsync(silent)).Status == "down", server);
        var down = (await api.ChecksAsync(silent, "down"))[^1];
        Assert.True(down.At > relentedAt, $"Down at {down.At:O}, but the database could be written only from {relentedAt:O} on.");
        Assert.Equal(["new", "unknown", "down"], (await api.TimelineAsync(silent)).Periods.Select(p => p.Status));
    }

    private static async Task AssertManagementIsRefusedAsync(Api api)
    {
        using var response = await api.PostAsync("/api/monitoring/monitors", new { kind = "heartbeat", name = "not now" });
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("storage_unavailable", (await Api.ReadAsync<ProblemJson>(response, HttpStatusCode.ServiceUnavailable)).Code);
    }

    private static async Task<HttpStatusCode> StatusAsync(Api api, string path)
    {
        using var response = await api.GetAsync(path);
        return response.StatusCode;
    }

    private static List<string> Troubles(ServerProcess server) =>
        [.. server.Output.Split('\n').Where(line => line.Contains("Z fail:", StringComparison.Ordinal) || line.Contains("Z warn:", StringComparison.Ordinal))];
}
