namespace Exemplar.Storage.Sqlite;

/// <summary>
/// SQLite has one writer. Invariant: whoever holds the gate is the only one to use the writing connection, its statements
/// and the right to change <see cref="LiveMonitors"/>. Waiters of <see cref="EnterAsync"/> are handed the gate in turn, so
/// a busy ingest cannot starve them.
/// </summary>
internal sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(1, 1);

    public Pass Enter()
    {
        _semaphore.Wait();
        return new Pass(_semaphore);
    }

    public async ValueTask<Pass> EnterAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken);
        return new Pass(_semaphore);
    }

    public void Dispose() => _semaphore.Dispose();

    /// <summary>Held until disposed.</summary>
    public readonly struct Pass(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
