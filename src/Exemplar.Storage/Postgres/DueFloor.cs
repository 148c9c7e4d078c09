namespace Exemplar.Storage.Postgres;

/// <summary>
/// A moment before which nothing is due, as far as this process knows. Every deadline that moves on leaves a dead entry at
/// the near end of the index until the next vacuum; without a floor each search for what is due next would walk
/// over all of them. It is a hint that expires: what another node has made due earlier is found by the next search of
/// the whole index, at most a second later.
/// </summary>
internal sealed class DueFloor
{
    private const long WholeSearchEveryMs = 1_000;

    /// <summary>Rows that somebody else held were passed over; they lie close to what was claimed.</summary>
    private const long PassedOverMs = 250;

    private readonly Lock _sync = new();
    private long _ms = long.MinValue;
    private long _wholeSearchAtMs = long.MinValue;
    private long _lowerings;

    /// <summary>Where a search for what is due next may begin.</summary>
    public long Ms
    {
        get
        {
            lock (_sync) return _ms;
        }
    }

    /// <summary>Where a search for what is due before <paramref name="horizonMs"/> has to begin, and a ticket for <see cref="Raise"/>.</summary>
    public (long FromMs, long Ticket) Begin(long horizonMs)
    {
        lock (_sync)
        {
            var isWhole = horizonMs < _wholeSearchAtMs || horizonMs - WholeSearchEveryMs >= _wholeSearchAtMs;
            if (isWhole) _wholeSearchAtMs = horizonMs;
            return (isWhole ? long.MinValue : _ms, _lowerings);
        }
    }

    /// <summary>A search found nothing due before <paramref name="firstDueMs"/>. Ignored when the floor was lowered meanwhile.</summary>
    public void Raise(long firstDueMs, long ticket)
    {
        lock (_sync)
        {
            if (ticket == _lowerings) _ms = firstDueMs - PassedOverMs;
        }
    }

    /// <summary>Something is going to be due at <paramref name="dueMs"/>. Called before that is committed.</summary>
    public void Lower(long dueMs)
    {
        lock (_sync)
        {
            if (dueMs >= _ms) return;
            _ms = dueMs;
            _lowerings++;
        }
    }
}
