using System.Data.Common;
using Exemplar.Storage.Checks;
using Exemplar.Storage.Deadlines;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Retention;
using Exemplar.Storage.Schema;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// The embedded engine: one file, one writer, the states of all monitors in memory. Only one process may use the file;
/// the server holds a lock on its data folder for that.
/// </summary>
public sealed class SqliteEngine : StorageEngine
{
    /// <summary>How long a write waits for a lock that another program holds, before the caller hears that storage is unavailable.</summary>
    private const int BusyTimeoutMs = 2_000;

    private readonly string _path;
    private readonly WriteGate _gate = new();
    private readonly LiveMonitors _live = new();
    private readonly HeartbeatLog _log = new();
    private readonly DbContextOptions<SqliteExemplarDb> _readOptions;
    private readonly SqliteConnection _connection;
    private DbContextOptions<SqliteExemplarDb>? _writeOptions;
    private SqliteWriter? _writer;
    private SqliteRowWriter? _rows;
    private SqliteHeartbeatStore? _heartbeats;
    private SqliteDeadlineStore? _deadlines;
    private SqliteCheckStore? _checks;
    private SqliteUpkeepStore? _upkeep;

    /// <param name="databasePath">The database file; it is created when it does not exist, its folder is not.</param>
    public SqliteEngine(string databasePath)
    {
        _path = databasePath;
        _readOptions = new DbContextOptionsBuilder<SqliteExemplarDb>().UseSqlite(ConnectionString(pooling: true)).Options;
        _connection = new SqliteConnection(ConnectionString(pooling: false));
    }

    public override string Name => "sqlite";

    public override IHeartbeatStore Heartbeats => _heartbeats ?? throw NotOpen();

    public override IDeadlineStore Deadlines => _deadlines ?? throw NotOpen();

    public override ICheckStore Checks => _checks ?? throw NotOpen();

    public override IMonitorStates States => new SqliteStates(_live);

    public override IUpkeepStore Upkeep => _upkeep ?? throw NotOpen();

    public override async Task OpenAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _connection.OpenAsync(cancellationToken);
        // Checkpoints are the upkeep's business: an automatic one would make some heartbeat wait for it.
        Execute("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 0", "PRAGMA cache_size = -65536",
            "PRAGMA temp_store = MEMORY");
        SQLitePCL.raw.sqlite3_busy_timeout(_connection.Handle, BusyTimeoutMs);
        // EF Core waits without an end for whoever holds its lock, also for a process that was killed with it. The file is ours
        // alone, so a lock that is there before we have taken one is left over.
        Execute("DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
        _writeOptions = new DbContextOptionsBuilder<SqliteExemplarDb>().UseSqlite(_connection).Options;
        await using (var db = new SqliteExemplarDb(_writeOptions))
        {
            await db.BringUpToDateAsync(cancellationToken);
            _rows = new SqliteRowWriter(_connection, db.Model);
        }

        new SqliteLoader(_connection, _live, _log).Load(now);
        _writer = new SqliteWriter(_connection, ChangeLeft);
        _heartbeats = new SqliteHeartbeatStore(_gate, _writer, _live, _log);
        _deadlines = new SqliteDeadlineStore(_gate, _writer, _live);
        _checks = new SqliteCheckStore(ConnectionString(pooling: true), _live);
        _upkeep = new SqliteUpkeepStore(
            _path, ConnectionString(pooling: false), _gate, _writer, _log,
            new StateSaver(_gate, _writer, _live, _log),
            new SqlitePruner(_gate, _writer, _live));
    }

    public override bool IsUnavailable(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            if (cause is StorageUnavailableException || (cause is DbException && SqliteFailure.IsUnavailable(cause))) return true;
        return false;
    }

    internal override ExemplarDb Read() => new SqliteExemplarDb(_readOptions);

    internal override async Task<T> WriteAsync<T>(Func<WriteUnit, Task<T>> work, CancellationToken cancellationToken)
    {
        using var pass = await _gate.EnterAsync(cancellationToken);
        try
        {
            await using var db = new SqliteExemplarDb(_writeOptions ?? throw NotOpen());
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var unit = new SqliteWriteUnit(db, _writer!, _rows!, _live);
            var result = await work(unit);
            await transaction.CommitAsync(cancellationToken);
            lock (_live.Sync) unit.Publish();
            _writer!.Committed();
            return result;
        }
        catch (Exception exception) when ((exception as DbUpdateException)?.InnerException is DbException inner && inner.IsUnavailable())
        {
            _gate.Refused();
            throw exception.InnerException!.ToUnavailable();
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            _gate.Refused();
            throw exception.ToUnavailable();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _upkeep?.Dispose();
        _writer?.Dispose();
        _rows?.Dispose();
        await _connection.DisposeAsync();
        using (var pooled = new SqliteConnection(ConnectionString(pooling: true))) SqliteConnection.ClearPool(pooled);
        _upkeep?.Close();
    }

    private void Execute(params ReadOnlySpan<string> statements)
    {
        foreach (var sql in statements)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    private string ConnectionString(bool pooling) => new SqliteConnectionStringBuilder
    {
        DataSource = _path,
        Pooling = pooling,
        DefaultTimeout = BusyTimeoutMs / 1000,
    }.ToString();

    private static InvalidOperationException NotOpen() => new("The database is not open yet.");
}
