using Exemplar.Core.Maintenance;
using Exemplar.Server.Outages;
using Exemplar.Storage.Maintenance;

namespace Exemplar.Server.Maintenance;

/// <summary>
/// Holds the quiet times in memory, for whoever is about to judge. They are read again after every change that this process
/// makes, and when their version has grown because another node changed something.
/// <para>Invariant: reads follow one another, so that an older reading never takes the place of a newer one.</para>
/// </summary>
internal sealed class QuietTimesCache(QuietTimesStore store, OutageWatch watch, TimeProvider clock) : IDisposable
{
    // What is over for longer than the store remembers is dropped by reading again, even if nothing changes.
    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private long _version = -1;
    private DateTimeOffset _readAt;

    /// <summary>As they were read last.</summary>
    public QuietTimes Present => watch.QuietTimes;

    /// <summary>Reads them again if they have changed; true when they were read.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if ((now - _readAt).Duration() < LongestKept && await store.VersionAsync(cancellationToken) == _version) return false;
            (watch.QuietTimes, _version) = await store.LoadAsync(now, cancellationToken);
            _readAt = now;
            return true;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>
    /// Something was changed and is stored. Should they not be readable right now, the worker reads them in a moment: what is
    /// stored is not refused for that.
    /// </summary>
    public async Task ChangedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException || store.IsUnavailable(exception))
        {
            // The worker tells the operator when it goes on.
        }
    }

    public void Dispose() => _reading.Dispose();
}
