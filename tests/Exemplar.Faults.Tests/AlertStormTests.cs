using System.Globalization;
using System.Net;
using Exemplar.Faults.Tests.Support;

namespace Exemplar.Faults.Tests;

/// <summary>Many monitors fall silent and come back together, again and again, and the server is killed at any moment of it.</summary>
[Collection(UnderLoad.Name)]
public sealed class AlertStormTests
{
    private const int Monitors = 100;

    /// <summary>Ten in the suite; the benchmark asks for more.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("STORM_KILLS") ?? "10", CultureInfo.InvariantCulture);

    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);
    private static readonly ServerOptions AllowLocal = new()
    {
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["EXEMPLAR_ALLOW_PRIVATE_ADDRESSES"] = "127.0.0.0/8" },
    };

    [Fact]
    public async Task Kills_in_a_storm_of_alerts_lose_none_and_a_repeat_carries_the_same_delivery_id()
    {
        using var folder = new TemporaryFolder();
        using var receiver = new Receiver();
        var server = await ServerProcess.StartAsync(folder.Data, AllowLocal);
        try
        {
            var monitors = await ArrangeAsync(server, receiver);
            for (var kill = 0; kill < Kills; kill++)
            {
                await BeatAllAsync(server, monitors);
                // Beats bring monitors up, two seconds later they are missed: a kill may meet either storm, or the calm.
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(3_500)), TimeProvider.System, TestContext.Current.CancellationToken);
                await server.KillAsync();
                Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
                await server.DisposeAsync();
                server = await ServerProcess.StartAsync(folder.Data, AllowLocal);
            }

            await BeatAllAsync(server, monitors);
            await PauseAllAsync(server, monitors);
            var expected = await ExpectedAsync(server, monitors);
            await Eventually.TrueAsync("everything was told", () => expected.IsSubsetOf(Told(receiver)), server);

            TestContext.Current.SendDiagnosticMessage(
                "{0} kills: {1} alerts expected, {2} told, in {3} requests", Kills, expected.Count, Told(receiver).Count, receiver.All.Count);
            Assert.True(expected.Count > Monitors, "There was no storm.");
            Assert.Equal(expected.Order(), Told(receiver).Order());
            Assert.All(receiver.All.GroupBy(told => (told.MonitorId, told.Event, told.At)),
                alert => Assert.Single(alert.Select(told => told.DeliveryId).Distinct()));
            Assert.All(receiver.All.GroupBy(told => told.DeliveryId),
                delivery => Assert.Single(delivery.Select(told => (told.MonitorId, told.Event, told.At)).Distinct()));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<List<string>> ArrangeAsync(ServerProcess server, Receiver receiver)
    {
        using var api = new Api(server);
        // They go up and down on purpose, and each time is to be told.
        using var organization = await api.PatchAsync("/api/organization", new { default_alert_policy = new { flapping = false } });
        Assert.Equal(HttpStatusCode.OK, organization.StatusCode);
        using var channel = await api.PostAsync(
            "/api/monitoring/channels", new { kind = "webhook", name = "storm", config = new { url = receiver.Address }, all_monitors = true });
        Assert.Equal(HttpStatusCode.Created, channel.StatusCode);
        var monitors = new List<string>();
        for (var i = 0; i < Monitors; i++) monitors.Add((await api.CreateAsync($"job {i}", Promise, Promise)).Id);
        return monitors;
    }

    private static async Task BeatAllAsync(ServerProcess server, List<string> monitors)
    {
        using var api = new Api(server);
        foreach (var some in monitors.Chunk(32)) await Task.WhenAll(some.Select(id => api.BeatAsync(id)));
    }

    /// <summary>Nothing more is missed while the test looks at what there is.</summary>
    private static async Task PauseAllAsync(ServerProcess server, List<string> monitors)
    {
        using var api = new Api(server);
        foreach (var some in monitors.Chunk(32))
            await Task.WhenAll(some.Select(async id =>
            {
                using var answer = await api.PostAsync($"/api/monitoring/monitors/{id}/pause", new { });
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }));
    }

    /// <summary>Every downtime in the timelines has to be told when it begins and when it ends.</summary>
    private static async Task<HashSet<string>> ExpectedAsync(ServerProcess server, List<string> monitors)
    {
        using var api = new Api(server);
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in monitors)
        {
            var periods = (await api.TimelineAsync(id)).Periods;
            for (var i = 0; i < periods.Count; i++)
            {
                if (periods[i].Status != "down") continue;
                expected.Add(Line(id, "down", periods[i].From));
                if (i + 1 < periods.Count) expected.Add(Line(id, "recovered", periods[i + 1].From));
            }
        }
        return expected;
    }

    private static HashSet<string> Told(Receiver receiver) =>
        [.. receiver.All.Select(told => Line(told.MonitorId, told.Event, told.At))];

    private static string Line(string monitorId, string what, DateTimeOffset at) => $"{monitorId} {what} {at:O}";
}
