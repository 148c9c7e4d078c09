using System.Threading.Tasks.Sources;
using Exemplar.Storage.Heartbeats;

namespace Exemplar.Server.Heartbeats;

/// <summary>
/// A heartbeat whose sender waits for the commit. Pooled together with its awaitable, so that a beat costs no allocation
/// between the socket and the disk. Invariant: between <see cref="Wait"/> and its completion the entry belongs to the
/// intake and the writer; before and after, to the request.
/// </summary>
internal sealed class PendingHeartbeat : HeartbeatEntry, IValueTaskSource<bool>
{
    // Whoever completes it runs the rest of the request; the writer leaves that to the thread pool.
    private ManualResetValueTaskSourceCore<bool> _source;

    /// <summary>Completes with true when the batch was committed, with false when nothing of it was stored.</summary>
    public ValueTask<bool> Wait() => new(this, _source.Version);

    public void Complete(bool stored) => _source.SetResult(stored);

    /// <summary>Makes it ready for the next heartbeat.</summary>
    public void Reset()
    {
        Clear();
        _source.Reset();
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
