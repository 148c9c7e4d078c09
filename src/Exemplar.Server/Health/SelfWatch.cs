using Exemplar.Server.Deliveries;
using Exemplar.Server.Heartbeats;
using Exemplar.Server.Metrics;
using Exemplar.Server.Outages;

namespace Exemplar.Server.Health;

/// <summary>
/// Whether the server does what it is there for. It asks nobody who could stand still himself: every part leaves a sign when it
/// has gone on, and the sign grows old when it does not.
/// <para>Invariant: what is remembered of the writer's progress changes under the lock.</para>
/// </summary>
internal sealed class SelfWatch(
    OutageWatch outages, HeartbeatIntake intake, ServerMetrics metrics, DeliveryMetrics deliveries, TimeProvider clock)
{
    /// <summary>Every part goes on several times a second, or has nothing to do; after so long it has stalled.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private static readonly string Silence = $"for {LongestSilence.TotalSeconds:0} s or more";

    private readonly Lock _sync = new();
    private long _finished;
    private DateTimeOffset? _unfinishedSince;

    /// <summary>False while the server starts or stops: heartbeats are not let in, and nothing is expected to go on.</summary>
    public bool IsOpen => intake.IsOpen;

    /// <summary>What does not go on; empty when everything does.</summary>
    public IReadOnlyList<Stall> Look()
    {
        if (!IsOpen) return [];
        var now = clock.GetUtcNow();
        var stalls = new List<Stall>();
        if (outages.StorageFailsSince is not null) stalls.Add(new Stall(Part.Storage, "the database cannot be written"));
        if (WriterStandsStill(now)) stalls.Add(new Stall(Part.HeartbeatWriter, $"heartbeats have waited to be stored {Silence}"));
        if (IsSilent(metrics.SchedulerRanAt, now)) stalls.Add(new Stall(Part.Scheduler, $"no deadline has been judged {Silence}"));
        if (IsSilent(deliveries.FollowedUpAt, now)) stalls.Add(new Stall(Part.FollowUp, $"nobody has been told of changes of status {Silence}"));
        if (IsSilent(deliveries.OutboxRanAt, now)) stalls.Add(new Stall(Part.Outbox, $"no alert has been sent {Silence}, whether one waits or not"));
        if (IsSilent(deliveries.EscalationRanAt, now)) stalls.Add(new Stall(Part.Escalation, $"no incident has been escalated {Silence}, whether one waits or not"));
        return stalls;
    }

    /// <summary>The writer works only when there is something to write: it stands still when some is and none of it gets done.</summary>
    private bool WriterStandsStill(DateTimeOffset now)
    {
        lock (_sync)
        {
            var (accepted, finished) = intake.Progress;
            if (accepted == finished) _unfinishedSince = null;
            else if (_unfinishedSince is null || finished != _finished) _unfinishedSince = now;
            _finished = finished;
            return _unfinishedSince is { } since && IsSilent(since, now);
        }
    }

    private static bool IsSilent(DateTimeOffset at, DateTimeOffset now) => now - at > LongestSilence;
}
