using Exemplar.Storage.Checks;
using Exemplar.Storage.Deadlines;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Retention;
using Exemplar.Storage.Schema;

namespace Exemplar.Storage;

/// <summary>
/// A database that Exemplar can live on. There are two, SQLite and PostgreSQL; one contract test suite runs against
/// both. The hot verbs are engine-specific stores; everything else goes through EF Core on <see cref="Read"/> and
/// <see cref="WriteAsync{T}"/>.
/// </summary>
public abstract class StorageEngine : IAsyncDisposable
{
    /// <summary><c>sqlite</c> or <c>postgresql</c>, for logs and metrics.</summary>
    public abstract string Name { get; }

    /// <summary>Puts heartbeats on disk. Called from one thread at a time.</summary>
    public abstract IHeartbeatStore Heartbeats { get; }

    /// <summary>Judges deadlines.</summary>
    public abstract IDeadlineStore Deadlines { get; }

    /// <summary>Reads history.</summary>
    public abstract ICheckStore Checks { get; }

    /// <summary>Reads present states.</summary>
    public abstract IMonitorStates States { get; }

    /// <summary>Removes old checks and keeps the files in order.</summary>
    public abstract IUpkeepStore Upkeep { get; }

    /// <summary>
    /// Set after each commit that left word of a change of status. A hint for whoever follows it up: what a process that ended meanwhile
    /// left is found by looking.
    /// </summary>
    public WakeSignal ChangeLeft { get; } = new();

    /// <summary>Brings the schema up to date and loads what the engine keeps in memory. Called once, before anything else.</summary>
    /// <param name="now">The present moment; moments of stored states that lie after it come from a clock that was set back.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public abstract Task OpenAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// True when an exception, of reading for example, means that the database cannot be used now, and false when it tells of
    /// a fault of ours: a statement it does not understand, a rule that was broken.
    /// </summary>
    public abstract bool IsUnavailable(Exception exception);

    /// <summary>A context for reading. The caller disposes it.</summary>
    internal abstract ExemplarDb Read();

    /// <summary>Runs <paramref name="work"/> in one transaction and commits it; an exception rolls everything back.</summary>
    /// <exception cref="StorageUnavailableException">The database refused; nothing was stored.</exception>
    internal abstract Task<T> WriteAsync<T>(Func<WriteUnit, Task<T>> work, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
