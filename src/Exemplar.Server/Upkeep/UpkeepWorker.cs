using Exemplar.Server.Deadlines;
using Exemplar.Server.Metrics;
using Exemplar.Storage;
using Exemplar.Storage.Periods;
using Exemplar.Storage.Retention;

namespace Exemplar.Server.Upkeep;

/// <summary>
/// Keeps history within its limits and the database in order, in small steps beside the ingest: after each step it waits
/// several times as long as the step took.
/// </summary>
internal sealed partial class UpkeepWorker(
    StorageEngine engine, PeriodStore periods, DeadlineWorker deadlines, ServerMetrics metrics, TimeProvider clock, ILogger<UpkeepWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan RoundEvery = TimeSpan.FromSeconds(1);

    /// <summary>How much of a second may go into removing old rows.</summary>
    private static readonly TimeSpan PruneFor = TimeSpan.FromMilliseconds(150);

    /// <summary>Days settle and periods grow old by the day; whether any did is asked for this often.</summary>
    private static readonly TimeSpan PeriodsEvery = TimeSpan.FromMinutes(1);

    private DateTimeOffset _periodsDoneAt = DateTimeOffset.MinValue;

    /// <summary>One round: housekeeping, then removing for a short while.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await engine.Upkeep.KeepUpAsync(now, stopping: false, cancellationToken);

        metrics.DatabaseTakes(await engine.Upkeep.DatabaseBytesAsync(cancellationToken));

        var startedAt = clock.GetTimestamp();
        while (clock.GetElapsedTime(startedAt) < PruneFor)
        {
            var checks = await engine.Upkeep.PruneChecksAsync(now, cancellationToken);
            if (!checks.More) break;
        }
        if ((now - _periodsDoneAt).Duration() < PeriodsEvery) return;
        if (await AllDoneAsync(periods.RollUpAsync, now, startedAt, cancellationToken)
            && await AllDoneAsync(periods.PruneAsync, now, startedAt, cancellationToken))
            _periodsDoneAt = now;
    }

    private async Task<bool> AllDoneAsync(
        Func<DateTimeOffset, CancellationToken, Task<UpkeepStep>> step, DateTimeOffset now, long startedAt, CancellationToken cancellationToken)
    {
        while (clock.GetElapsedTime(startedAt) < PruneFor)
            if (!(await step(now, cancellationToken)).More) return true;
        return false;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // After a long absence the first verdicts still change days that will then be rolled up for good.
        await deadlines.CaughtUp.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(RoundEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (StorageUnavailableException)
            {
                // Said once by the liveness worker; old rows can wait.
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                RoundFailed(exception);
            }
        }
    }

    [LoggerMessage(1301, LogLevel.Error, "A round of upkeep failed and is tried again in a second. History grows until it succeeds. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
