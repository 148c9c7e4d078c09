namespace Exemplar.Core.Outages;

/// <summary>
/// Every outage that may still matter to a deadline, immutable: a decision reads one log from start to end, and a
/// new outage makes a new log.
/// </summary>
public sealed class OutageLog
{
    /// <summary>The log of a server that never stopped.</summary>
    public static readonly OutageLog Empty = new([]);

    // Ordered by From; _latestEnd[i] is the greatest To of the first i + 1 outages, so that a search from the right
    // can stop as soon as nothing further left reaches the moment.
    private readonly Outage[] _outages;
    private readonly DateTimeOffset[] _latestEnd;

    public OutageLog(IEnumerable<Outage> outages)
    {
        _outages = [.. outages.OrderBy(o => o.From)];
        _latestEnd = new DateTimeOffset[_outages.Length];
        for (var i = 0; i < _outages.Length; i++)
            _latestEnd[i] = i > 0 && _latestEnd[i - 1] > _outages[i].To ? _latestEnd[i - 1] : _outages[i].To;
    }

    public int Count => _outages.Length;

    /// <summary>A log with one outage more.</summary>
    public OutageLog With(Outage outage) => new(_outages.Append(outage));

    /// <summary>
    /// The log as it reads once the clock was set back to <paramref name="now"/>: what lies after it has not taken
    /// place on this clock. Otherwise a clock that was a year ahead for a moment would excuse a year of silence.
    /// </summary>
    public OutageLog OnClockSetBack(DateTimeOffset now) =>
        new(_outages.Where(o => o.From <= now).Select(o => o.To > now ? o with { To = now } : o));

    /// <summary>
    /// The outage that makes a missed heartbeat unjudgeable, or null: one that covers the expected moment (the beat
    /// was most likely sent then) or the deadline (the verdict would have been given then). A short outage strictly
    /// between the two does not count: the server was there both when the beat was due and when time ran out. A jump of
    /// the clock counts wherever it lies in the interval, because it made the interval shorter than was promised.
    /// </summary>
    /// <param name="countsFrom">What the interval was counted from.</param>
    /// <param name="expectedAt">When the heartbeat was expected.</param>
    /// <param name="deadlineAt">When its grace ended.</param>
    public Outage? Interrupting(DateTimeOffset countsFrom, DateTimeOffset expectedAt, DateTimeOffset deadlineAt) =>
        Latest(expectedAt, expectedAt, _ => true)
        ?? Latest(deadlineAt, deadlineAt, _ => true)
        ?? Latest(countsFrom, deadlineAt, o => o.Cause == OutageCause.ClockJump && o.To > countsFrom);

    /// <summary>Of the outages that touch [from, to], the one that ends last: a short one inside a long one must not hide it.</summary>
    private Outage? Latest(DateTimeOffset from, DateTimeOffset to, Func<Outage, bool> counts)
    {
        int low = 0, high = _outages.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_outages[middle].From <= to) low = middle + 1;
            else high = middle;
        }

        Outage? latest = null;
        for (var i = low - 1; i >= 0 && _latestEnd[i] >= from; i--)
            if (_outages[i].To >= from && counts(_outages[i]) && (latest is null || _outages[i].To > latest.To)) latest = _outages[i];
        return latest;
    }
}
