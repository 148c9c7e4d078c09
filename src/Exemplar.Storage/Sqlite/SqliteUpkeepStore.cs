using Exemplar.Storage.Retention;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// Housekeeping of the file. Everything here works in steps of a few milliseconds and gives the gate back in between.
/// </summary>
internal sealed class SqliteUpkeepStore(
    string path, string connectionString, WriteGate gate, SqliteWriter writer, HeartbeatLog log, StateSaver states, SqlitePruner pruner) : IUpkeepStore, IDisposable
{
    /// <summary>A write-ahead log of this size is moved into the database.</summary>
    private const long WalBytes = 16L << 20;

    /// <summary>The log keeps its size when it starts over, so size alone would have it copied all the time.</summary>
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(4);

    /// <summary>
    /// After so many heartbeats it is moved at every round: what is flushed at once holds up the commits that meet it on the
    /// disk, so it has to be little.
    /// </summary>
    private const long HeartbeatsAtOnce = 10_000;

    private SqliteConnection? _checkpointer;

    // Never closed while a connection is open: closing any handle of a file takes away the locks of all of them.
    private SafeFileHandle? _database;
    private DateTimeOffset _lastCheckpointAt;
    private long _lastCheckpointSeq;

    public Task<UpkeepStep> PruneChecksAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        pruner.StepAsync(now, cancellationToken);

    public async Task KeepUpAsync(DateTimeOffset now, bool stopping, CancellationToken cancellationToken)
    {
        try
        {
            await KeepUpUnmappedAsync(now, stopping, cancellationToken);
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    private async Task KeepUpUnmappedAsync(DateTimeOffset now, bool stopping, CancellationToken cancellationToken)
    {
        await states.SaveAsync(now, stopping, cancellationToken);
        var isDue = (now - _lastCheckpointAt).Duration() >= AtMostEvery || log.NextSeq - _lastCheckpointSeq >= HeartbeatsAtOnce;
        if (!stopping && !(isDue && SizeOf(path + "-wal") > WalBytes)) return;
        (_lastCheckpointAt, _lastCheckpointSeq) = (now, log.NextSeq);
        await CheckpointAsync(cancellationToken);
    }

    public Task<long> DatabaseBytesAsync(CancellationToken cancellationToken) =>
        Task.FromResult(SizeOf(path) + SizeOf(path + "-wal"));

    public void Dispose() => _checkpointer?.Dispose();

    /// <summary>Lets go of the database file, after the last connection to it was closed.</summary>
    public void Close() => _database?.Dispose();

    /// <summary>
    /// The bulk is copied beside the ingest. Under load there is always a little left, and the log would never start
    /// over; so the last bit is copied while nobody writes. SQLite flushes the database only then, which would make
    /// heartbeats wait for all that was copied: so it is flushed before.
    /// </summary>
    private async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        if (_checkpointer is null)
        {
            _checkpointer = new SqliteConnection(connectionString);
            await _checkpointer.OpenAsync(cancellationToken);
        }
        _database ??= File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Checkpoint(_checkpointer);
        RandomAccess.FlushToDisk(_database);
        Checkpoint(_checkpointer);
        RandomAccess.FlushToDisk(_database);
        using var pass = await gate.EnterAsync(cancellationToken);
        Checkpoint(writer.Connection);
    }

    private static void Checkpoint(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        command.ExecuteNonQuery();
    }

    private static long SizeOf(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;
}
