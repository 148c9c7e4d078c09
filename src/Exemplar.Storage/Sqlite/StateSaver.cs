namespace Exemplar.Storage.Sqlite;

/// <summary>
/// Brings the moments that heartbeats moved in memory to their rows, so that a start never has more than about a million
/// heartbeats to replay. A pass goes through the dirty monitors in the order of their rows: it writes each page once,
/// however the heartbeats were scattered. It is spread over many calls, with other upkeep in between.
/// </summary>
internal sealed class StateSaver(WriteGate gate, SqliteWriter writer, LiveMonitors live, HeartbeatLog log)
{
    /// <summary>So many heartbeats may wait for a pass: less than a second of replay.</summary>
    private const long UnsavedHeartbeats = 400_000;

    private const int RowsPerTransaction = 300;

    /// <summary>
    /// After each transaction the gate is left alone for as many times its length: heartbeats that get a turn only between
    /// two of them would fall behind.
    /// </summary>
    private const int TimesLeftAlone = 3;

    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromMinutes(1);

    /// <summary>The most that one call takes; the log of changes has to be moved meanwhile.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromMilliseconds(700);

    private readonly List<int> _numbers = new(RowsPerTransaction + 64);
    private DateTimeOffset _lastPassAt = DateTimeOffset.MinValue;
    private Pass? _pass;

    public async Task SaveAsync(DateTimeOffset now, bool stopping, CancellationToken cancellationToken)
    {
        // What an unfinished pass has saved is not dirty any more; a new one saves the rest and all that came since.
        if (stopping) _pass = null;
        if (_pass is null && !await BeginAsync(now, stopping, cancellationToken)) return;

        // Real time, whatever clock the server goes by: it is the processor and the disk that are left alone.
        var clock = TimeProvider.System;
        var calledAt = clock.GetTimestamp();
        while (_pass is { } pass && pass.Next < live.NumberLimit)
        {
            TimeSpan took;
            using (await gate.EnterAsync(cancellationToken))
            {
                var startedAt = clock.GetTimestamp();
                _pass = pass with { Next = SaveSome(pass.Next) };
                took = clock.GetElapsedTime(startedAt);
            }
            if (stopping || _numbers.Count == 0) continue;
            if (clock.GetElapsedTime(calledAt) > LongestCall) return;
            await Task.Delay(took * TimesLeftAlone, clock, cancellationToken);
        }

        using (await gate.EnterAsync(cancellationToken)) SaveBookmark(_pass!.Value.Through);
        _pass = null;
    }

    private async Task<bool> BeginAsync(DateTimeOffset now, bool stopping, CancellationToken cancellationToken)
    {
        if (!stopping && log.Unsaved < UnsavedHeartbeats && (now - _lastPassAt).Duration() < AtLeastEvery) return false;
        if (log.Unsaved == 0) return false;
        _lastPassAt = now;
        using (await gate.EnterAsync(cancellationToken)) _pass = new Pass(Next: 0, Through: log.NextSeq - 1);
        return true;
    }

    private int SaveSome(int start)
    {
        _numbers.Clear();
        int next;
        lock (live.Sync) next = live.TakeDirty(start, RowsPerTransaction, _numbers);
        if (_numbers.Count == 0) return next;
        try
        {
            writer.Begin();
            foreach (var number in _numbers)
                if (live.Exists(number)) writer.SaveState(number, live[number]);
            writer.Commit();
            return next;
        }
        catch
        {
            writer.Rollback();
            lock (live.Sync)
            {
                foreach (var number in _numbers) live.MarkDirty(number);
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

    /// <param name="Next">The first number that was not looked at.</param>
    /// <param name="Through">The newest heartbeat when it began: its end makes everything up to it known.</param>
    private readonly record struct Pass(int Next, long Through);
}
