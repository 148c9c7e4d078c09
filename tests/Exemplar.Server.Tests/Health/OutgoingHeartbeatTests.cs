using Exemplar.Server.Deliveries;
using Exemplar.Server.Health;
using Exemplar.Server.Outages;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Health;

/// <summary>The heartbeat that goes out while the server is ready, and only then.</summary>
public sealed class OutgoingHeartbeatTests
{
    [Theory]
    [InlineData(null, "GET")]
    [InlineData("post", "POST")]
    public async Task Any_address_gets_one_every_so_often(string? method, string expected)
    {
        await using var elsewhere = await FakeService.StartAsync(FakeAnswer.Ok);
        string[] settings = ["--outgoing_heartbeat_url", elsewhere.Address + "/ping/abc?x=1", "--outgoing_heartbeat_seconds", "30", .. method is null ? [] : new[] { "--outgoing_heartbeat_method", method }];
        await using var server = await StoryServer.StartAsync(settings);
        await PassAsync(server, 95);
        Assert.Equal(4, elsewhere.Requests.Count);
        Assert.All(elsewhere.Requests, r => Assert.Equal((expected, "/ping/abc?x=1", 0), (r.Method, r.Path, r.Body.Length)));
    }

    [Fact]
    public async Task Another_Exemplar_counts_it_for_its_monitor()
    {
        await using var other = await StoryServer.StartAsync();
        var monitor = await other.CreateMonitorAsync(1, 1, "first_heartbeat");
        await using var server = await StoryServer.StartAsync(
            "--outgoing_heartbeat_url", other.Http.BaseAddress!.ToString(), "--outgoing_heartbeat_monitor", monitor, "--outgoing_heartbeat_token", StoryServer.AdminToken);
        await PassAsync(server, 5);
        Assert.Equal("up", await other.StatusAsync(monitor));
        Assert.Equal(["up heartbeat 0"], await other.HistoryAsync(monitor));
    }

    [Fact]
    public async Task Nothing_goes_out_while_the_server_is_not_ready_and_it_goes_out_at_once_when_it_is()
    {
        await using var elsewhere = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync("--outgoing_heartbeat_url", elsewhere.Address, "--outgoing_heartbeat_seconds", "20");
        await PassAsync(server, 5);
        Assert.Single(elsewhere.Requests);
        await server.Get<DeliveryWorker>().StopAsync(CancellationToken.None);
        await PassAsync(server, 31, Part.Outbox);
        var before = elsewhere.Requests.Count;
        await PassAsync(server, 100, Part.Outbox);
        Assert.Equal(before, elsewhere.Requests.Count);
        await PassAsync(server, 2);
        Assert.Equal(before + 1, elsewhere.Requests.Count);
    }

    [Fact]
    public async Task One_that_was_not_taken_is_tried_again_soon()
    {
        var answers = new Queue<FakeAnswer>([FakeAnswer.Reset, new FakeAnswer(503), FakeAnswer.Ok]);
        await using var elsewhere = await FakeService.StartAsync(_ => answers.Count > 1 ? answers.Dequeue() : answers.Peek());
        await using var server = await StoryServer.StartAsync("--outgoing_heartbeat_url", elsewhere.Address, "--outgoing_heartbeat_seconds", "600");
        await PassAsync(server, 60);
        Assert.Equal(3, elsewhere.Requests.Count);
    }

    private static async Task PassAsync(StoryServer server, int seconds, params Part[] ended)
    {
        for (var i = 0; i < seconds; i++)
        {
            await server.PassWithoutAsync(TimeSpan.FromSeconds(1), ended);
            await server.Get<OutgoingHeartbeatWorker>().RoundAsync(CancellationToken.None);
        }
    }
}
