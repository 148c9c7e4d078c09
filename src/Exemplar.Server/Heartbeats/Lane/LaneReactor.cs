using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Exemplar.Server.Heartbeats.Lane;

/// <summary>
/// One thread that waits for all connections of the lane at once and looks at what arrives.
/// <para>Invariant: only this thread watches, unwatches, closes and hands over connections; everybody else posts them. Nothing on it
/// ever waits but the wait for events itself.</para>
/// </summary>
internal sealed class LaneReactor : IDisposable
{
    /// <summary>A request that is larger is Kestrel's.</summary>
    public const int LargestRequest = 16 * 1024;

    private const int EventsPerRound = 256;
    private const int TickMs = 1_000;

    // So long a connection may say nothing, or not the rest of a request; then Kestrel's own limits are to watch it.
    private const int PatienceTicks = 3;

    private const ulong WakeKey = 0;
    private const uint Events = LibC.EpollIn | LibC.EpollOut | LibC.EpollPeerHangUp | LibC.EpollEdge;

    private readonly SafeFileHandle _epoll = LibC.CreateEpoll();
    private readonly SafeFileHandle _wake = LibC.CreateEvent();
    private readonly Dictionary<ulong, LaneConnection> _connections = [];
    private readonly List<LaneConnection> _overdue = [];
    private readonly ConcurrentQueue<LaneConnection> _posted = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LargestRequest, pinned: true);
    private readonly LaneGate _gate;
    private readonly Thread _thread;
    private ulong _lastKey;
    private int _tick;
    private int _isSignalled;
    private volatile bool _stopping;
    private volatile bool _mustCloseListeners;

    public LaneReactor(LaneGate gate)
    {
        _gate = gate;
        if (!LibC.TryWatch(_epoll, _wake, LibC.EpollIn, WakeKey)) throw new IOException("The lane for heartbeats cannot wait for events.");
        _thread = new Thread(Run) { Name = "heartbeat-lane", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Has the reactor look after the connection. Whoever posts it no longer touches it.</summary>
    public void Post(LaneConnection connection)
    {
        _posted.Enqueue(connection);
        Wake();
    }

    /// <summary>Has the reactor close what belongs to listeners that are closing.</summary>
    public void CloseListeners()
    {
        _mustCloseListeners = true;
        Wake();
    }

    public void Dispose()
    {
        _stopping = true;
        LibC.Signal(_wake);
        _thread.Join();
        foreach (var connection in _connections.Values) connection.Socket.Dispose();
        _epoll.Dispose();
        _wake.Dispose();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isSignalled, 1) == 0) LibC.Signal(_wake);
    }

    private void Run()
    {
        using var events = new EpollEvents(EventsPerRound);
        var tickedAt = Stopwatch.GetTimestamp();
        while (!_stopping)
        {
            var count = LibC.Wait(_epoll, events, _connections.Count == 0 ? Timeout.Infinite : TickMs);
            var wasWoken = false;
            for (var i = 0; i < count; i++)
            {
                var (what, key) = events[i];
                if (key == WakeKey) wasWoken = true;
                else if (_connections.TryGetValue(key, out var connection)) OnEvent(connection, what);
            }
            if (wasWoken) TakePosts();
            _gate.EndRound();
            if (Stopwatch.GetElapsedTime(tickedAt).TotalMilliseconds < TickMs) continue;
            tickedAt = Stopwatch.GetTimestamp();
            Tick();
        }
    }

    private void OnEvent(LaneConnection connection, uint what)
    {
        connection.ActiveAt = _tick;
        if ((what & (LibC.EpollPeerHangUp | LibC.EpollHangUp | LibC.EpollError)) != 0) connection.PeerHungUp = true;
        if (connection.IsAtRestOrNotes()) Attend(connection);
    }

    private void TakePosts()
    {
        LibC.Reset(_wake);
        Interlocked.Exchange(ref _isSignalled, 0);
        while (_posted.TryDequeue(out var connection))
        {
            connection.Rest();
            connection.ActiveAt = _tick;
            if (connection.Key == 0 && !TryWatch(connection)) connection.IsForeign = true;
            Attend(connection);
        }
        if (_mustCloseListeners) EndConnections();
    }

    private bool TryWatch(LaneConnection connection)
    {
        connection.Key = ++_lastKey;
        _connections.Add(connection.Key, connection);
        return LibC.TryWatch(_epoll, connection.Handle, Events, connection.Key);
    }

    private void Attend(LaneConnection connection)
    {
        try
        {
            Do(connection);
        }
        catch (Exception exception)
        {
            // The lane goes on with the others.
            connection.Listener.Failed(exception);
            Close(connection);
        }
    }

    /// <summary>Does for a connection at rest what is to be done.</summary>
    private void Do(LaneConnection connection)
    {
        if (connection.Unsent is { } unsent && !connection.IsClosing) connection.Send(unsent);
        if (connection.IsClosing) Close(connection);
        else if (connection.Unsent is not null) return;
        else if (connection.IsForeign) HandOver(connection);
        else Look(connection);
    }

    private void Look(LaneConnection connection)
    {
        var count = LibC.Peek(connection.Handle, _buffer, out var error);
        if (count <= 0)
        {
            if (count == 0 || error != LibC.TryAgain) Close(connection);
            else if (connection.Listener.IsClosing) Close(connection);
            return;
        }

        switch (LaneRequest.Read(_buffer.AsSpan(0, count), out var request))
        {
            case LaneReading.Heartbeat when _gate.TryTake(connection, request, moreHasArrived: count > request.Length):
                return;
            // What a closed connection will never complete, or a whole buffer does not hold, is Kestrel's to refuse.
            case LaneReading.Incomplete when count < _buffer.Length && !connection.PeerHungUp && !connection.Listener.IsClosing:
                return;
            default:
                HandOver(connection);
                return;
        }
    }

    private void HandOver(LaneConnection connection)
    {
        _connections.Remove(connection.Key);
        LibC.Unwatch(_epoll, connection.Handle);
        connection.Listener.HandOver(connection.Socket);
    }

    private void Close(LaneConnection connection)
    {
        _connections.Remove(connection.Key);
        LibC.Unwatch(_epoll, connection.Handle);
        connection.Listener.Close(connection.Socket);
    }

    private void Tick()
    {
        _tick++;
        foreach (var connection in _connections.Values)
            if (_tick - connection.ActiveAt > PatienceTicks) _overdue.Add(connection);
        foreach (var connection in _overdue)
        {
            if (!connection.IsAtRestOrNotes()) continue;
            if (connection.Unsent is null) HandOver(connection);
            else Close(connection);
        }
        _overdue.Clear();
    }

    private void EndConnections()
    {
        _mustCloseListeners = false;
        foreach (var connection in _connections.Values)
            if (connection.Listener.IsClosing) _overdue.Add(connection);
        foreach (var connection in _overdue)
            if (connection.IsAtRestOrNotes()) Attend(connection);
        _overdue.Clear();
    }
}
