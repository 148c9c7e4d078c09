namespace Exemplar.Storage.Sqlite;

/// <summary>
/// Brings the moments that heartbeats moved in memory to their rows, so that a start never has more than some hundred
/// thousand heartbeats to replay. A pass goes through the dirty monitors in the order of their rows: it writes each
/// page once, however the heartbeats were scattered.
/// </summary>
internal sealed class StateSaver(WriteGate gate, SqliteWriter writer, LiveMonitors live, HeartbeatLog log)
{
    /// <summary>So many heartbeats may wait for a pass: less than a second of replay.</summary>
    private const long UnsavedHeartbeats = 400_000;

    private const int RowsPerTransaction = 300;

    /// <summary>
    /// After each transaction the gate is left alone for as many times its length: heartbeats that come once in a few
    /// milliseconds to a disk that is busy with states would fall behind.
    /// </summary>
    private const int TimesLeftAlone = 3;

    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromMinutes(1);

    private DateTimeOffset _lastPassAt = DateTimeOffset.MinValue;

    public async Task SaveAsync(DateTimeOffset now, bool stopping, CancellationToken cancellationToken)
    {
        if (!stopping && log.Unsaved < UnsavedHeartbeats && (now - _lastPassAt).Duration() < AtLeastEvery) return;
        if (log.Unsaved == 0) return;
        _lastPassAt = now;

        long through;
        using (await gate.EnterAsync(cancellationToken)) through = log.NextSeq - 1;

        var numbers = new List<int>(RowsPerTransaction + 64);
        for (var start = 0; start < live.NumberLimit;)
        {
            TimeSpan took;
            using (await gate.EnterAsync(cancellationToken))
            {
                var startedAt = TimeProvider.System.GetTimestamp();
                start = SaveSome(start, numbers);
                took = TimeProvider.System.GetElapsedTime(startedAt);
            }
            // Real time, whatever clock the server goes by: it is the processor and the disk that are left alone.
            if (!stopping && numbers.Count > 0) await Task.Delay(took * TimesLeftAlone, TimeProvider.System, cancellationToken);
        }

        using (await gate.EnterAsync(cancellationToken)) SaveBookmark(through);
    }

    private int SaveSome(int start, List<int> numbers)
    {
        numbers.Clear();
        int next;
        lock (live.Sync) next = live.TakeDirty(start, RowsPerTransaction, numbers);
        if (numbers.Count == 0) return next;
        try
        {
            writer.Begin();
            foreach (var number in numbers)
                if (live.Exists(number)) writer.SaveState(number, live[number]);
            writer.Commit();
            return next;
        }
        catch
        {
            writer.Rollback();
            lock (live.Sync)
            {
                foreach (var number in numbers) live.MarkDirty(number);
            }
            throw;
        }
    }

    /// <summary>What arrived during the pass may be saved or not; from <paramref name="through"/> on it is replayed, which harms nothing.</summary>
    private void SaveBookmark(long through)
    {
        using var save = new Statement(writer.Connection,
            "INSERT INTO bookmarks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        save.Bind(1, SqliteLoader.SavedThroughBookmark).Bind(2, through).Execute();
        log.SavedThrough = through;
    }
}
