using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Microsoft.Data.Sqlite;

namespace Exemplar.Storage.Sqlite;

/// <summary>One heartbeat of a chain.</summary>
internal sealed record ChainedHeartbeat(long Seq, long AtMs, long Ordinal, long Prev, long Anchor, long Random, byte[]? Metadata)
{
    public Check ToCheck()
    {
        var at = UnixTime.FromMs(AtMs);
        return new Check(EntityId.Create(at, unchecked((ulong)Random)), at, CheckOutcome.Up, CheckSource.Heartbeat, null, null, Metadata, at);
    }
}

/// <summary>
/// Walks a monitor's chain of heartbeats from newer to older. Each step is one look-up by the log's primary key; a
/// pointer to a heartbeat that was removed ends the chain. One reader serves many monitors, one after the other.
/// </summary>
internal sealed class ChainReader(SqliteConnection connection) : IDisposable
{
    private readonly Statement _select = new(connection,
        "SELECT at_ms, ordinal, prev, anchor, check_random, metadata FROM heartbeats WHERE seq = ? AND monitor_number = ?");

    private int _monitorNumber;

    /// <summary>The heartbeat the reader stands at; null past the end.</summary>
    public ChainedHeartbeat? Current { get; private set; }

    /// <summary>From here on it reads the chain of this monitor, and stands nowhere in it.</summary>
    public void Begin(int monitorNumber) => (_monitorNumber, Current) = (monitorNumber, null);

    /// <summary>Goes to the newest heartbeat from <paramref name="seq"/> on that is older than <paramref name="beforeMs"/>.</summary>
    public void Start(long seq, long beforeMs)
    {
        Seek(seq, heartbeat => heartbeat.AtMs >= beforeMs);
    }

    /// <summary>Goes to the newest heartbeat whose ordinal is at most <paramref name="ordinal"/>.</summary>
    public void StartAtOrdinal(long seq, long ordinal)
    {
        Seek(seq, heartbeat => heartbeat.Ordinal > ordinal);
    }

    public void MoveToOlder() => Current = Current is { } here ? Find(here.Prev) : null;

    public void Dispose() => _select.Dispose();

    /// <summary>Passes over everything too new: by anchors as long as even they are, then one by one, at most 256 steps.</summary>
    private void Seek(long seq, Func<ChainedHeartbeat, bool> isTooNew)
    {
        Current = Find(seq);
        while (Current is { } here && isTooNew(here) && Find(here.Anchor) is { } anchor && isTooNew(anchor)) Current = anchor;
        while (Current is { } here && isTooNew(here)) Current = Find(here.Prev);
    }

    private ChainedHeartbeat? Find(long seq)
    {
        if (seq <= 0 || !_select.Bind(1, seq).Bind(2, _monitorNumber).Step()) return null;
        var found = new ChainedHeartbeat(
            seq, _select.Long(0), _select.Long(1), _select.Long(2), _select.Long(3), _select.Long(4),
            _select.IsNull(5) ? null : _select.Blob(5).ToArray());
        _select.Reset();
        return found;
    }
}
