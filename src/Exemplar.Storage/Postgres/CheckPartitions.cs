using System.Globalization;
using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>
/// The weekly partitions of the history, from Monday to Monday in UTC. They are made ahead, and back as far as a heartbeat
/// may be delayed. Every change holds the advisory lock, so that several nodes do not make the same partition.
/// </summary>
internal sealed class CheckPartitions(NpgsqlDataSource source)
{
    /// <summary>Whoever changes partitions or prunes holds this advisory lock of the database.</summary>
    public const long UpkeepLock = 0x45786D706C72;

    private const long WeekMs = 7 * 86_400_000L;

    /// <summary>1970-01-05, the first Monday.</summary>
    private const long FirstMondayMs = 4 * 86_400_000L;

    private const int WeeksAhead = 2;

    /// <summary>Heartbeats may be delayed by 7 days.</summary>
    private const int WeeksBack = 1;

    /// <summary>A lock on the history that is not had at once is given up: every heartbeat would queue behind it.</summary>
    private const string ShortLockTimeout = "SET LOCAL lock_timeout = '200ms'";

    private static readonly TimeSpan AfterBusy = TimeSpan.FromMinutes(1);

    private long? _ensuredWeekMs;
    private DateTimeOffset _busyUntil = DateTimeOffset.MinValue;

    /// <summary>Makes the partitions around <paramref name="now"/> that do not exist. Costs nothing for the rest of the week.</summary>
    public async Task EnsureAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var week = WeekOf(now.ToMs());
        if (_ensuredWeekMs == week) return;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({UpkeepLock})", cancellationToken);
            var existing = await WeeksAsync(connection, attached: true, cancellationToken);
            for (var i = -WeeksBack; i <= WeeksAhead; i++)
                if (!existing.Contains(week + (i * WeekMs))) await MakeAsync(connection, week + (i * WeekMs), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        _ensuredWeekMs = week;
    }

    /// <summary>
    /// Drops one partition that lies wholly before <paramref name="cutoffMs"/>; about how many checks it held, null when there
    /// is none. It is taken off the history first: dropping its files may take a while, and heartbeats must not wait for it.
    /// </summary>
    public async Task<int?> DropExpiredAsync(long cutoffMs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now < _busyUntil) return null;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            var expired = (await WeeksAsync(connection, attached: true, cancellationToken)).Where(week => week + WeekMs <= cutoffMs).ToList();
            if (expired.Count > 0)
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                await ExecuteAsync(connection, ShortLockTimeout, cancellationToken);
                await ExecuteAsync(connection, $"ALTER TABLE checks DETACH PARTITION {NameOf(expired.Min())}", cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }

            // Also what an earlier run took off and then did not get to drop.
            var detached = await WeeksAsync(connection, attached: false, cancellationToken);
            foreach (var week in detached.Where(week => week + WeekMs <= cutoffMs)) return await DropAsync(connection, week, cancellationToken);
            return null;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedObject)
        {
            // Somebody reads it for long, or another node was faster.
            _busyUntil = now + AfterBusy;
            return null;
        }
    }

    private static async Task MakeAsync(NpgsqlConnection connection, long week, CancellationToken cancellationToken)
    {
        var name = NameOf(week);
        // ATTACH instead of PARTITION OF: it lets heartbeats go on. It refuses a week of which the default partition holds
        // rows, so those move over first.
        await ExecuteAsync(
            connection,
            $"""
            CREATE TABLE IF NOT EXISTS {name} (LIKE checks INCLUDING DEFAULTS);
            WITH moved AS (DELETE FROM checks_default WHERE at_ms >= {week} AND at_ms < {week + WeekMs} RETURNING *)
            INSERT INTO {name} SELECT * FROM moved;
            ALTER TABLE checks ATTACH PARTITION {name} FOR VALUES FROM ({week}) TO ({week + WeekMs});
            """,
            cancellationToken);
    }

    private static async Task<int> DropAsync(NpgsqlConnection connection, long week, CancellationToken cancellationToken)
    {
        await using var count = new NpgsqlCommand($"SELECT greatest(reltuples, 1)::bigint FROM pg_class WHERE oid = '{NameOf(week)}'::regclass", connection);
        var rows = (long)(await count.ExecuteScalarAsync(cancellationToken) ?? 1L);
        await ExecuteAsync(connection, $"DROP TABLE {NameOf(week)}", cancellationToken);
        return (int)Math.Min(rows, int.MaxValue);
    }

    /// <summary>The weeks that have a table: partitions of the history, or tables that were taken off it.</summary>
    private static async Task<HashSet<long>> WeeksAsync(NpgsqlConnection connection, bool attached, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT c.relname FROM pg_class c JOIN pg_class parent ON parent.oid = 'checks'::regclass AND parent.relnamespace = c.relnamespace
            WHERE c.relkind = 'r' AND c.relname ~ '^checks_[0-9]{8}$' AND c.relispartition = $1
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = attached });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var weeks = new HashSet<long>();
        while (await reader.ReadAsync(cancellationToken))
            if (DateTimeOffset.TryParseExact(
                    reader.GetString(0), "'checks_'yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var monday))
                weeks.Add(monday.ToMs());
        return weeks;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static long WeekOf(long ms) => ms - (((ms - FirstMondayMs) % WeekMs + WeekMs) % WeekMs);

    private static string NameOf(long week) => UnixTime.FromMs(week).ToString("'checks_'yyyyMMdd", CultureInfo.InvariantCulture);
}
