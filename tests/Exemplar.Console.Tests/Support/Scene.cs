using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Exemplar.Console.Tests.Support;

/// <summary>
/// A believable organization with a week of history, written into the database of a server that does not run. What people see in the
/// pictures of the docs, and what tests of pages need that are not empty.
/// </summary>
internal sealed class Scene(string dataFolder) : IDisposable
{
    private const string Error = "no heartbeat received within expected_interval_minutes + grace_period_minutes";
    private const int Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private static readonly Job[] Jobs =
    [
        new("Nightly database backup", Day, 30 * Minute, ["backup", "production"], []),
        new("Invoice export", Hour, 5 * Minute, ["billing"], [(4 * Day + 3 * Hour, 2 * Hour)]),
        new("Payment webhooks worker", 5 * Minute, 2 * Minute, ["billing", "production"], [(2 * Day, 25 * Minute), (9 * Hour, 40 * Minute)]),
        new("Search index rebuild", 15 * Minute, 5 * Minute, ["search"], [(5 * Day, 3 * Hour)]),
        new("Warehouse sync, eu-west", 15 * Minute, 5 * Minute, ["warehouse", "eu-west"], [(47 * Minute, 47 * Minute)]),
        new("Warehouse sync, us-east", 15 * Minute, 5 * Minute, ["warehouse", "us-east"], []),
        new("E-mail digest", Day, Hour, ["mail"], []),
        new("Certificate renewal", Day, Hour, ["security"], []),
        new("Fraud model scoring", 5 * Minute, 2 * Minute, ["ml", "production"], [(3 * Day, Hour), (3 * Day - 4 * Hour, 90 * Minute), (26 * Hour, 20 * Minute)]),
        new("Currency rates import", Hour, 10 * Minute, ["billing"], []),
        new("Thumbnail worker", 5 * Minute, 10 * Minute, ["media"], [], IsLate: true),
        new("Log rotation", 6 * Hour, 30 * Minute, ["ops"], []),
        new("Erasure requests queue", Hour, 15 * Minute, ["security", "production"], [(6 * Day, 5 * Hour)]),
        new("Data lake compaction", 6 * Hour, Hour, ["ml"], [], IsPaused: true),
        new("Quarterly churn report", 7 * Day, Day, ["reports"], [], IsNew: true),
    ];

    private readonly SqliteConnection _database = new($"Data Source={Path.Combine(dataFolder, "exemplar.db")};Pooling=False");
    private readonly List<(long At, int Monitor)> _beats = [];
    private readonly long _now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The names that stand in the list, by monitor number from 1 on.</summary>
    public static IReadOnlyList<string> Names => [.. Jobs.Select(j => j.Name)];

    /// <summary>The id of the monitor of that number.</summary>
    public static string IdOf(int number) => $"690000000000000000{number:x6}";

    /// <summary>Writes the jobs, and so many more that are simply up.</summary>
    public void Write(int more = 0)
    {
        _database.Open();
        using var transaction = _database.BeginTransaction();
        var jobs = Jobs.Concat(Enumerable.Range(1, more).Select(i => new Job($"Shard {i:000} compaction", 15 * Minute, 5 * Minute, ["shards"], []))).ToList();
        for (var i = 0; i < jobs.Count; i++) Write(jobs[i], i + 1);
        WriteBeats(jobs.Count);
        transaction.Commit();
    }

    /// <summary>A statement of the test's own.</summary>
    public int Execute(string sql, params (string Name, object? Value)[] values)
    {
        if (_database.State != System.Data.ConnectionState.Open) _database.Open();
        using var command = _database.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command.ExecuteNonQuery();
    }

    public void Dispose() => _database.Dispose();

    private void Write(Job job, int number)
    {
        var createdAt = _now - (7 * Day);
        Execute(
            """
            INSERT INTO monitors (number, id, organization_number, kind, name, description, tags, interval_ms, grace_ms, starts, created_at_ms, updated_at_ms)
            SELECT $n, $id, min(number), 0, $name, '', $tags, $interval, $grace, 0, $created, $created FROM organizations
            """,
            ("$n", number), ("$id", Convert.FromHexString(IdOf(number))), ("$name", job.Name),
            ("$tags", "[" + string.Join(',', job.Tags.Select(t => $"\"{t}\"")) + "]"),
            ("$interval", job.Interval), ("$grace", job.Grace), ("$created", createdAt));
        foreach (var tag in job.Tags)
            Execute("INSERT INTO monitor_tags (organization_number, tag, monitor_number) SELECT min(number), $tag, $n FROM organizations", ("$tag", tag), ("$n", number));

        var (status, since) = (job.IsNew ? 0 : 1, createdAt);
        var last = job.IsNew ? (long?)null : WriteHistory(job, number, createdAt, ref status, ref since);
        if (job.IsPaused)
        {
            Execute("UPDATE periods SET to_ms = $at WHERE monitor_number = $n AND to_ms IS NULL", ("$at", _now - (5 * Hour)), ("$n", number));
            (status, since) = (4, _now - (5 * Hour));
        }
        Execute("INSERT INTO periods (monitor_number, from_ms, status, error) VALUES ($n, $from, $status, $error)",
            ("$n", number), ("$from", since), ("$status", status), ("$error", status == 3 ? ErrorOf(job, last) : null));
        var expected = job.IsPaused ? (long?)null : (last ?? _now - Hour) + job.Interval;
        while (status == 3 && expected + job.Grace <= _now) expected += job.Interval;
        Execute(
            """
            INSERT INTO monitor_states (monitor_number, organization_number, status, since_ms, last_heartbeat_at_ms, counts_from_ms, next_expected_at_ms,
                head_seq, head_at_ms, head_ordinal, anchor_seq, pruned_ordinal, other_check_count)
            SELECT $n, min(number), $status, $since, $last, $counts, $next, 0, 0, 0, 0, 0, 0 FROM organizations
            """,
            ("$n", number), ("$status", status), ("$since", since), ("$last", last), ("$counts", job.IsPaused ? null : last ?? _now - Hour), ("$next", expected));
    }

