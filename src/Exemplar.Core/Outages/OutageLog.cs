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
    /// between the two does not count: the server was there both when the beat was due and when time ran out.
    /// </summary>
    public Outage? Interrupting(DateTimeOffset expectedAt, DateTimeOffset deadlineAt) =>
        Covering(expectedAt) ?? Covering(deadlineAt);

    private Outage? Covering(DateTimeOffset moment)
    {
        int low = 0, high = _outages.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_outages[middle].From <= moment) low = middle + 1;
            else high = middle;
        }
        for (var i = low - 1; i >= 0 && _latestEnd[i] >= moment; i--)
            if (_outages[i].Contains(moment)) return _outages[i];
        return null;
    }
}
