using System.Net.Sockets;
using System.Text.Json;
using Exemplar.Server.Heartbeats.Lane;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Heartbeats.Lane;

/// <summary>Heartbeats beside Kestrel: answered alike, in order, once, and never in the way of anything else.</summary>
public sealed class HeartbeatLaneTests(ApiServer server) : IClassFixture<ApiServer>
{
    private Uri Address => server.Http.BaseAddress!;

    private long Taken => server.Services.GetRequiredService<LaneGate>().Taken;

    [Fact]
    public async Task A_heartbeat_in_the_lane_is_answered_as_by_Kestrel()
    {
        var (token, monitor) = await NewMonitorAsync();
        await using var client = await RawClient.ConnectAsync(Address);
        await client.SendAsync(RawClient.Beat(token, monitor));
        var lane = (await client.ReceiveAsync())!;
        var taken = Taken;
        Assert.NotEqual(0, taken);
        await client.SendAsync(RawClient.Beat(token, monitor, "Expect: 100-continue\r\n"));
        var kestrel = (await client.ReceiveAsync())!;
        if (kestrel.Status == 100) kestrel = (await client.ReceiveAsync())!;
        Assert.Equal(taken, Taken);

        Assert.Equal(200, lane.Status);
        Assert.Equal(kestrel.Status, lane.Status);
        Assert.Equal(kestrel.Headers.Keys.Order(), lane.Headers.Keys.Order());
        Assert.Equal(kestrel.Headers["Content-Type"], lane.Headers["Content-Type"]);
        Assert.Equal(kestrel.Headers["Date"].Length, lane.Headers["Date"].Length);
        var (ours, theirs) = (JsonDocument.Parse(lane.Body).RootElement, JsonDocument.Parse(kestrel.Body).RootElement);
        Assert.Equal(theirs.EnumerateObject().Select(p => p.Name), ours.EnumerateObject().Select(p => p.Name));
        Assert.Equal(monitor, ours.GetProperty("monitor_id").GetString());
        Assert.Equal(theirs.GetProperty("deadline_at").GetString(), ours.GetProperty("deadline_at").GetString());
    }

    [Fact]
    public async Task A_heartbeat_that_arrives_byte_by_byte_is_taken()
    {
        var (token, monitor) = await NewMonitorAsync();
        await using var client = await RawClient.ConnectAsync(Address);
        var before = Taken;
        foreach (var letter in RawClient.Beat(token, monitor)) await client.SendAsync(letter.ToString());
        Assert.Equal(200, (await client.ReceiveAsync())!.Status);
        Assert.Equal(before + 1, Taken);
    }

