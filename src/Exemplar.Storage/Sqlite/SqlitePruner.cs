using Exemplar.Storage.Retention;
using Microsoft.Data.Sqlite;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// Removes checks that nobody keeps any more. Each step holds the gate for some hundred rows. Ages are swept once per
/// distinct retention, with a bookmark in the log, so that nothing is looked at twice; counts are found in memory.
/// </summary>
internal sealed class SqlitePruner(WriteGate gate, SqliteWriter writer, LiveMonitors live)
{
    private const int RowsPerStep = 500;

    /// <summary>How many monitors in memory one step compares with the count they may keep.</summary>
    private const int MonitorsPerStep = 50_000;

    private readonly Dictionary<int, Kept> _organizations = [];
    private int _nextMonitor;
    private CountSweep? _countSweep;

    public async Task<UpkeepStep> StepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var pass = await gate.EnterAsync(cancellationToken);
        try
        {
            writer.Begin();
            var removed = Step(now.ToMs());
            writer.Commit();
            return new UpkeepStep(removed, More: removed >= RowsPerStep / 2);
        }
        catch (Exception exception)
        {
            writer.Rollback();
            if (exception.IsUnavailable()) throw exception.ToUnavailable();
            throw;
        }
    }

    private int Step(long nowMs)
    {
        ReadRetentions();
        var removed = RemoveDeletedMonitors();
        foreach (var days in _organizations.Values.Select(kept => kept.Days).Distinct().Order())
        {
            if (removed >= RowsPerStep) return removed;
            var cutoffMs = nowMs - (days * 86_400_000L);
            removed += SweepLog(days, cutoffMs) + SweepOthers(days, cutoffMs);
        }
        return removed >= RowsPerStep ? removed : removed + RemoveBeyondCount();
    }

    private void ReadRetentions()
    {
        using var select = new Statement(writer.Connection, "SELECT number, check_days, check_count FROM organizations");
        while (select.Step())
        {
            var kept = new Kept(select.Int(1), select.Int(2));
            // An organization that joins another age has rows that age's sweep has already passed: it starts over.
            if (_organizations.TryGetValue(select.Int(0), out var before) && before.Days != kept.Days)
                Forget(LogBookmark(kept.Days), OthersBookmark(kept.Days));
            _organizations[select.Int(0)] = kept;
        }
    }

    private int RemoveDeletedMonitors()
    {
        int number;
        long headSeq;
        using (var select = new Statement(writer.Connection, "SELECT monitor_number, head_seq FROM removed_monitors LIMIT 1"))
        {
            if (!select.Step()) return 0;
            (number, headSeq) = (select.Int(0), select.Long(1));
        }

        using var chain = new ChainReader(writer.Connection);
        chain.Begin(number);
        chain.Start(headSeq, long.MaxValue);
        var removed = RemoveChain(chain, RowsPerStep);
        if (chain.Current is { } rest)
        {
            Run("UPDATE removed_monitors SET head_seq = ? WHERE monitor_number = ?", rest.Seq, number);
            return removed;
        }

        Run("UPDATE removed_monitors SET head_seq = 0 WHERE monitor_number = ?", number);
        removed += Run(
            "DELETE FROM checks WHERE monitor_number = ?1 AND (at_ms, check_random) IN (SELECT at_ms, check_random FROM checks WHERE monitor_number = ?1 LIMIT ?2)",
            number, RowsPerStep);
        removed += Run("DELETE FROM periods WHERE monitor_number = ?1 AND from_ms IN (SELECT from_ms FROM periods WHERE monitor_number = ?1 LIMIT ?2)", number, RowsPerStep);
        removed += Run("DELETE FROM rollups WHERE monitor_number = ?1 AND day IN (SELECT day FROM rollups WHERE monitor_number = ?1 LIMIT ?2)", number, RowsPerStep);
        if (removed < RowsPerStep) Run("DELETE FROM removed_monitors WHERE monitor_number = ?", number);
        return removed;
    }

    /// <summary>Heartbeats in the order of arrival, up to the first that is young enough for this age.</summary>
    private int SweepLog(int days, long cutoffMs)
    {
        var bookmark = ReadBookmark(LogBookmark(days));
        var old = new List<long>();
        var seen = bookmark;
        using (var select = new Statement(writer.Connection, "SELECT seq, monitor_number, at_ms FROM heartbeats WHERE seq > ? ORDER BY seq LIMIT ?"))
        {
            select.Bind(1, bookmark).Bind(2, RowsPerStep * 4);
            while (old.Count < RowsPerStep && select.Step())
            {
                if (select.Long(2) >= cutoffMs) break;
                seen = select.Long(0);
                if (DaysOf(select.Int(1)) == days) old.Add(seen);
            }
            select.Reset();
        }
        if (seen == bookmark) return 0;

        using var delete = new Statement(writer.Connection, "DELETE FROM heartbeats WHERE seq = ?");
        foreach (var seq in old) delete.Bind(1, seq).Execute();
        SaveBookmark(LogBookmark(days), seen);
        return Math.Max(old.Count, 1);
    }

    private int SweepOthers(int days, long cutoffMs)
    {
        var bookmark = ReadBookmark(OthersBookmark(days));
        var old = new List<(int Number, long AtMs, long Random)>();
        var seen = bookmark;
        var rows = 0;
        using (var select = new Statement(writer.Connection,
            "SELECT monitor_number, at_ms, check_random FROM checks WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms LIMIT ?"))
        {
            select.Bind(1, bookmark).Bind(2, cutoffMs).Bind(3, RowsPerStep);
            for (; select.Step(); rows++)
            {
                seen = select.Long(1);
                if (DaysOf(select.Int(0)) == days) old.Add((select.Int(0), seen, select.Long(2)));
            }
        }

        using var delete = new Statement(writer.Connection, "DELETE FROM checks WHERE monitor_number = ? AND at_ms = ? AND check_random = ?");
        foreach (var (number, atMs, random) in old)
        {
            delete.Bind(1, number).Bind(2, atMs).Bind(3, random).Execute();
            if (live.Exists(number)) lock (live.Sync) live[number].OtherCheckCount--;
        }

        // A page full of one moment that belongs to others must not be looked at for ever.
        if (rows == RowsPerStep && seen == bookmark && old.Count == 0) seen++;
        if (seen != bookmark) SaveBookmark(OthersBookmark(days), seen);
        return rows == RowsPerStep ? rows : old.Count;
    }

    private int RemoveBeyondCount()
    {
        if (_countSweep is { } sweep) return Continue(sweep);
        for (var looked = 0; looked < MonitorsPerStep && live.NumberLimit > 0; looked++)
        {
            var number = _nextMonitor = (_nextMonitor + 1) % live.NumberLimit;
            if (_nextMonitor == 0 && looked > 0) break;
            if (!live.Exists(number) || !_organizations.TryGetValue(live[number].OrganizationNumber, out var kept)) continue;

            ref var monitor = ref live[number];
            // Some slack, so that a busy monitor is trimmed now and then and not at every heartbeat.
            var slack = Math.Max(Chain.AnchorEvery, kept.Count / 8);
            if (monitor.OtherCheckCount > kept.Count + slack) return RemoveOldestOthers(number, kept.Count);
            if (monitor.Chain.Ordinal - monitor.PrunedOrdinal <= kept.Count + slack) continue;
            return Continue(new CountSweep(number, monitor.Chain.HeadSeq, monitor.Chain.Ordinal - kept.Count));
        }
        return 0;
    }

    /// <summary>Removes a monitor's heartbeats from an ordinal backwards; what is older hangs on them, so the sweep is carried to its end.</summary>
    private int Continue(CountSweep sweep)
    {
        using var chain = new ChainReader(writer.Connection);
        chain.Begin(sweep.Number);
        chain.StartAtOrdinal(sweep.FromSeq, sweep.Ordinal);
        var removed = RemoveChain(chain, RowsPerStep);
        _countSweep = chain.Current is { } rest ? sweep with { FromSeq = rest.Seq } : null;
        if (_countSweep is null && live.Exists(sweep.Number))
        {
            lock (live.Sync) live[sweep.Number].PrunedOrdinal = sweep.Ordinal;
            live.MarkDirty(sweep.Number);
        }
        return Math.Max(removed, RowsPerStep);
    }

    private int RemoveOldestOthers(int number, int keep)
    {
        var excess = (int)Math.Min(RowsPerStep, live[number].OtherCheckCount - keep);
        var removed = Run(
            "DELETE FROM checks WHERE monitor_number = ?1 AND (at_ms, check_random) IN (SELECT at_ms, check_random FROM checks WHERE monitor_number = ?1 ORDER BY at_ms LIMIT ?2)",
            number, excess);
        // The count is an estimate: where the rows run out before it does, it was too high.
        lock (live.Sync) live[number].OtherCheckCount = removed < excess ? 0 : live[number].OtherCheckCount - removed;
        live.MarkDirty(number);
        return Math.Max(removed, RowsPerStep);
    }

    private int RemoveChain(ChainReader chain, int limit)
    {
        using var delete = new Statement(writer.Connection, "DELETE FROM heartbeats WHERE seq = ?");
        var removed = 0;
        for (; removed < limit && chain.Current is { } heartbeat; removed++)
        {
            chain.MoveToOlder();
            delete.Bind(1, heartbeat.Seq).Execute();
        }
        return removed;
    }

    /// <summary>The age that counts for a monitor; a heartbeat whose monitor is gone goes with the shortest.</summary>
    private int DaysOf(int number) =>
        live.Exists(number) && _organizations.TryGetValue(live[number].OrganizationNumber, out var kept)
            ? kept.Days
            : _organizations.Values.Min(k => k.Days);

    private static string LogBookmark(int days) => $"pruned_heartbeats_{days}_days";

    private static string OthersBookmark(int days) => $"pruned_checks_{days}_days";

    private long ReadBookmark(string name)
    {
        using var select = new Statement(writer.Connection, "SELECT value FROM bookmarks WHERE name = ?");
        return select.Bind(1, name).Step() ? select.Long(0) : 0;
    }

    private void SaveBookmark(string name, long value)
    {
        using var save = new Statement(writer.Connection,
            "INSERT INTO bookmarks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        save.Bind(1, name).Bind(2, value).Execute();
    }

    private void Forget(params ReadOnlySpan<string> bookmarks)
    {
        using var delete = new Statement(writer.Connection, "DELETE FROM bookmarks WHERE name = ?");
        foreach (var name in bookmarks) delete.Bind(1, name).Execute();
    }

    private int Run(string sql, params ReadOnlySpan<long> values)
    {
        using var statement = new Statement(writer.Connection, sql);
        for (var i = 0; i < values.Length; i++) statement.Bind(i + 1, values[i]);
        return statement.Execute();
    }

    private readonly record struct Kept(int Days, int Count);

    private sealed record CountSweep(int Number, long FromSeq, long Ordinal);
}
