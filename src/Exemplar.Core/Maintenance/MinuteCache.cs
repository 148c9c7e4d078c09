namespace Exemplar.Core.Maintenance;

/// <summary>
/// Remembers what a calendar says about a minute. Calendars change only between two minutes, and when many monitors are
/// silent at once all of them ask about the same few.
/// <para>Invariant: an entry is never changed, only replaced as a whole; two threads at once compute the same value
/// twice, and nothing worse.</para>
/// </summary>
/// <param name="compute">What the calendar says about the minute that begins at a moment.</param>
internal sealed class MinuteCache<T>(Func<DateTimeOffset, T> compute)
{
    private const int Size = 64;

    private readonly Entry?[] _entries = new Entry?[Size];

    public T At(DateTimeOffset moment)
    {
        var minute = moment.UtcTicks / TimeSpan.TicksPerMinute;
        ref var slot = ref _entries[(int)(minute % Size)];
        if (Volatile.Read(ref slot) is { } known && known.Minute == minute) return known.Value;
        var value = compute(new DateTimeOffset(minute * TimeSpan.TicksPerMinute, TimeSpan.Zero));
        Volatile.Write(ref slot, new Entry(minute, value));
        return value;
    }

    private sealed record Entry(long Minute, T Value);
}
