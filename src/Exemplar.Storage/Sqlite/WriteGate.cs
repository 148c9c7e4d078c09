namespace Exemplar.Storage.Sqlite;

/// <summary>
/// SQLite has one writer. Invariant: whoever holds the gate is the only one to use the writing connection, its statements
/// and the right to change <see cref="LiveMonitors"/>. Who leaves hands the gate to the one who has waited longest, so
/// nobody who comes back at once, as upkeep does between its steps, can pass by those who wait: a semaphore let it, and
/// heartbeats stood still for the whole of a pass. Who waits while the database refuses somebody else is refused as well:
/// each trying for itself would wait for the other program's lock anew, and the last would hear of it minutes later.
/// </summary>
internal sealed class WriteGate
{
    private readonly Lock _sync = new();
    private readonly Queue<TaskCompletionSource> _waiters = new();
    private bool _taken;

    /// <summary>How many wait for the gate, those who gave up included until it is their turn.</summary>
    internal int Waiting
    {
        get
        {
            lock (_sync) return _waiters.Count;
        }
    }

    /// <summary>Takes the gate, blocking the thread until it is free.</summary>
    /// <exception cref="StorageUnavailableException">The database refused a write while this one waited.</exception>
    public Pass Enter()
    {
        Ask()?.Task.GetAwaiter().GetResult();
        return new Pass(this);
    }

    /// <summary>Takes the gate as soon as it is free.</summary>
    /// <exception cref="StorageUnavailableException">The database refused a write while this one waited.</exception>
    /// <exception cref="OperationCanceledException">Given up; the gate was not taken.</exception>
    public async ValueTask<Pass> EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Ask() is { } turn)
        {
            await using var givingUp = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
            await turn.Task;
        }
        return new Pass(this);
    }

    /// <summary>The holder of the gate was refused by the database: so are all who wait now.</summary>
    public void Refused()
    {
        lock (_sync)
        {
            while (_waiters.TryDequeue(out var waiter))
                waiter.TrySetException(new StorageUnavailableException("The SQLite database refused the write before this one."));
        }
    }

    /// <summary>Null when the gate was free and is the caller's now; otherwise what completes when it is.</summary>
    private TaskCompletionSource? Ask()
    {
        lock (_sync)
        {
            if (!_taken)
            {
                _taken = true;
                return null;
            }
            // Not on the thread of the one who leaves: it has other things to do.
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Enqueue(turn);
            return turn;
        }
    }

    private void Leave()
    {
        lock (_sync)
        {
            while (_waiters.TryDequeue(out var next))
                if (next.TrySetResult()) return;
            _taken = false;
        }
    }

    /// <summary>Held until disposed, once.</summary>
    public readonly struct Pass(WriteGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
