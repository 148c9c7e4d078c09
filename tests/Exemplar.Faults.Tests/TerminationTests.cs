using System.Net.Sockets;
using System.Text;
using Exemplar.Faults.Tests.Support;

namespace Exemplar.Faults.Tests;

[Collection(UnderLoad.Name)]
public sealed class TerminationTests
{
    /// <summary>What the contract promises.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task SIGTERM_under_load_ends_the_server_in_time_and_loses_nothing_that_was_acknowledged()
    {
        using var folder = new TemporaryFolder();
        Senders senders;
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            senders = new Senders(await KillTests.MonitorsAsync(server), connections: 8);
            var load = senders.RunAsync(server, TestContext.Current.CancellationToken);
            await Eventually.TrueAsync("heartbeats are accepted", () => senders.AcceptedCount > 500, server);
            server.Terminate();
            Assert.Equal(0, await server.ExitCodeAsync(Promised));
            await load;
            AssertQuiet(server);
        }

        await using var next = await ServerProcess.StartAsync(folder.Data);
        using var api = new Api(next);
        await senders.AssertHistoryIsTrueAsync(api);
    }

    [Fact]
    public async Task SIGTERM_does_not_wait_for_a_sender_that_trickles_its_body()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        var monitor = (await KillTests.MonitorsAsync(server))[0];
        using var sender = await RawConnection.OpenAsync(server);
        await sender.SendAsync(RawConnection.HeartbeatHead("Content-Length: 60000") + $$"""{"monitor_id":"{{monitor}}","metadata":{"x":" """.TrimEnd());
        using var done = new CancellationTokenSource();
        var trickle = TrickleAsync(sender, done.Token);

        server.Terminate();
        Assert.Equal(0, await server.ExitCodeAsync(Promised));
        AssertQuiet(server);
        await done.CancelAsync();
        await trickle;
    }

    [Fact]
    public async Task SIGTERM_while_another_program_holds_the_database_still_ends_the_server_in_time()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        using var api = new Api(server);
        var monitor = (await KillTests.MonitorsAsync(server))[0];
        await api.BeatAsync(monitor);
        using var holder = new DatabaseHolder(folder.Database);

        server.Terminate();
        Assert.Equal(0, await server.ExitCodeAsync(Promised));
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
    }

    private static void AssertQuiet(ServerProcess server)
    {
        Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("crit:", server.Output, StringComparison.Ordinal);
        Assert.Equal("", server.Errors);
    }

    /// <summary>Faster than the least rate the server insists on, and so slow that it would take a minute.</summary>
    private static async Task TrickleAsync(RawConnection sender, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await sender.SendAsync(new string('x', 100));
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // The server is gone, or the test is over.
        }
    }
}
