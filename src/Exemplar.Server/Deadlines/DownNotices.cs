using Exemplar.Core.Ids;

namespace Exemplar.Server.Deadlines;

/// <summary>A monitor that went down, and since when it is.</summary>
internal readonly record struct WentDown(EntityId MonitorId, DateTimeOffset Since);

/// <summary>Monitors that went down and were not named one by one.</summary>
/// <param name="Count">How many, since the sum before.</param>
/// <param name="First">The earliest moment since which one of them is down.</param>
internal readonly record struct DownSum(int Count, DateTimeOffset First);

/// <summary>
/// Decides how the log tells that monitors went down: by name while they are few, in a sum when a host or a network takes
/// many with it. The first sum is said at once, the next ones at intervals. Used by one caller at a time.
/// </summary>
internal sealed class DownNotices(TimeProvider clock)
{
    /// <summary>So many are named within <see cref="Window"/>.</summary>
    public const int Named = 20;

    /// <summary>How long the names are counted together, and the least time between two sums.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private long? _windowBeganAt;
    private long? _summedAt;
    private int _named;
    private int _count;
    private DateTimeOffset _first;

    /// <summary>Takes what went down together; returns what is to be named now. The rest is in a <see cref="TakeSum"/>.</summary>
    public IReadOnlyList<WentDown> Take(IReadOnlyList<WentDown> down)
    {
        if (down.Count == 0) return [];
        if (HasPassedSince(_windowBeganAt)) (_windowBeganAt, _named) = (clock.GetTimestamp(), 0);
        if (_count == 0 && _named + down.Count <= Named)
        {
            _named += down.Count;
            return down;
        }

        // All or none of them: an arbitrary few names would hide how many there are.
        var first = down.Min(d => d.Since);
        _first = _count == 0 || first < _first ? first : _first;
        _count += down.Count;
        return [];
    }

    /// <summary>The sum that is due; null when there is none, or one was said a moment ago.</summary>
    public DownSum? TakeSum() => HasPassedSince(_summedAt) ? TakeRest() : null;

    /// <summary>The sum of whatever has not been said, however soon after the last one.</summary>
    public DownSum? TakeRest()
    {
        if (_count == 0) return null;
        var sum = new DownSum(_count, _first);
        (_count, _summedAt) = (0, clock.GetTimestamp());
        return sum;
    }

    private bool HasPassedSince(long? timestamp) => timestamp is not { } at || clock.GetElapsedTime(at) >= Window;
}
