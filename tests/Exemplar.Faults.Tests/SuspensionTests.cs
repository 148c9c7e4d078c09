using Exemplar.Faults.Tests.Support;

namespace Exemplar.Faults.Tests;

/// <summary>A server that stands still (SIGSTOP, a suspended machine, a frozen container) while heartbeats wait in its sockets.</summary>
[Collection(UnderLoad.Name)]
public sealed class SuspensionTests
{
    private const int Jobs = 60;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>The server is stopped so long before the deadline.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1.2);

    [Theory]
    [InlineData(2.6, false)] // Too short for an outage, and long enough for the deadline to be well past.
    [InlineData(4, true)]
    [InlineData(7, true)]
    public async Task Heartbeats_that_waited_in_sockets_keep_their_monitors_from_going_down(double seconds, bool isOutage)
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        using var api = new Api(server);
        var monitors = new List<string>();
        for (var i = 0; i < Jobs; i++) monitors.Add((await api.CreateAsync($"job {i}", TimeSpan.FromHours(1), TimeSpan.FromHours(1))).Id);
        foreach (var monitor in monitors) await api.PatchScheduleAsync(monitor, Interval, Grace);
        var silent = await api.CreateAsync("silent", Interval, Grace);
        var beats = await Task.WhenAll(monitors.Select(monitor => api.BeatAsync(monitor, 1)));
        var deadline = beats.Min(b => b.DeadlineAt);
        await Eventually.PastAsync(deadline - Before);

        var stoppedAt = TimeProvider.System.GetUtcNow();
        server.Stop();
        Assert.True(stoppedAt < deadline - (Before / 2), "This machine was too slow for the test.");
        var connections = new List<RawConnection>();
        try
        {
            foreach (var monitor in monitors)
            {
                var connection = await RawConnection.OpenAsync(server);
                connections.Add(connection);
                var body = $$"""{"metadata":{"number":2},"monitor_id":"{{monitor}}"}""";
                await connection.SendAsync(RawConnection.HeartbeatHead($"Content-Length: {body.Length}") + body);
            }
            await Eventually.PastAsync(stoppedAt.AddSeconds(seconds));
            server.Continue();
            var continuedAt = TimeProvider.System.GetUtcNow();
            foreach (var connection in connections)
                Assert.Equal(200, (await connection.AnswerAsync()).Status);

            foreach (var monitor in monitors) await AssertOnlySilenceAfterwardsIsDownAsync(server, api, monitor);
            await AssertSilenceGoesDownAsync(server, api, silent, isOutage ? continuedAt : stoppedAt);
            Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
        }
        finally
        {
            server.Continue();
            connections.ForEach(connection => connection.Dispose());
        }
    }

    private static async Task AssertOnlySilenceAfterwardsIsDownAsync(ServerProcess server, Api api, string monitor)
    {
        await Eventually.TrueAsync("the job is silent for too long", async () => (await api.MonitorAsync(monitor)).Status == "down", server);
        var history = await api.ChecksAsync(monitor);
        var ups = history.Where(c => c.Outcome == "up").ToList();
        Assert.Equal([2, 1], ups.Select(c => c.Number));
        var waited = ups[0].At;
        var downs = history.Where(c => c.Outcome == "down").ToList();
        Assert.Equal(waited + Interval + Grace, downs[^1].At);
        foreach (var unknown in history.Where(c => c.Outcome == "unknown"))
            Assert.StartsWith("Exemplar was not running from ", unknown.Error, StringComparison.Ordinal);
    }

    private static async Task AssertSilenceGoesDownAsync(ServerProcess server, Api api, MonitorJson silent, DateTimeOffset notBefore)
    {
        await Eventually.TrueAsync("the silent monitor goes down", async () => (await api.MonitorAsync(silent.Id)).Status == "down", server);
        var down = (await api.ChecksAsync(silent.Id, "down"))[^1];
        Assert.True(down.At > notBefore, $"Down at {down.At:O}, which lies in the stop that ended at {notBefore:O}.");
    }
}
