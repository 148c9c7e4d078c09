using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Exemplar.Storage.Heartbeats;

namespace Exemplar.Server.Heartbeats.Lane;

/// <summary>
/// A connection in the lane, and the one heartbeat that it carries at a time.
/// <para>Invariant: while it is at rest only its reactor touches it. <see cref="Begin"/> gives it away, to the writer or to a look-up
/// of the token; whoever has it gives it back with <see cref="End"/> or <see cref="GiveBack"/>. The reactor notes news
/// meanwhile and looks after them later. So the socket is never closed under somebody.</para>
/// </summary>
internal sealed class LaneConnection(Socket socket, LaneListener listener, LaneReactor reactor, IPAddress? address) : HeartbeatEntry
{
    private const int AtRest = 0;
    private const int Away = 1;
    private const int AwayWithNews = 2;

    // It begins with a post to its reactor.
    private int _state = Away;
    private int _requestLength;

    public Socket Socket => socket;

    public SafeHandle Handle { get; } = socket.SafeHandle;

    public LaneListener Listener => listener;

    /// <summary>Whom the limit per address counts it for.</summary>
    public IPAddress? Address => address;

    /// <summary>Its name at the reactor; 0 before it is known there.</summary>
    public ulong Key { get; set; }

    /// <summary>The reactor's last tick in which something happened on it.</summary>
    public int ActiveAt { get; set; }

    /// <summary>The other side sends no more.</summary>
    public bool PeerHungUp { get; set; }

    /// <summary>The database was asked for its token already.</summary>
    public bool TokenWasAskedFor { get; set; }

    /// <summary>To be closed once it is at rest.</summary>
    public bool IsClosing { get; set; }

    /// <summary>To be handed to Kestrel once it is at rest, with the request unread.</summary>
    public bool IsForeign { get; set; }

    /// <summary>What did not fit into the socket yet.</summary>
    public byte[]? Unsent { get; set; }

    /// <summary>Gives it away for a request of so many bytes.</summary>
    public void Begin(int requestLength, bool moreHasArrived)
    {
        _requestLength = requestLength;
        Volatile.Write(ref _state, moreHasArrived || PeerHungUp ? AwayWithNews : Away);
    }

    /// <summary>True when it is at rest; otherwise whoever has it will post it.</summary>
    public bool IsAtRestOrNotes() => Interlocked.CompareExchange(ref _state, AwayWithNews, Away) == AtRest;

    /// <summary>The reactor has it back.</summary>
    public void Rest() => Volatile.Write(ref _state, AtRest);

    /// <summary>Gives it back to the reactor, which looks at it anew.</summary>
    public void GiveBack() => reactor.Post(this);

    /// <summary>Answers after the commit, on the writer's thread: takes the request from the socket and sends, neither of which waits.</summary>
    public void Complete(bool stored)
    {
        if (stored && Outcome != HeartbeatOutcome.Stored)
        {
            // Nothing of it was stored: Kestrel may read it once more and say why.
            IsForeign = true;
            reactor.Post(this);
            return;
        }

        try
        {
            Answer(stored);
        }
        catch (Exception exception)
        {
            // The writer goes on with the next one.
            listener.Failed(exception);
            IsClosing = true;
        }
        End();
    }

    /// <summary>Sends; what does not fit is kept, and a broken connection is to be closed.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        var sent = LibC.Send(Handle, bytes, out var error);
        if (sent == bytes.Length) Unsent = null;
        else if (sent >= 0) Unsent = bytes[sent..].ToArray();
        else if (error == LibC.TryAgain) Unsent = bytes.ToArray();
        else IsClosing = true;
    }

    private void Answer(bool stored)
    {
        Span<byte> answer = stackalloc byte[LaneAnswer.LargestLength];
        answer = answer[..(stored ? LaneAnswer.Write(this, answer) : LaneAnswer.WriteUnavailable(ReceivedAt, answer))];
        if (LibC.Discard(Handle, _requestLength, out _) != _requestLength) IsClosing = true;
        else Send(answer);
    }

    private void End()
    {
        TokenWasAskedFor = false;
        Clear();
        if (IsClosing || Unsent is not null || Interlocked.CompareExchange(ref _state, AtRest, Away) != Away) reactor.Post(this);
    }
}
