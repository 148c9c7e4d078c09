using Exemplar.Core.Ids;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// The states of all monitors in memory, and the queue of their deadlines: what SQLite would be too slow to update for
/// every heartbeat.
/// <para>Invariant: it is changed only by the holder of the write gate, after the commit that put the change on disk,
/// and under <see cref="Sync"/>. So the holder of the gate may read without the lock, everybody else reads under it, and
/// nobody ever sees what was not committed.</para>
/// </summary>
internal sealed class LiveMonitors
{
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly List<LiveMonitor[]?> _chunks = [];
    private readonly Dictionary<EntityId, int> _numbers = [];
    private readonly PriorityQueue<int, long> _due = new();
    private ulong[] _dirty = [];

    public Lock Sync { get; } = new();

    public int Count => _numbers.Count;

    /// <summary>All numbers in use are below this.</summary>
    public int NumberLimit => _chunks.Count << ChunkBits;

    public int DueCount
    {
        get
        {
            lock (Sync) return _due.Count;
        }
    }

    public bool TryFind(EntityId id, out int number) => _numbers.TryGetValue(id, out number);

    public bool Exists(int number) =>
        number >= 0 && number < NumberLimit && _chunks[number >> ChunkBits] is { } chunk && chunk[number & (ChunkSize - 1)].Exists;

    /// <summary>The monitor of that number, which exists.</summary>
    public ref LiveMonitor this[int number] => ref _chunks[number >> ChunkBits]![number & (ChunkSize - 1)];

    /// <summary>Room for so many monitors at once, instead of growing step by step.</summary>
    public void Reserve(int count) => _numbers.EnsureCapacity(count);

    public void Add(int number, in LiveMonitor monitor)
    {
        while (NumberLimit <= number) _chunks.Add(null);
        (_chunks[number >> ChunkBits] ??= new LiveMonitor[ChunkSize])[number & (ChunkSize - 1)] = monitor;
        _numbers[monitor.Id] = number;
    }

    public void Remove(int number)
    {
        if (!Exists(number)) return;
        _numbers.Remove(this[number].Id);
        this[number] = default;
    }

    /// <summary>Makes sure that the queue looks at the monitor no later than at its deadline.</summary>
    public void Schedule(int number)
    {
        ref var monitor = ref this[number];
        var deadline = monitor.DeadlineAtMs;
        // Lazy: a deadline that moved away is found when the old one fires. Only an earlier one needs a new entry.
        if (deadline == LiveMonitor.None || deadline >= monitor.QueuedDueAtMs) return;
        monitor.QueuedDueAtMs = deadline;
        _due.Enqueue(number, deadline);
    }

    /// <summary>Looks at the monitor again at <paramref name="dueAtMs"/>, whatever its deadline.</summary>
    public void Requeue(int number, long dueAtMs)
    {
        this[number].QueuedDueAtMs = dueAtMs;
        _due.Enqueue(number, dueAtMs);
    }

    /// <summary>Takes the next monitor that is due before the horizon out of the queue.</summary>
    public bool TryTakeDue(long horizonMs, out int number)
    {
        while (_due.TryPeek(out number, out var dueAtMs) && dueAtMs < horizonMs)
        {
            _due.Dequeue();
            if (!Exists(number) || this[number].QueuedDueAtMs != dueAtMs) continue;
            this[number].QueuedDueAtMs = long.MaxValue;
            return true;
        }
        return false;
    }

    /// <summary>When the next monitor is due. Entries that stand for nothing any more are dropped on the way.</summary>
    public long? NextDueAtMs()
    {
        while (_due.TryPeek(out var number, out var dueAtMs))
        {
            if (Exists(number) && this[number].QueuedDueAtMs == dueAtMs)
            {
                if (this[number].DeadlineAtMs != LiveMonitor.None) return dueAtMs;
                this[number].QueuedDueAtMs = long.MaxValue;
            }
            _due.Dequeue();
        }
        return null;
    }

    /// <summary>Queues every monitor; used once, after loading.</summary>
    public void ScheduleAll()
    {
        var entries = new List<(int, long)>(_numbers.Count);
        for (var number = 0; number < NumberLimit; number++)
        {
            if (!Exists(number)) continue;
            ref var monitor = ref this[number];
            monitor.QueuedDueAtMs = long.MaxValue;
            if (monitor.DeadlineAtMs == LiveMonitor.None) continue;
            monitor.QueuedDueAtMs = monitor.DeadlineAtMs;
            entries.Add((number, monitor.DeadlineAtMs));
        }
        _due.EnqueueRange(entries);
    }

    /// <summary>Remembers that the row on disk lags behind.</summary>
    public void MarkDirty(int number)
    {
        var word = number >> 6;
        if (word >= _dirty.Length) Array.Resize(ref _dirty, Math.Max(word + 1, _dirty.Length * 2));
        _dirty[word] |= 1UL << (number & 63);
    }

    /// <summary>
    /// Collects up to <paramref name="limit"/> dirty numbers from <paramref name="start"/> on, in ascending order so that
    /// their rows lie side by side, and forgets them. Returns where to go on; <see cref="NumberLimit"/> when that was all.
    /// </summary>
    public int TakeDirty(int start, int limit, List<int> numbers)
    {
        var word = start >> 6;
        for (; word < _dirty.Length && numbers.Count < limit; word++)
        {
            var bits = _dirty[word];
            _dirty[word] = 0;
            for (; bits != 0; bits &= bits - 1)
                numbers.Add((word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits));
        }
        return word < _dirty.Length ? word << 6 : NumberLimit;
    }
}
