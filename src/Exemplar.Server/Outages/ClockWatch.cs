using Exemplar.Core.Outages;

namespace Exemplar.Server.Outages;

/// <summary>What a look at the clocks found.</summary>
/// <param name="Outage">Time in which this process did not run, or that never took place; null normally.</param>
/// <param name="SetBack">True when the clock was set back.</param>
/// <param name="JustHeldUp">True shortly after the process was held up a little: requests that waited are coming through now.</param>
internal readonly record struct ClockReading(Outage? Outage, bool SetBack, bool JustHeldUp);

/// <summary>
/// Compares the clock on the wall with one that only runs forward. Looked at several times a second and right before
/// every verdict: a difference means that somebody set the clock, a long gap that the process was held up.
/// <para>Invariant: the previous readings change together, under the lock.</para>
/// </summary>
internal sealed class ClockWatch(TimeProvider clock)
{
    /// <summary>A process that did not get to look for so long was not running: stopped, starved or suspended.</summary>
    public static readonly TimeSpan HeldUp = TimeSpan.FromSeconds(3);

    /// <summary>Clocks drift and are slewed; more than this between two looks is a step.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>A gap of this length is no outage, but requests may have waited for it to end.</summary>
    private static readonly TimeSpan Noticeable = TimeSpan.FromMilliseconds(600);

    /// <summary>So long those requests are given to come through, and no longer.</summary>
    private static readonly TimeSpan LongestCatchingUp = TimeSpan.FromSeconds(1);

    private readonly Lock _sync = new();
    private long? _heldUpAt;
    private TimeSpan _catchingUp;
    private DateTimeOffset _wall = clock.GetUtcNow();
    private long _timestamp = clock.GetTimestamp();

    /// <summary>The clock on the wall.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    public ClockReading Look()
    {
        lock (_sync)
        {
            var (wall, timestamp) = (clock.GetUtcNow(), clock.GetTimestamp());
            var gap = clock.GetElapsedTime(_timestamp, timestamp);
            var step = wall - _wall - gap;
            var outage = gap > HeldUp ? new Outage(_wall, wall, OutageCause.NotRunning)
                : step > Step ? new Outage(_wall, wall, OutageCause.ClockJump)
                : null;
            (_wall, _timestamp) = (wall, timestamp);
            if (gap > Noticeable)
            {
                // The longer it stood still, the more has gathered.
                _heldUpAt = timestamp;
                _catchingUp = gap / 2 < LongestCatchingUp ? gap / 2 : LongestCatchingUp;
            }
            else if (_heldUpAt is { } at && clock.GetElapsedTime(at, timestamp) > _catchingUp) _heldUpAt = null;
            return new ClockReading(outage, SetBack: step < -Step, JustHeldUp: _heldUpAt is not null);
        }
    }
}
