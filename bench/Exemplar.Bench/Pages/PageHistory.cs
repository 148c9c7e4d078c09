using Exemplar.Bench.Seeding;
using Exemplar.Core.Monitors;
using Microsoft.Data.Sqlite;

namespace Exemplar.Bench.Pages;

/// <summary>
/// A history of 90 days for <c>console</c>: every monitor beats at the same pace at a moment of its own, so that its heartbeats are
/// scattered over the whole log, as they are after three months of work. One monitor in ten has had twenty downtimes, one in a thousand flaps.
/// </summary>
internal sealed class PageHistory(string data, int monitors, int beats, long nowMs) : IDisposable
{
    private const long SpanMs = 89L * 24 * 3_600_000;
    private const int AnchorEvery = 256;
    private const int RowsPerTransaction = 1_000_000;
    private const string Error = "no heartbeat received within expected_interval_minutes + grace_period_minutes (seeded)";

    private readonly SqliteConnection _database = Open(data);

    public long IntervalMs { get; } = SpanMs / beats;

    /// <summary>A monitor that has had a few downtimes.</summary>
    public static bool HasDowntimes(int number) => number % 10 == 0;

    /// <summary>A monitor that went down some thousand times.</summary>
    public static bool Flaps(int number) => number % 1_000 == 0;

    public static string TagOf(int number) => $"team-{number % 40:00}";

    public void Write()
    {
        Execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144");
        WriteMonitors();
        WriteBeats();
        Execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize");
    }

    public void Dispose() => _database.Dispose();

    private long FirstMs(int number) => nowMs - SpanMs + (IntervalMs * number / monitors);

    private void WriteMonitors()
    {
        using var transaction = _database.BeginTransaction();
        var monitor = Prepare(
            """
            INSERT INTO monitors (number, id, organization_number, kind, name, description, tags, interval_ms, grace_ms, starts, created_at_ms, updated_at_ms)
            SELECT $0, $1, min(number), 0, $2, '', $3, $4, 1800000, 0, $5, $5 FROM organizations
            """, 6);
        var tag = Prepare("INSERT INTO monitor_tags (organization_number, tag, monitor_number) SELECT min(number), $0, $1 FROM organizations", 2);
        var state = Prepare(
            """
            INSERT INTO monitor_states (monitor_number, organization_number, status, since_ms, last_heartbeat_at_ms, counts_from_ms, next_expected_at_ms,
                head_seq, head_at_ms, head_ordinal, anchor_seq, pruned_ordinal, other_check_count)
            SELECT $0, min(number), $1, $2, $3, $3, $4, $5, $3, $6, $7, 0, $8 FROM organizations
            """, 9);
        var period = Prepare("INSERT INTO periods (monitor_number, from_ms, to_ms, status, error) VALUES ($0, $1, $2, $3, $4)", 5);
        var check = Prepare("INSERT INTO checks (monitor_number, at_ms, check_random, outcome, source, error, received_at_ms) VALUES ($0, $1, $1, 3, 1, $2, $1)", 3);
        for (var number = 1; number <= monitors; number++)
        {
            Run(monitor, number, SeededMonitor.IdOf(number).ToBytes(), $"Job {number}", $"[\"{TagOf(number)}\"]", IntervalMs, FirstMs(number));
            Run(tag, TagOf(number), number);
            var downs = Flaps(number) ? 2_500 : HasDowntimes(number) ? 20 : 0;
            var since = WritePeriods(period, check, number, downs, out var status);
            var last = FirstMs(number) + (IntervalMs * (beats - 1));
            // All expected moments lie ahead, so that the server has nothing to judge while pages are measured.
            Run(state, number, (int)status, since, last, last + IntervalMs, (long)monitors * (beats - 1) + number, beats, AnchorOf(number, beats), downs);
        }
        transaction.Commit();
    }

    private long WritePeriods(SqliteCommand period, SqliteCommand check, int number, int downs, out MonitorStatus status)
    {
        var since = FirstMs(number);
        var cycle = (nowMs - since) / (downs + 1);
        for (var i = 1; i <= downs; i++)
        {
            var down = FirstMs(number) + (cycle * i);
            var up = down + Math.Min(20 * 60_000, cycle / 2);
            Run(period, number, since, down, (int)MonitorStatus.Up, null);
            Run(check, number, down, Error);
            // One in fifty of all is down now.
            if (i == downs && number % 50 == 0)
            {
                Run(period, number, down, null, (int)MonitorStatus.Down, Error);
                status = MonitorStatus.Down;
                return down;
            }
            Run(period, number, down, up, (int)MonitorStatus.Down, Error);
            since = up;
        }
        Run(period, number, since, null, (int)MonitorStatus.Up, null);
        status = MonitorStatus.Up;
        return since;
    }

    private void WriteBeats()
    {
        const string Insert = "INSERT INTO heartbeats (seq, monitor_number, at_ms, check_random, ordinal, prev, anchor, metadata) VALUES ($0, $1, $2, $3, $4, $5, $6, $7)";
        var metadata = """{"hostname":"worker-01","rows":1234}"""u8.ToArray();
        var transaction = _database.BeginTransaction();
        var insert = Prepare(Insert, 8);
        var seq = 0L;
        for (var beat = 0; beat < beats; beat++)
        {
            for (var number = 1; number <= monitors; number++)
            {
                seq++;
                Run(insert, seq, number, FirstMs(number) + (IntervalMs * beat), seq * 7_919, beat + 1, beat == 0 ? 0 : seq - monitors, AnchorOf(number, beat), metadata);
                if (seq % RowsPerTransaction != 0) continue;
                transaction.Commit();
                Execute("PRAGMA wal_checkpoint(TRUNCATE)");
                transaction = _database.BeginTransaction();
                insert.Transaction = transaction;
            }
        }
        var saved = Prepare("INSERT OR REPLACE INTO bookmarks (name, value) VALUES ('states_saved_through', $0)", 1);
        saved.Transaction = transaction;
        Run(saved, seq);
        transaction.Commit();
    }

    /// <summary>The log's number of the latest anchor among the first <paramref name="count"/> heartbeats; 0 when there is none.</summary>
    private long AnchorOf(int number, int count) =>
        count < AnchorEvery ? 0 : ((long)monitors * ((count / AnchorEvery * AnchorEvery) - 1)) + number;

    private static SqliteConnection Open(string data)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "exemplar.db"), Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = _database.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++) command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i });
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    private void Execute(string sql)
    {
        using var command = _database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
