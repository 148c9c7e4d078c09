using Exemplar.Core.Monitors;
using Exemplar.Server.Metrics;
using Exemplar.Storage;
using Exemplar.Storage.Deadlines;

namespace Exemplar.Server.Deadlines;

/// <summary>Tells operators what the scheduler did: metrics for every verdict, log lines for what needs a hand.</summary>
internal sealed partial class DeadlineReport(ServerMetrics metrics, TimeProvider clock, ILogger<DeadlineReport> logger)
{
    /// <summary>More monitors than this in one run are told in one line: a failed network must not flood the log.</summary>
    private const int LinesPerRun = 20;

    public TimeProvider Clock => clock;

    public DateTimeOffset Now() => clock.GetUtcNow();

    public void Judged(DeadlineRun run)
    {
        metrics.DeadlinesLookedAt(run.Looked);
        if (run.Failed > 0)
        {
            metrics.VerdictsFailed(run.Failed);
            SomeFailed(run.Failed);
        }
        if (run.Judged.Count == 0) return;

        var recordedAt = Now();
        foreach (var judged in run.Judged) metrics.DeadlinesJudged(judged.Missed, recordedAt);
        Announce(run.Judged);
    }

    /// <summary>The scheduler's round is over.</summary>
    public void RoundEnded(int due, DateTimeOffset horizon, DateTimeOffset? nextDueAt) =>
        metrics.RoundEnded(due, nextDueAt is { } next ? horizon - next : TimeSpan.Zero);

    private void Announce(IReadOnlyList<JudgedMonitor> judged)
    {
        var down = judged.SelectMany(j => j.Changes.Where(c => c.To == MonitorStatus.Down), (j, change) => (j.MonitorId, change.At)).ToList();
        if (down.Count > LinesPerRun)
        {
            ManyWentDown(down.Count, down.Min(d => d.At));
            return;
        }
        foreach (var (monitorId, at) in down) WentDown(monitorId.ToString(), at);
    }

    public void Refused(StorageUnavailableException exception) => VerdictsRefused(exception.Message);

    public void Failed(Exception exception) => RoundFailed(exception);

    [LoggerMessage(1201, LogLevel.Information, "Monitor {MonitorId} is down since {Since:O}.")]
    private partial void WentDown(string monitorId, DateTimeOffset since);

    [LoggerMessage(1205, LogLevel.Warning, "{Count} monitors went down at once, the first at {First:O}. If they share a host or a network, look there first.")]
    private partial void ManyWentDown(int count, DateTimeOffset first);

    [LoggerMessage(1202, LogLevel.Error, "{Count} monitors could not be judged and are tried again in 30 seconds. Please report it.")]
    private partial void SomeFailed(int count);

    [LoggerMessage(1203, LogLevel.Error, "Verdicts could not be stored; they are tried again until they can. Check the database. {Reason}")]
    private partial void VerdictsRefused(string reason);

    [LoggerMessage(1204, LogLevel.Error, "A round of the scheduler failed and is tried again at once. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
