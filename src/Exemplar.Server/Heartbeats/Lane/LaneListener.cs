using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Exemplar.Server.Heartbeats.Lane;

/// <summary>
/// Accepts connections into the lane, and gives Kestrel those that turn out to carry something else. Kestrel gets them untouched:
/// what has arrived is still in the socket.
/// </summary>
internal sealed partial class LaneListener(
    Socket listener, LaneReactor reactor, SocketConnectionContextFactory contexts, TimeProvider clock, ILogger<LaneListener> logger)
    : IConnectionListener
{
    /// <summary>How long nothing is accepted after the system had no descriptor left.</summary>
    private static readonly TimeSpan PauseWithoutDescriptors = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Socket> _foreign = Channel.CreateUnbounded<Socket>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _accepting = Task.CompletedTask;

    // The listener itself is one of them until it is unbound.
    private int _inLane = 1;
    private int _isClosing;

    public EndPoint EndPoint { get; } = listener.LocalEndPoint!;

    /// <summary>True once its connections are to end.</summary>
    public bool IsClosing => Volatile.Read(ref _isClosing) != 0;

    public void Start() => _accepting = AcceptAllAsync();

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _foreign.Reader.WaitToReadAsync(cancellationToken))
        {
            if (!_foreign.Reader.TryRead(out var socket)) continue;
            try
            {
                return contexts.Create(socket);
            }
            catch (SocketException)
            {
                // It broke on the way.
                socket.Dispose();
            }
        }
        return null;
    }

    /// <summary>The reactor is done with it: Kestrel's turn.</summary>
    public void HandOver(Socket socket)
    {
        if (IsClosing || !_foreign.Writer.TryWrite(socket)) socket.Dispose();
        Release();
    }

    /// <summary>The reactor is done with it, and so is everybody.</summary>
    public void Close(Socket socket)
    {
        socket.Dispose();
        Release();
    }

    /// <summary>Accepts no more, and waits until what is on its way to disk has been answered.</summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isClosing, 1) == 0)
        {
            listener.Dispose();
            await _accepting;
            Release();
            reactor.CloseListeners();
        }
        // A stop whose time is used up goes on without them; the process ends them.
        await _emptied.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _foreign.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        while (_foreign.Reader.TryRead(out var socket)) socket.Dispose();
    }

    private async Task AcceptAllAsync()
    {
        while (!IsClosing)
        {
            try
            {
                Take(await listener.AcceptAsync());
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                NoDescriptors();
                await Task.Delay(PauseWithoutDescriptors, clock);
            }
            catch (SocketException)
            {
                // It was gone before it was accepted; or the listener is being closed, which the loop sees.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Take(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            var connection = new LaneConnection(socket, this, reactor, (socket.RemoteEndPoint as IPEndPoint)?.Address);
            Interlocked.Increment(ref _inLane);
            reactor.Post(connection);
        }
        catch (SocketException)
        {
            socket.Dispose();
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _inLane) == 0) _emptied.TrySetResult();
    }

    /// <summary>Says what should not have happened.</summary>
    [LoggerMessage(1012, LogLevel.Error, "A connection was closed because of a fault in the server. Please report it.")]
    public partial void Failed(Exception exception);

    [LoggerMessage(1011, LogLevel.Warning, "No connection can be accepted because the process has no file descriptor left. Raise its limit (ulimit -n).")]
    private partial void NoDescriptors();
}
