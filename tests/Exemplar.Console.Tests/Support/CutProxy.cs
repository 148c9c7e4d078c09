using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Exemplar.Console.Tests.Support;

/// <summary>A wire between browser and server that can be cut: connections end, and new ones are refused, until it is mended. It may be a long one.</summary>
internal sealed class CutProxy : IAsyncDisposable
{
    private readonly Uri _server;
    private readonly ConcurrentBag<Socket> _sockets = [];
    private TcpListener _listener;
    private Task _work;

    private CutProxy(Uri server)
    {
        (_server, _listener) = (server, new TcpListener(IPAddress.Loopback, 0));
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _work = AcceptAsync(_listener);
    }

    public Uri Address { get; }

    /// <summary>How long everything is on its way, in either direction.</summary>
    public TimeSpan Delay { get; set; }

    public static CutProxy Before(ServerProcess server) => new(server.Address);

    public async Task CutAsync()
    {
        _listener.Stop();
        await _work;
        foreach (var socket in _sockets) socket.Dispose();
        _sockets.Clear();
    }

    public void Mend()
    {
        _listener = new TcpListener(IPAddress.Loopback, Address.Port);
        _listener.Start();
        _work = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync() => await CutAsync();

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                var near = await listener.AcceptSocketAsync();
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(near);
                _sockets.Add(far);
                await far.ConnectAsync(_server.Host, _server.Port);
                _ = CopyAsync(near, far);
                _ = CopyAsync(far, near);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        // A long wire holds what was sent meanwhile, it does not send more slowly.
        var wire = Channel.CreateUnbounded<(byte[] Sent, long ArrivesAt)>();
        var arrivals = ArriveAsync(wire.Reader, from, to);
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
                wire.Writer.TryWrite((buffer[..read], Environment.TickCount64 + (long)Delay.TotalMilliseconds));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
        wire.Writer.Complete();
        await arrivals;
    }

    private static async Task ArriveAsync(ChannelReader<(byte[] Sent, long ArrivesAt)> wire, Socket from, Socket to)
    {
        try
        {
            await foreach (var (sent, arrivesAt) in wire.ReadAllAsync())
            {
                if (arrivesAt - Environment.TickCount64 is > 0 and var wait) await Task.Delay(TimeSpan.FromMilliseconds(wait), TimeProvider.System);
                await to.SendAsync(sent);
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