    [Fact]
    public async Task Heartbeats_sent_ahead_are_answered_in_order()
    {
        var (token, first) = await NewMonitorAsync();
        var (otherToken, second) = await NewMonitorAsync();
        await using var client = await RawClient.ConnectAsync(Address);
        var beats = Enumerable.Range(0, 100).Select(i => i % 3 == 0 ? RawClient.Beat(otherToken, second) : RawClient.Beat(token, first));
        await client.SendAsync(string.Concat(beats));
        for (var i = 0; i < 100; i++)
        {
            var answer = (await client.ReceiveAsync())!;
            Assert.Equal(200, answer.Status);
            Assert.Contains(i % 3 == 0 ? second : first, answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_client_that_reads_late_gets_every_answer()
    {
        const int count = 20_000;
        var (token, monitor) = await NewMonitorAsync();
        await using var client = await RawClient.ConnectAsync(Address, receiveBuffer: 4096);
        var sending = client.SendAsync(string.Concat(Enumerable.Repeat(RawClient.Beat(token, monitor), count)));
        // The answers do not fit into the sockets' buffers: the server has to stop reading, and then this side to stop sending.
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken));
        for (var i = 0; i < count; i++) Assert.Equal(200, (await client.ReceiveAsync())!.Status);
        await sending;
    }

    [Theory]
    [InlineData("GET /api/organization", "", 200)]
    [InlineData("GET /nowhere", "", 404)]
    [InlineData("POST /api/monitoring/heartbeat", "{", 400)]
    [InlineData("POST /api/monitoring/heartbeat", """{"monitor_id":"69c3a0754e257b7d18094f9a"}""", 404)]
    public async Task After_a_heartbeat_the_connection_carries_anything_else(string line, string body, int status)
    {
        var (token, monitor) = await NewMonitorAsync();
        await using var client = await RawClient.ConnectAsync(Address);
        await client.SendAsync(RawClient.Beat(token, monitor) + RawClient.Request(line, token, body) + RawClient.Beat(token, monitor));
        Assert.Equal(200, (await client.ReceiveAsync())!.Status);
        Assert.Equal(status, (await client.ReceiveAsync())!.Status);
        Assert.Equal(200, (await client.ReceiveAsync())!.Status);
    }

    [Fact]
    public async Task A_token_that_is_none_is_refused_by_Kestrel()
    {
        var (token, monitor) = await NewMonitorAsync();
        await using var client = await RawClient.ConnectAsync(Address);
        await client.SendAsync(RawClient.Beat(token, monitor) + RawClient.Beat(ApiServer.RandomAdminToken(), monitor));
        Assert.Equal(200, (await client.ReceiveAsync())!.Status);
        var refused = (await client.ReceiveAsync())!;
        Assert.Equal(401, refused.Status);
        Assert.Contains("invalid_token", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once_on_the_same_connection()
    {
        var api = await server.NewOrganizationAsync();
        var monitor = (await api.NewMonitorAsync()).Text("id");
        var created = (await api.PostAsync("/api/tokens", new { name = "job", scopes = new[] { "heartbeat" } })).ShouldBe(201).Body;
        await using var client = await RawClient.ConnectAsync(Address);
        await client.SendAsync(RawClient.Beat(created.Text("token")!, monitor));
        Assert.Equal(200, (await client.ReceiveAsync())!.Status);
        (await api.DeleteAsync($"/api/tokens/{created.Text("id")}")).ShouldBe(204);
        await client.SendAsync(RawClient.Beat(created.Text("token")!, monitor));
        Assert.Equal(401, (await client.ReceiveAsync())!.Status);
    }

    [Fact]
    public async Task A_client_that_sends_no_more_still_gets_its_answer_and_then_the_end()
    {
        var (token, monitor) = await NewMonitorAsync();
        await using var client = await RawClient.ConnectAsync(Address);
        await client.SendAsync(RawClient.Beat(token, monitor));
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(200, (await client.ReceiveAsync())!.Status);
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Connections_that_break_harm_nobody()
    {
        var (token, monitor) = await NewMonitorAsync();
        var beat = RawClient.Beat(token, monitor);
        for (var i = 0; i < 200; i++)
        {
            await using var client = await RawClient.ConnectAsync(Address);
            await client.SendAsync(beat[..(beat.Length * i / 199)]);
            // No linger: the other side sees a reset.
            client.Socket.LingerState = new LingerOption(enable: i % 2 == 0, 0);
        }
        await using var healthy = await RawClient.ConnectAsync(Address);
        await healthy.SendAsync(beat);
        Assert.Equal(200, (await healthy.ReceiveAsync())!.Status);
        Assert.DoesNotContain(server.Log.All, l => l.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact]
    public async Task Closed_connections_leave_no_descriptor_behind()
    {
        var (token, monitor) = await NewMonitorAsync();
        for (var i = 0; i < 300; i++) await BeatOnceAsync();
        for (var i = 0; i < 100 && Unclosed() > 0; i++)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(0, Unclosed());

        async Task BeatOnceAsync()
        {
            await using var client = await RawClient.ConnectAsync(Address);
            await client.SendAsync(RawClient.Beat(token, monitor));
            Assert.Equal(200, (await client.ReceiveAsync())!.Status);
        }

        // Closed by the client and not by the server: state 08, CLOSE_WAIT.
        int Unclosed() => File.ReadAllLines("/proc/net/tcp").Count(line =>
            line.Contains($":{Address.Port:X4} 0100007F:", StringComparison.Ordinal) && line.Contains(" 08 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_ends_idle_connections_of_the_lane()
    {
        await using var stopping = new ApiServer();
        await stopping.InitializeAsync();
        var api = await stopping.NewOrganizationAsync();
        var monitor = (await api.NewMonitorAsync()).Text("id");
        await using var client = await RawClient.ConnectAsync(stopping.Http.BaseAddress!);
        await client.SendAsync(RawClient.Beat(api.Token, monitor));
        Assert.Equal(200, (await client.ReceiveAsync())!.Status);
        await stopping.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Without_the_lane_Kestrel_answers_everything()
    {
        await using var other = new ApiServer();
        other.Settings = other.Settings with { HeartbeatLane = false };
        await other.InitializeAsync();
        var api = await other.NewOrganizationAsync();
        var monitor = (await api.NewMonitorAsync()).Text("id");
        await using var client = await RawClient.ConnectAsync(other.Http.BaseAddress!);
        await client.SendAsync(RawClient.Beat(api.Token, monitor));
        Assert.Equal(200, (await client.ReceiveAsync())!.Status);
        Assert.Equal(0, other.Services.GetRequiredService<LaneGate>().Taken);
    }

    private async Task<(string Token, string MonitorId)> NewMonitorAsync()
    {
        var api = await server.NewOrganizationAsync();
        return (api.Token, (await api.NewMonitorAsync()).Text("id")!);
    }
}
