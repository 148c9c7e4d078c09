using System.Data.Common;
using Exemplar.Storage.Checks;
using Exemplar.Storage.Deadlines;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Retention;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>
/// The engine that grows: everything true lies in the database, so that any number of processes may use it at once. Two
/// pools: the hot verbs' connections have settings of their own.
/// </summary>
public sealed class PostgresEngine : StorageEngine
{
    /// <summary>How long a hot statement may take, in seconds, before its caller hears that storage is unavailable.</summary>
    private const int HotTimeoutSeconds = 10;

    /// <summary>
    /// The hot statements join a handful of values with large tables: by index, always. A plan made while the tables were
    /// small, or before anything was counted, must not read them whole once they are not. A process that hangs
    /// in the middle of a transaction loses its locks, and a database that is told not to wait for its disk waits for us.
    /// </summary>
    private const string HotSettings =
        """
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
        SET idle_in_transaction_session_timeout = '15s';
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
        """;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _hot;
    private readonly DbContextOptions<PostgresExemplarDb> _options;
    private readonly PostgresHeartbeatStore _heartbeats;
    private readonly CheckPartitions _partitions;
    private readonly DueFloor _floor = new();

    /// <param name="connectionString"><c>Host=…</c> as Npgsql has it, or <c>postgres://user:password@host:port/database?sslmode=…</c>.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public PostgresEngine(string connectionString)
    {
        var settings = PostgresConnectionString.Parse(connectionString);
        if (!settings.ContainsKey("Application Name")) settings.ApplicationName = "exemplar";
        if (!settings.ContainsKey("Max Auto Prepare")) settings.MaxAutoPrepare = 64;
        _source = Build(settings.ConnectionString, hot: false);

        // Without the reset the settings above would have to be made again each time a connection is taken from the pool.
        settings.NoResetOnClose = true;
        settings.CommandTimeout = HotTimeoutSeconds;
        _hot = Build(settings.ConnectionString, hot: true);

        _options = new DbContextOptionsBuilder<PostgresExemplarDb>().UseNpgsql(_source).Options;
        _heartbeats = new PostgresHeartbeatStore(_hot, _floor, ChangeLeft);
        _partitions = new CheckPartitions(_source);
        Deadlines = new PostgresDeadlineStore(_hot, _floor, ChangeLeft);
        Checks = new PostgresCheckStore(_source);
        States = new PostgresStates(_hot);
        Upkeep = new PostgresUpkeepStore(_source, _partitions);
    }

    public override string Name => "postgresql";

    public override IHeartbeatStore Heartbeats => _heartbeats;

    public override IDeadlineStore Deadlines { get; }

    public override ICheckStore Checks { get; }

    public override IMonitorStates States { get; }

    public override IUpkeepStore Upkeep { get; }

    public override async Task OpenAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using (var db = new PostgresExemplarDb(_options)) await db.BringUpToDateAsync(cancellationToken);
        await _partitions.EnsureAsync(now, cancellationToken);
        await Deadlines.SetClockBackAsync(now, cancellationToken);
    }

    public override bool IsUnavailable(Exception exception)
    {
        // A broken connection to a client is an IOException too; only one of the database's counts.
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            if (cause is StorageUnavailableException || (cause is DbException && PostgresFailure.IsUnavailable(cause))) return true;
        return false;
    }

    internal override ExemplarDb Read() => new PostgresExemplarDb(_options);

    internal override async Task<T> WriteAsync<T>(Func<WriteUnit, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = new PostgresExemplarDb(_options);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var unit = new PostgresWriteUnit(db, _floor);
            var result = await work(unit);
            await transaction.CommitAsync(cancellationToken);
            if (unit.LeavesWord) ChangeLeft.Set();
            return result;
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _heartbeats.Dispose();
        await _hot.DisposeAsync();
        await _source.DisposeAsync();
    }

    private static NpgsqlDataSource Build(string connectionString, bool hot)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        if (hot) builder.UsePhysicalConnectionInitializer(Initialize, InitializeAsync);
        return builder.Build();
    }

    private static void Initialize(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(HotSettings, connection);
        command.ExecuteNonQuery();
    }

    private static async Task InitializeAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(HotSettings, connection);
        await command.ExecuteNonQueryAsync();
    }
}
