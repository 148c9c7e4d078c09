using System.Diagnostics.Metrics;
using Exemplar.Server.Metrics;
using Exemplar.Server.Requests;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Deliveries;

/// <summary>What the path from a change of status to people says about itself at <c>/metrics</c>.</summary>
internal sealed class DeliveryMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _followedUp;
    private readonly Counter<long> _followUpsFailed;
    private readonly Counter<long> _timersLookedAt;
    private readonly Counter<long> _stepsDue;
    private readonly Counter<long> _escalationsFailed;
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _delaySeconds;
    private int _waiting;
    private long _followedUpAtTicks;
    private long _outboxRanAtTicks;
    private long _escalationRanAtTicks;

    public DeliveryMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _meter = meters.Create(ServerMetrics.MeterName);
        _followedUpAtTicks = _outboxRanAtTicks = _escalationRanAtTicks = clock.GetUtcNow().UtcTicks;
        _followedUp = _meter.CreateCounter<long>("exemplar_status_changes_followed_up", null, "Changes of status that became incidents and deliveries, or needed none.");
        _followUpsFailed = _meter.CreateCounter<long>("exemplar_follow_ups_failed", null, "Changes of status that could not be followed up and are tried again.");
        _timersLookedAt = _meter.CreateCounter<long>("exemplar_noise_timers_looked_at", null, "Timers of noise policies that came due: more checks, flapping, dependencies, late heartbeats.");
        _stepsDue = _meter.CreateCounter<long>("exemplar_escalation_steps_looked_at", null, "Steps of routes whose moment came: told, put off by a snooze, or not needed any more.");
        _escalationsFailed = _meter.CreateCounter<long>("exemplar_escalations_failed", null, "Steps of routes that could not be told and are tried again.");
        _attempts = _meter.CreateCounter<long>("exemplar_delivery_attempts", null, "Attempts to deliver an alert, by outcome.");
        _delaySeconds = _meter.CreateHistogram("exemplar_delivery_delay", "s", "From what happened to the answer of the receiver who took it.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 3600] });
        _meter.CreateObservableGauge("exemplar_deliveries_waiting", () => Volatile.Read(ref _waiting), null, "Deliveries that are not finished.");
        _meter.CreateObservableGauge("exemplar_follow_up_age", () => Math.Max(0, (clock.GetUtcNow() - FollowedUpAt).TotalSeconds), "s",
            "Since when no round of following up changes of status has succeeded.");
    }

    /// <summary>When the last round of following up succeeded.</summary>
    public DateTimeOffset FollowedUpAt => new(Volatile.Read(ref _followedUpAtTicks), TimeSpan.Zero);

    public void FollowedUp(DateTimeOffset now) => Volatile.Write(ref _followedUpAtTicks, now.UtcTicks);

    /// <summary>When the outbox was last looked through.</summary>
    public DateTimeOffset OutboxRanAt => new(Volatile.Read(ref _outboxRanAtTicks), TimeSpan.Zero);

    public void OutboxRan(DateTimeOffset now) => Volatile.Write(ref _outboxRanAtTicks, now.UtcTicks);

    /// <summary>When it was last looked which steps of routes are due.</summary>
    public DateTimeOffset EscalationRanAt => new(Volatile.Read(ref _escalationRanAtTicks), TimeSpan.Zero);

    public void EscalationRan(DateTimeOffset now) => Volatile.Write(ref _escalationRanAtTicks, now.UtcTicks);

    public void StepLookedAt() => _stepsDue.Add(1);

    public void EscalationFailed() => _escalationsFailed.Add(1);

    public void ChangesFollowedUp(int count) => _followedUp.Add(count);

    public void TimersLookedAt(int count) => _timersLookedAt.Add(count);

    public void FollowUpFailed() => _followUpsFailed.Add(1);

    public void Waiting(int count) => Volatile.Write(ref _waiting, count);

    public void Attempted(AttemptOutcome outcome, DateTimeOffset happenedAt, DateTimeOffset endedAt)
    {
        _attempts.Add(1, Label(outcome));
        if (outcome == AttemptOutcome.Delivered) _delaySeconds.Record(Math.Max(0, (endedAt - happenedAt).TotalSeconds));
    }

    /// <summary>Makes the counters appear with 0; see <see cref="ServerMetrics.BeginAtZero"/>.</summary>
    public void BeginAtZero()
    {
        _followedUp.Add(0);
        _followUpsFailed.Add(0);
        _timersLookedAt.Add(0);
        _stepsDue.Add(0);
        _escalationsFailed.Add(0);
        foreach (var outcome in Enum.GetValues<AttemptOutcome>()) _attempts.Add(0, Label(outcome));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Label(AttemptOutcome outcome) => new("outcome", Words<AttemptOutcome>.Of(outcome));
}