    // Walks from the beginning to now; inside a gap nobody calls in. Returns the last heartbeat.
    private long WriteHistory(Job job, int number, long createdAt, ref int status, ref long since)
    {
        // Each job has a moment of its own within its interval, as real ones do.
        var end = _now - (job.IsLate ? job.Interval + (2 * Minute) : 20_000 + (number * 7919L % Math.Max(1, job.Interval - 40_000)));
        var last = createdAt;
        for (var at = end - ((end - createdAt) / job.Interval * job.Interval); at <= end; at += job.Interval)
        {
            if (job.Gaps.Any(g => at > _now - g.Ago && at <= _now - g.Ago + g.Length)) continue;
            if (at > createdAt) CloseGap(job, number, last, at, ref since);
            last = at;
            _beats.Add((at, number));
        }
        var deadline = last + job.Interval + job.Grace;
        if (deadline >= _now) return last;
        WritePeriod(number, since, deadline, 1, null);
        WriteMisses(job, number, last, _now);
        (status, since) = (3, deadline);
        return last;
    }

    private void CloseGap(Job job, int number, long last, long at, ref long since)
    {
        var deadline = last + job.Interval + job.Grace;
        if (deadline >= at) return;
        WritePeriod(number, since, deadline, 1, null);
        WritePeriod(number, deadline, at, 3, ErrorOf(job, last));
        WriteMisses(job, number, last, at);
        since = at;
    }

    private void WriteMisses(Job job, int number, long last, long until)
    {
        for (var deadline = last + job.Interval + job.Grace; deadline < until; deadline += job.Interval)
            Execute(
                "INSERT INTO checks (monitor_number, at_ms, check_random, outcome, source, error, received_at_ms) VALUES ($n, $at, $random, 3, 1, $error, $at)",
                ("$n", number), ("$at", deadline), ("$random", deadline * 31), ("$error", ErrorOf(job, last)));
    }

    private void WritePeriod(int number, long from, long to, int status, string? error) =>
        Execute("INSERT INTO periods (monitor_number, from_ms, to_ms, status, error) VALUES ($n, $from, $to, $status, $error)",
            ("$n", number), ("$from", from), ("$to", to), ("$status", status), ("$error", error));

    private void WriteBeats(int monitors)
    {
        var heads = new (long Seq, long At, long Ordinal, long Anchor)[monitors + 1];
        var seq = 0L;
        foreach (var (at, number) in _beats.Order())
        {
            var head = heads[number];
            seq++;
            Execute(
                "INSERT INTO heartbeats (seq, monitor_number, at_ms, check_random, ordinal, prev, anchor, metadata) VALUES ($seq, $n, $at, $random, $ordinal, $prev, $anchor, $metadata)",
                ("$seq", seq), ("$n", number), ("$at", at), ("$random", seq * 7919), ("$ordinal", head.Ordinal + 1), ("$prev", head.Seq), ("$anchor", head.Anchor),
                ("$metadata", System.Text.Encoding.UTF8.GetBytes($$"""{"hostname":"worker-{{(seq % 4) + 1:00}}","rows":{{1_200 + (seq % 977)}},"seconds":{{(3 + (seq % 41)).ToString(CultureInfo.InvariantCulture)}}}""")));
            heads[number] = (seq, at, head.Ordinal + 1, (head.Ordinal + 1) % 256 == 0 ? seq : head.Anchor);
        }
        for (var number = 1; number <= monitors; number++)
            Execute("UPDATE monitor_states SET head_seq = $seq, head_at_ms = $at, head_ordinal = $ordinal, anchor_seq = $anchor WHERE monitor_number = $n",
                ("$seq", heads[number].Seq), ("$at", heads[number].At), ("$ordinal", heads[number].Ordinal), ("$anchor", heads[number].Anchor), ("$n", number));
        Execute("INSERT OR REPLACE INTO bookmarks (name, value) VALUES ('states_saved_through', $seq)", ("$seq", seq));
    }

    private static string ErrorOf(Job job, long? last) => string.Create(CultureInfo.InvariantCulture,
        $"{Error} ({job.Interval / (double)Minute:0.######} + {job.Grace / (double)Minute:0.######} min; last heartbeat {DateTimeOffset.FromUnixTimeMilliseconds(last ?? 0).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'})");

    /// <summary>What a job promises, and when it did not keep it: each gap begins so long ago and lasts so long.</summary>
    private sealed record Job(
        string Name, long Interval, long Grace, string[] Tags, (long Ago, long Length)[] Gaps, bool IsLate = false, bool IsPaused = false, bool IsNew = false);
}
