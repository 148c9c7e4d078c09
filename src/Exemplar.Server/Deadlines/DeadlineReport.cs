using Exemplar.Core.Monitors;
using Exemplar.Server.Metrics;
using Exemplar.Storage;
using Exemplar.Storage.Deadlines;

namespace Exemplar.Server.Deadlines;

/// <summary>
/// Tells operators what the scheduler did: metrics for every verdict, log lines for what needs a hand. Used by the
/// scheduler alone, one round after the other.
/// </summary>
internal sealed partial class DeadlineReport(ServerMetrics metrics, TimeProvider clock, ILogger<DeadlineReport> logger)
{
    private readonly DownNotices _notices = new(clock);

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
        foreach (var down in _notices.Take([.. run.Judged.SelectMany(WentDown)])) IsDown(down.MonitorId.ToString(), down.Since);
        Say(_notices.TakeSum());
    }

    /// <summary>The scheduler's round is over.</summary>
    public void RoundEnded(int due, DateTimeOffset horizon, DateTimeOffset? nextDueAt)
    {
        metrics.RoundEnded(due, nextDueAt is { } next ? horizon - next : TimeSpan.Zero);
        Say(_notices.TakeSum());
    }

    /// <summary>There will be no further round.</summary>
    public void Ended() => Say(_notices.TakeRest());

    public void Refused(StorageUnavailableException exception) => VerdictsRefused(exception.Message);

    public void Failed(Exception exception) => RoundFailed(exception);

    private static IEnumerable<WentDown> WentDown(JudgedMonitor judged) =>
        judged.Changes.Where(change => change.To == MonitorStatus.Down).Select(change => new WentDown(judged.MonitorId, change.At));

    private void Say(DownSum? sum)
    {
        if (sum is { } many) ManyWentDown(many.Count, many.First);
    }

    [LoggerMessage(1201, LogLevel.Information, "Monitor {MonitorId} is down since {Since:O}.")]
    private partial void IsDown(string monitorId, DateTimeOffset since);

    [LoggerMessage(1205, LogLevel.Warning, "{Count} monitors went down in a short time and are not named one by one, the first since {First:O}. If they share a host or a network, look there first.")]
    private partial void ManyWentDown(int count, DateTimeOffset first);

    [LoggerMessage(1202, LogLevel.Error, "{Count} monitors could not be judged and are tried again in 30 seconds. Please report it.")]
    private partial void SomeFailed(int count);

    [LoggerMessage(1203, LogLevel.Error, "Verdicts could not be stored; they are tried again until they can. Check the database. {Reason}")]
    private partial void VerdictsRefused(string reason);

    [LoggerMessage(1204, LogLevel.Error, "A round of the scheduler failed and is tried again at once. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
