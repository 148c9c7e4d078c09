using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exemplar.Server.Heartbeats.Lane;

/// <summary>
/// Has Kestrel listen through the lane. Only on Linux, only for TCP, and only where every address is plain HTTP: what is meant to
/// arrive encrypted must not be taken in the clear; and only without trusted proxies: whose request it is then stands in a header that
/// the lane does not read. Everything else is the business of Kestrel's own transport.
/// </summary>
internal sealed class LaneTransport(LaneGate gate, ServerSettings settings, TimeProvider clock, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    // As many as Kestrel's own transport lets wait.
    private const int Backlog = 512;

    private readonly SocketConnectionContextFactory _contexts = new(new SocketConnectionFactoryOptions(), loggers.CreateLogger<SocketConnectionContextFactory>());
    private readonly Lazy<LaneReactor> _reactor = new(() => new LaneReactor(gate));

    public bool CanBind(EndPoint endpoint) => settings.HeartbeatLane && LibC.IsThere && endpoint is IPEndPoint
        && !settings.Urls.Contains("https:", StringComparison.OrdinalIgnoreCase)
        && settings.TrustedProxies.Count == 0;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = Bind(endpoint);
        var listener = new LaneListener(socket, _reactor.Value, _contexts, clock, loggers.CreateLogger<LaneListener>());
        listener.Start();
        return new(listener);
    }

    public void Dispose()
    {
        if (_reactor.IsValueCreated) _reactor.Value.Dispose();
        _contexts.Dispose();
    }

    private static Socket Bind(EndPoint endpoint)
    {
        try
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(exception.Message, exception);
        }
    }
}
