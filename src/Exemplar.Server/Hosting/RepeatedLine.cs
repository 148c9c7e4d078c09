namespace Exemplar.Server.Hosting;

/// <summary>
/// A log line about something that happens again and again while it lasts: said at once, then every half minute with
/// what has come together. Otherwise a full disk would be filled by the log that tells of it.
/// <para>Invariant: both fields change together, under the lock.</para>
/// </summary>
internal sealed class RepeatedLine
{
    /// <summary>The time between two lines.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly Lock _sync = new();
    private DateTimeOffset? _saidAt;
    private int _unsaid;

    /// <summary>Counts <paramref name="count"/>; true when the line is to be said now, with all that was counted since the last one.</summary>
    public bool MaySay(DateTimeOffset now, int count, out int all)
    {
        lock (_sync)
        {
            all = _unsaid += count;
            if (_saidAt is { } at && (now - at).Duration() < Every) return false;
            _saidAt = now;
            _unsaid = 0;
            return true;
        }
    }
}
