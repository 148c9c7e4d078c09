using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Storage.Checks;
using Microsoft.Data.Sqlite;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// Reads history by merging two sources, newest first: the monitor's chain of heartbeats, walked backwards, and its other
/// checks. Where two stand at the same moment the other check comes first.
/// </summary>
internal sealed class SqliteCheckStore(string connectionString, LiveMonitors live) : ICheckStore
{
    private static readonly HistoryCursor Newest = new(ChainSeq: -1, long.MaxValue, long.MaxValue);

    public async Task<CheckPage?> ReadAsync(int monitorNumber, CheckQuery query, CancellationToken cancellationToken)
    {
        var cursor = Newest;
        if (query.Cursor is { } text && !HistoryCursor.TryParse(text, out cursor)) return null;
        try
        {
            await using var connection = new SqliteConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            return Read(connection, monitorNumber, query, cursor);
        }
        catch (SqliteException exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    public async Task<IReadOnlyDictionary<int, IReadOnlyList<Check>>> LatestAsync(
        IReadOnlyCollection<int> monitorNumbers, int limit, CancellationToken cancellationToken)
    {
        var query = new CheckQuery(null, null, null, limit, null);
        try
        {
            await using var connection = new SqliteConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            return monitorNumbers.ToDictionary(number => number, number => Read(connection, number, query, Newest).Items);
        }
        catch (SqliteException exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    public async Task<IReadOnlyDictionary<int, Check>> LastUpAsync(
        IReadOnlyDictionary<int, DateTimeOffset> before, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new SqliteConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            // In a mass outage very many are asked about at once: to prepare statements for each costs more than to run them.
            using var chains = new ChainReader(connection);
            using var others = new Statement(connection, OthersSql(hasOutcome: true));
            var last = new Dictionary<int, Check>();
            foreach (var (number, at) in before)
                if (Read(chains, others, number, new CheckQuery(CheckOutcome.Up, null, at, 1, null), Newest).Items is [var check, ..]) last[number] = check;
            return last;
        }
        catch (SqliteException exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }

    private CheckPage Read(SqliteConnection connection, int monitorNumber, CheckQuery query, HistoryCursor cursor)
    {
        using var chain = new ChainReader(connection);
        using var others = new Statement(connection, OthersSql(query.Outcome is not null));
        return Read(chain, others, monitorNumber, query, cursor);
    }

    private CheckPage Read(ChainReader chain, Statement select, int monitorNumber, CheckQuery query, HistoryCursor cursor)
    {
        var fromMs = query.From.ToMs() ?? long.MinValue;
        var toMs = query.To.ToMs() ?? long.MaxValue;
        chain.Begin(monitorNumber);
        if (query.Outcome is null or CheckOutcome.Up)
            chain.Start(cursor.ChainSeq >= 0 ? cursor.ChainSeq : HeadOf(monitorNumber), toMs);

        var others = ReadOthers(select, monitorNumber, query, fromMs, toMs, cursor);
        var items = new List<Check>(query.Limit);
        var last = new HistoryCursor(0, cursor.OtherAtMs, cursor.OtherRandom);
        var nextOther = 0;
        while (items.Count < query.Limit)
        {
            var other = nextOther < others.Count ? others[nextOther] : null;
            var heartbeat = chain.Current is { } current && current.AtMs >= fromMs ? current : null;
            if (other is not null && (heartbeat is null || other.At.ToMs() >= heartbeat.AtMs))
            {
                items.Add(other);
                nextOther++;
                last = last with { OtherAtMs = other.At.ToMs(), OtherRandom = unchecked((long)other.Id.Random) };
            }
            else if (heartbeat is not null)
            {
                items.Add(heartbeat.ToCheck());
                // Every other check of this moment has been given out already: go on strictly before it.
                last = last with { OtherAtMs = heartbeat.AtMs, OtherRandom = long.MinValue };
                chain.MoveToOlder();
            }
            else break;
        }

        var more = nextOther < others.Count || (chain.Current is { } rest && rest.AtMs >= fromMs);
        return new CheckPage(items, more ? (last with { ChainSeq = chain.Current?.Seq ?? 0 }).ToText() : null);
    }

    private long HeadOf(int monitorNumber)
    {
        lock (live.Sync) return live.Exists(monitorNumber) ? live[monitorNumber].Chain.HeadSeq : 0;
    }

    // Two forms, because SQLite plans a statement before it sees the parameters: with an outcome the index on it leads.
    private static string OthersSql(bool hasOutcome) =>
        $"""
        SELECT at_ms, check_random, outcome, source, error, latency_ms, metadata, received_at_ms FROM checks
        WHERE monitor_number = ?1 {(hasOutcome ? "AND outcome = ?7" : "")} AND at_ms >= ?2 AND at_ms < ?3 AND at_ms <= ?4 AND (at_ms < ?4 OR check_random < ?5)
        ORDER BY at_ms DESC, check_random DESC LIMIT ?6
        """;

    private static List<Check> ReadOthers(
        Statement select, int monitorNumber, CheckQuery query, long fromMs, long toMs, HistoryCursor cursor)
    {
        select.Bind(1, monitorNumber).Bind(2, fromMs).Bind(3, toMs).Bind(4, cursor.OtherAtMs).Bind(5, cursor.OtherRandom).Bind(6, query.Limit + 1);
        if (query.Outcome is { } only) select.Bind(7, (int)only);

        var checks = new List<Check>();
        while (select.Step())
        {
            var at = UnixTime.FromMs(select.Long(0));
            checks.Add(new Check(
                EntityId.Create(at, unchecked((ulong)select.Long(1))), at, (CheckOutcome)select.Int(2), (CheckSource)select.Int(3),
                select.Text(4), (int?)select.NullableLong(5), select.IsNull(6) ? null : select.Blob(6).ToArray(), UnixTime.FromMs(select.Long(7))));
        }
        return checks;
    }
}
