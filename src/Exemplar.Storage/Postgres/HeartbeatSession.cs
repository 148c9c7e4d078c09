using Exemplar.Storage.Heartbeats;
using Npgsql;
using NpgsqlTypes;

namespace Exemplar.Storage.Postgres;

/// <summary>
/// One connection with the prepared statements of the heartbeat commit. BEGIN and COMMIT travel with the statements
/// beside them, because a round trip of their own would cost as much as the work. After any failure it is thrown away.
/// </summary>
internal sealed class HeartbeatSession : IDisposable
{
    public const int SlotColumn = StateRow.ColumnCount;
    public const int KindColumn = StateRow.ColumnCount + 1;

    private const string Lock =
        $"""
        SELECT {StateRow.Columns}, v.slot, s.kind
        FROM unnest($1) WITH ORDINALITY AS v(id, slot) JOIN monitors m ON m.id = v.id JOIN monitor_states s ON s.monitor_number = m.number
        ORDER BY s.monitor_number FOR NO KEY UPDATE OF s
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatch _lock;
    private readonly NpgsqlBatch _quiet;
    private readonly NpgsqlBatch _changing;
    private readonly NpgsqlBatch _commit;
    private readonly NpgsqlCommand _punctual;

    private HeartbeatSession(NpgsqlConnection connection, PunctualHeartbeats punctual, List<byte[]> ids, LifecycleWrites writes)
    {
        _connection = connection;
        _punctual = punctual.Command(connection);
        _lock = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("BEGIN"), new NpgsqlBatchCommand(Lock) } };
        _lock.BatchCommands[1].Parameters.Add(
            new NpgsqlParameter<List<byte[]>> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        _quiet = new NpgsqlBatch(connection);
        writes.AddQuietCommands(_quiet, DueAt.Earlier);
        _quiet.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        _changing = new NpgsqlBatch(connection);
        writes.AddAllCommands(_changing, DueAt.Earlier);
        _commit = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("COMMIT") } };
    }

    /// <summary>Connects and prepares. The statements read what they are given here each time they run.</summary>
    public static HeartbeatSession Open(NpgsqlDataSource source, PunctualHeartbeats punctual, List<byte[]> ids, LifecycleWrites writes)
    {
        var connection = source.OpenConnection();
        var session = new HeartbeatSession(connection, punctual, ids, writes);
        try
        {
            session._punctual.Prepare();
            foreach (var batch in (ReadOnlySpan<NpgsqlBatch>)[session._lock, session._quiet, session._changing, session._commit]) batch.Prepare();
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Stores the punctual ones in a transaction of their own; the others are added to <paramref name="rest"/>.</summary>
    public void Send(PunctualHeartbeats punctual, List<HeartbeatEntry> rest) => punctual.Send(_punctual, rest);

    /// <summary>Begins the transaction and locks the states of the monitors with the ids.</summary>
    public NpgsqlDataReader LockMonitors() => _lock.ExecuteReader();

    /// <summary>Writes and commits; returns when it is durable.</summary>
    public void Commit(LifecycleWrites writes)
    {
        if (writes.IsEmpty)
        {
            _commit.ExecuteNonQuery();
            return;
        }
        if (!writes.HasPeriods)
        {
            // The rows are locked, so each of them will be there: the commit need not wait to see the counts.
            _quiet.ExecuteNonQuery();
            return;
        }
        _changing.ExecuteNonQuery();
        writes.Verify(_changing);
        _commit.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _punctual.Dispose();
        _lock.Dispose();
        _quiet.Dispose();
        _changing.Dispose();
        _commit.Dispose();
        _connection.Dispose();
    }
}
