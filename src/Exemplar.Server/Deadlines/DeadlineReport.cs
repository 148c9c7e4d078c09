using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Server.Metrics;
using Exemplar.Storage;
using Exemplar.Storage.Deadlines;

namespace Exemplar.Server.Deadlines;

/// <summary>Tells operators what the scheduler did: metrics for every verdict, log lines for what needs a hand.</summary>
internal sealed partial class DeadlineReport(ServerMetrics metrics, TimeProvider clock, ILogger<DeadlineReport> logger)
{
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
        foreach (var judged in run.Judged)
        {
            foreach (var missed in judged.Missed)
            {
                // An unknown verdict was waited for by nobody: it is late by as long as the server was away.
                if (missed.Outcome == CheckOutcome.Down) metrics.MissDetected(recordedAt - missed.At);
                else metrics.VerdictUnknown();
            }
            foreach (var change in judged.Changes)
                if (change.To == MonitorStatus.Down) WentDown(judged.MonitorId.ToString(), change.At);
        }
    }

    public void Refused(StorageUnavailableException exception) => VerdictsRefused(exception.Message);

    public void Failed(Exception exception) => RoundFailed(exception);

    [LoggerMessage(1201, LogLevel.Information, "Monitor {MonitorId} is down since {Since:O}.")]
    private partial void WentDown(string monitorId, DateTimeOffset since);

    [LoggerMessage(1202, LogLevel.Error, "{Count} monitors could not be judged and are tried again in 30 seconds. Please report it.")]
    private partial void SomeFailed(int count);

    [LoggerMessage(1203, LogLevel.Error, "Verdicts could not be stored; they are tried again until they can. Check the database. {Reason}")]
    private partial void VerdictsRefused(string reason);

    [LoggerMessage(1204, LogLevel.Error, "A round of the scheduler failed and is tried again at once. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
