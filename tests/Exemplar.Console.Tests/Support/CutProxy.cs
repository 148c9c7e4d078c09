using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Exemplar.Console.Tests.Support;

/// <summary>A wire between browser and server that can be cut: connections end, and new ones are refused, until it is mended.</summary>
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

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;) await to.SendAsync(buffer.AsMemory(0, read));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
