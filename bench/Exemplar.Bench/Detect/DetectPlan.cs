using Exemplar.Bench.Seeding;

namespace Exemplar.Bench.Detect;

/// <summary>
/// Who beats when, and whose deadline falls when. All moments are Unix milliseconds.
/// <para>
/// Every monitor promises a beat a minute. Their first deadlines are spread evenly over one minute, which begins
/// <c>grace</c> after the load; in that order, from the first one on, those that are not silent are sent their beats.
/// </para>
/// <para>
/// The states are written while no server runs, and nothing may be expected before it does, or it rightly answers
/// <c>unknown</c>; nor may a monitor have had a heartbeat in the future. So no expected moment lies before the load begins
/// and no last heartbeat after the seeding, and whose deadline would need that has as much more grace.
/// </para>
/// </summary>
internal sealed class DetectPlan
{
    public const int IntervalMs = 60_000;

    private readonly int[] _placeOf;
    private readonly int[] _beating;
    private readonly int _silentPercent;

    public DetectPlan(int monitors, int silentPercent, int graceMs, int seconds, int startAllowanceMs, int rate)
    {
        (Monitors, _silentPercent, GraceMs, Seconds, StartAllowanceMs, Rate) = (monitors, silentPercent, graceMs, seconds, startAllowanceMs, rate);
        // A stride through the numbers instead of their order: neighbours in the tables do not fall due together.
        var stride = (long)(monitors * 0.618) | 1;
        while (Gcd(stride, monitors) != 1) stride += 2;
        _placeOf = new int[monitors + 1];
        var beating = new List<int>(monitors);
        for (var place = 0; place < monitors; place++)
        {
            var number = (int)(place * stride % monitors) + 1;
            _placeOf[number] = place;
            if (!IsSilentPlace(place)) beating.Add(number);
        }
        _beating = [.. beating];
    }

    public int Monitors { get; }
    public int GraceMs { get; }

    /// <summary>How long deadlines are counted for.</summary>
    public int Seconds { get; }

    /// <summary>Time for the server's start, between the seeding and the load.</summary>
    public int StartAllowanceMs { get; }

    /// <summary>Beats a second.</summary>
    public int Rate { get; }

    /// <summary>When the states were written. Set once, just before that.</summary>
    public long SeededAtMs { get; set; }

    public int Silent => Monitors - _beating.Length;

    /// <summary>The load begins.</summary>
    public long LoadAtMs => SeededAtMs + StartAllowanceMs;

    /// <summary>Every deadline before this must have been judged in the end.</summary>
    public long CountedUntilMs => LoadAtMs + GraceMs + (Seconds * 1_000L);

    public bool IsSilent(int number) => IsSilentPlace(_placeOf[number]);

    public long FirstDeadlineMs(int number) => LoadAtMs + GraceMs + ((long)IntervalMs * _placeOf[number] / Monitors);

    public long LastHeartbeatMs(int number) => Math.Min(FirstDeadlineMs(number) - GraceMs - IntervalMs, SeededAtMs);

    /// <summary>From a monitor's heartbeat to the deadline that follows from it.</summary>
    public long PatienceMs(int number) => FirstDeadlineMs(number) - LastHeartbeatMs(number);

    /// <summary>The monitor of a beat, by the beat's place in the stream.</summary>
    public int BeatingAt(long beat) => _beating[beat % _beating.Length];

    /// <summary>How many deadlines the silent monitors miss before <see cref="CountedUntilMs"/>.</summary>
    public long DeadlinesToMiss() => Enumerable.Range(1, Monitors)
        .Where(number => IsSilent(number) && FirstDeadlineMs(number) < CountedUntilMs)
        .Sum(number => ((CountedUntilMs - 1 - FirstDeadlineMs(number)) / IntervalMs) + 1);

    public bool AnyBeats => _beating.Length > 0;

    public SeededMonitor MonitorOf(int number, long createdAtMs) =>
        new(number, IntervalMs, PatienceMs(number) - IntervalMs, createdAtMs, LastHeartbeatMs(number));

    private bool IsSilentPlace(int place) => place % 100 < _silentPercent;

    private static long Gcd(long one, long other) => other == 0 ? one : Gcd(other, one % other);
}
