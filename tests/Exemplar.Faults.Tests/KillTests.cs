using Exemplar.Faults.Tests.Support;

namespace Exemplar.Faults.Tests;

[Collection(UnderLoad.Name)]
public sealed class KillTests
{
    private const int Kills = 20;

    [Fact]
    public async Task Twenty_kills_under_load_lose_no_acknowledged_heartbeat_and_repeat_none()
    {
        using var folder = new TemporaryFolder();
        var server = await ServerProcess.StartAsync(folder.Data);
        try
        {
            var monitors = await MonitorsAsync(server);
            var senders = new Senders(monitors, connections: 8);
            for (var kill = 0; kill < Kills; kill++)
            {
                var enough = senders.AcceptedCount + Random.Shared.Next(1_000);
                var load = senders.RunAsync(server, TestContext.Current.CancellationToken);
                await Eventually.TrueAsync("heartbeats are accepted", () => senders.AcceptedCount >= enough, server);
                await server.KillAsync();
                await load;
                Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
                await server.DisposeAsync();
                server = await ServerProcess.StartAsync(folder.Data);
            }

            using var api = new Api(server);
            Assert.True(senders.AcceptedCount > Kills, "There was no load.");
            Assert.Equal(0, senders.Refused);
            await senders.AssertHistoryIsTrueAsync(api);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    internal static async Task<List<string>> MonitorsAsync(ServerProcess server)
    {
        using var api = new Api(server);
        var monitors = new List<string>();
        for (var i = 0; i < 5; i++)
            monitors.Add((await api.CreateAsync($"job {i}", TimeSpan.FromHours(1), TimeSpan.FromMinutes(5))).Id);
        return monitors;
    }
}

/// <summary>Tests that keep the processors busy run alone, so that the others' clocks are not held up by them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class UnderLoad
{
    public const string Name = "under load";
}
