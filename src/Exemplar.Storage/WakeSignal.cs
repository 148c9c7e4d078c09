namespace Exemplar.Storage;

/// <summary>
/// Wakes the one worker that waits for it before its time is up.
/// <para>Invariant: whoever sets it has committed before, and the waiter forgets a signal before it looks at the database. So one that comes
/// while nobody waits is kept, and none is forgotten whose change was not there to be seen.</para>
/// </summary>
public sealed class WakeSignal
{
    private TaskCompletionSource _set = New();

    /// <summary>There is something to look at. Costs next to nothing, also when it was set already.</summary>
    public void Set() => Volatile.Read(ref _set).TrySetResult();

    /// <summary>Waits until somebody sets the signal, and no longer than <paramref name="atMost"/>; true when somebody did.</summary>
    /// <exception cref="OperationCanceledException">It is waited for no more.</exception>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        var set = Volatile.Read(ref _set).Task;
        using (var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            await Task.WhenAny(set, Task.Delay(atMost, clock, timer.Token));
            await timer.CancelAsync();
        }
        cancellationToken.ThrowIfCancellationRequested();
        if (!set.IsCompleted) return false;
        Volatile.Write(ref _set, New());
        return true;
    }

    // Whoever sets it is in the middle of a commit of heartbeats, or of verdicts: the waiter goes on elsewhere.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
