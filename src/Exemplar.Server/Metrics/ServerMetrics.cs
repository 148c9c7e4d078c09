using System.Diagnostics.Metrics;
using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;

namespace Exemplar.Server.Metrics;

/// <summary>What the server says about itself at <c>/metrics</c>. Counted per batch, not per heartbeat.</summary>
internal sealed class ServerMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Exemplar";

    private readonly TimeProvider _clock;
    private readonly Meter _meter;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _commitSeconds;
    private readonly Counter<long> _looked;
    private readonly Counter<long> _missed;
    private readonly Counter<long> _unknown;
    private readonly Counter<long> _planned;
    private readonly Counter<long> _verdictsFailed;
    private readonly Histogram<double> _detectionSeconds;
    private long _databaseBytes;
    private long _dueMonitors;
    private double _dueLagSeconds;
    private long _schedulerRanAtTicks;

    public ServerMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        _schedulerRanAtTicks = clock.GetUtcNow().UtcTicks;
        _meter = meters.Create(MeterName);
        _accepted = _meter.CreateCounter<long>("exemplar_heartbeats_accepted", null, "Heartbeats on disk.");
        _refused = _meter.CreateCounter<long>("exemplar_heartbeats_refused", null, "Heartbeats answered with 503 because they could not be stored.");
        _batchSize = _meter.CreateHistogram("exemplar_commit_batch_size", null, "Heartbeats in one transaction.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000] });
        _commitSeconds = _meter.CreateHistogram("exemplar_commit_duration", "s", "Time of one transaction of heartbeats.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5] });
        _looked = _meter.CreateCounter<long>("exemplar_deadlines_looked_at", null, "Due monitors looked at; most had a heartbeat in time.");
        _missed = _meter.CreateCounter<long>("exemplar_deadlines_missed", null, "Deadlines that passed without a heartbeat.");
        _unknown = _meter.CreateCounter<long>("exemplar_deadlines_unknown", null, "Deadlines that could not be judged because Exemplar was not watching.");
        _planned = _meter.CreateCounter<long>("exemplar_deadlines_planned", null, "Deadlines missed in a maintenance window, outside active hours or on a holiday.");
        _verdictsFailed = _meter.CreateCounter<long>("exemplar_verdicts_failed", null, "Monitors that could not be judged and are tried again.");
        _detectionSeconds = _meter.CreateHistogram("exemplar_detection_delay", "s", "From a missed deadline to its record on disk.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 60] });
        _meter.CreateObservableGauge("exemplar_due_monitors", () => Volatile.Read(ref _dueMonitors), null, "Due monitors in the scheduler's last round.");
        _meter.CreateObservableGauge("exemplar_due_lag", () => Volatile.Read(ref _dueLagSeconds), "s", "How overdue the earliest deadline is that has not been looked at.");
        _meter.CreateObservableGauge("exemplar_database_size", () => Volatile.Read(ref _databaseBytes), "By", "Bytes of the database on disk, write-ahead log included.");
    }

    /// <summary>
    /// Makes every counter appear with 0, so that a rate over it can see its first event. A histogram appears with its first
    /// measurement: the exporter has no empty one. Called once, when the exporter listens; what is counted earlier is lost.
    /// </summary>
    public void BeginAtZero()
    {
        foreach (var counter in (ReadOnlySpan<Counter<long>>)[_accepted, _refused, _looked, _missed, _unknown, _planned, _verdictsFailed]) counter.Add(0);
    }

    /// <summary>Shows how many heartbeats wait for a commit.</summary>
    public void ObserveWaiting(Func<int> waiting) =>
        _meter.CreateObservableGauge("exemplar_heartbeats_waiting", waiting, null, "Heartbeats that wait for a commit.");

    public long Timestamp() => _clock.GetTimestamp();

    public void BatchCommitted(int stored, int batchSize, long startedAt)
    {
        _accepted.Add(stored);
        _batchSize.Record(batchSize);
        _commitSeconds.Record(_clock.GetElapsedTime(startedAt).TotalSeconds);
    }

    public void BatchFailed(int count) => _refused.Add(count);

    public void DeadlinesLookedAt(int count)
    {
        _looked.Add(count);
        SchedulerRan();
    }

    /// <summary>When the scheduler last went on.</summary>
    public DateTimeOffset SchedulerRanAt => new(Volatile.Read(ref _schedulerRanAtTicks), TimeSpan.Zero);

    /// <summary>What the scheduler's last round found: due monitors, and how overdue the earliest one still is.</summary>
    public void RoundEnded(int due, TimeSpan lag)
    {
        Volatile.Write(ref _dueMonitors, due);
        Volatile.Write(ref _dueLagSeconds, Math.Max(0, lag.TotalSeconds));
        SchedulerRan();
    }

    public void DatabaseTakes(long bytes) => Volatile.Write(ref _databaseBytes, bytes);

    public void VerdictsFailed(int count) => _verdictsFailed.Add(count);

    /// <summary>Deadlines were judged and are on disk now: by the scheduler, or on the way of a heartbeat or an edit.</summary>
    public void DeadlinesJudged(IReadOnlyList<MissedDeadline> missed) => DeadlinesJudged(missed, _clock.GetUtcNow());

    public void DeadlinesJudged(IReadOnlyList<MissedDeadline> missed, DateTimeOffset recordedAt)
    {
        foreach (var deadline in missed)
        {
            // An unknown verdict was waited for by nobody: it is late by as long as the server was away.
            if (deadline.Outcome != CheckOutcome.Down)
            {
                (deadline.IsPlanned ? _planned : _unknown).Add(1);
                continue;
            }
            _missed.Add(1);
            _detectionSeconds.Record((recordedAt - deadline.At).TotalSeconds);
        }
    }

    public void Dispose() => _meter.Dispose();

    private void SchedulerRan() => Volatile.Write(ref _schedulerRanAtTicks, _clock.GetUtcNow().UtcTicks);
}
