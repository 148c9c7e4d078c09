using Exemplar.Core.Ids;
using Exemplar.Storage.Heartbeats;

namespace Exemplar.Server.Heartbeats;

/// <summary>What the intake says to a heartbeat.</summary>
internal enum Acceptance
{
    /// <summary>It is in the current batch.</summary>
    Accepted,

    /// <summary>Too many are waiting already, or the server is starting or stopping: nothing was accepted.</summary>
    Refused,

    /// <summary>Its <c>occurred_at</c> is older than <see cref="HeartbeatIntake.OldestDelay"/>.</summary>
    OccurredTooLongAgo,

    /// <summary>Its <c>occurred_at</c> is further ahead than <see cref="HeartbeatIntake.ClockSlack"/>.</summary>
    OccurredInFuture,
}

/// <summary>
/// Where heartbeats gather for the next commit.
/// <para>Invariant: reading the clock and joining the batch are one step under the lock. So the moments in the queue never
/// run backwards, and after <see cref="DrainAsync"/> has returned a moment, no heartbeat stamped before it is still on its
/// way to disk. That is what makes a verdict on a deadline before that moment true.</para>
/// </summary>
internal sealed class HeartbeatIntake(TimeProvider clock)
{
    /// <summary>So many heartbeats may wait for a commit; more are told to come again.</summary>
    public const int Capacity = 50_000;

    /// <summary>How long ago the work of a delayed heartbeat may have been done.</summary>
    public static readonly TimeSpan OldestDelay = TimeSpan.FromDays(7);

    /// <summary>How far a sender's clock may run ahead of ours.</summary>
    public static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(5);

    private readonly object _sync = new();
    private readonly List<(long Through, TaskCompletionSource Done)> _drains = [];
    private List<HeartbeatEntry> _waiting = new(256);
    private long _accepted;
    private long _finished;
    private bool _open;
    private bool _stopping;
    private bool _writerSleeps;

    /// <summary>True once heartbeats are let in.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_sync) return _open && !_stopping;
        }
    }

    /// <summary>Heartbeats that wait for a commit.</summary>
    public int Waiting
    {
        get
        {
            lock (_sync) return _waiting.Count;
        }
    }

    /// <summary>How many heartbeats were ever accepted, and how many of them the writer has finished with.</summary>
    public (long Accepted, long Finished) Progress
    {
        get
        {
            lock (_sync) return (_accepted, _finished);
        }
    }

    /// <summary>Lets heartbeats in, from the moment on at which the server knows its own absences; returns that moment.</summary>
    public DateTimeOffset Open(Action<DateTimeOffset> justBefore)
    {
        lock (_sync)
        {
            var now = Now();
            justBefore(now);
            _open = true;
            return now;
        }
    }

    /// <summary>Stamps the heartbeat and puts it into the current batch.</summary>
    /// <param name="heartbeat">It belongs to the writer afterwards, if it was accepted.</param>
    /// <param name="wakeWriter">False for one of many: whoever says so calls <see cref="WakeWriter"/> after the last.</param>
    public Acceptance TryAccept(HeartbeatEntry heartbeat, bool wakeWriter = true)
    {
        var random = unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue));
        lock (_sync)
        {
            if (!_open || _stopping || _waiting.Count >= Capacity) return Acceptance.Refused;
            var now = Now();
            if (heartbeat.OccurredAt is { } occurredAt)
            {
                if (now - occurredAt > OldestDelay) return Acceptance.OccurredTooLongAgo;
                if (occurredAt - now > ClockSlack) return Acceptance.OccurredInFuture;
                if (occurredAt >= now) heartbeat.OccurredAt = null;
            }

            heartbeat.ReceivedAt = now;
            heartbeat.CheckId = EntityId.Create(heartbeat.At, random);
            _waiting.Add(heartbeat);
            _accepted++;
            if (_writerSleeps && wakeWriter) Monitor.Pulse(_sync);
            return Acceptance.Accepted;
        }
    }

    /// <summary>Wakes the writer if heartbeats wait that were accepted without.</summary>
    public void WakeWriter()
    {
        if (!Volatile.Read(ref _writerSleeps)) return;
        lock (_sync)
        {
            if (_writerSleeps && _waiting.Count > 0) Monitor.Pulse(_sync);
        }
    }

    /// <summary>Sleeps until a heartbeat waits; false when the server stops and nothing is left.</summary>
    public bool WaitForWork()
    {
        lock (_sync)
        {
            while (_waiting.Count == 0)
            {
                if (_stopping) return false;
                _writerSleeps = true;
                Monitor.Wait(_sync);
                _writerSleeps = false;
            }
            return true;
        }
    }

    /// <summary>Gives the writer everything that waits and takes <paramref name="emptied"/> for the next batch.</summary>
    public List<HeartbeatEntry> TakeBatch(List<HeartbeatEntry> emptied)
    {
        lock (_sync)
        {
            var batch = _waiting;
            _waiting = emptied;
            return batch;
        }
    }

    /// <summary>The writer has finished with so many heartbeats, stored or not.</summary>
    public void Finish(int count)
    {
        List<TaskCompletionSource>? done = null;
        lock (_sync)
        {
            _finished += count;
            for (var i = _drains.Count - 1; i >= 0; i--)
            {
                if (_drains[i].Through > _finished) continue;
                (done ??= []).Add(_drains[i].Done);
                _drains.RemoveAt(i);
            }
        }
        done?.ForEach(d => d.SetResult());
    }

    /// <summary>
    /// Waits until every heartbeat accepted so far is on disk or refused, and returns the moment before which that holds
    /// for all that will ever be accepted.
    /// </summary>
    public async Task<DateTimeOffset> DrainAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset horizon;
        TaskCompletionSource done;
        lock (_sync)
        {
            horizon = Now();
            if (_finished == _accepted) return horizon;
            done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _drains.Add((_accepted, done));
        }
        await done.Task.WaitAsync(cancellationToken);
        return horizon;
    }

    /// <summary>Accepts nothing more; the writer finishes what waits.</summary>
    public void Stop()
    {
        lock (_sync)
        {
            _stopping = true;
            Monitor.PulseAll(_sync);
        }
    }

    // To the millisecond, as it is stored: a moment must be the same before and after a restart.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
