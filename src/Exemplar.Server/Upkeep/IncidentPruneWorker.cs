using Exemplar.Storage;
using Exemplar.Storage.Retention;

namespace Exemplar.Server.Upkeep;

/// <summary>Removes incidents and alerts that are older than their organization keeps them, every hour and in small steps.</summary>
internal sealed partial class IncidentPruneWorker(
    IncidentPruner pruner, RetentionMetrics metrics, TimeProvider clock, ILogger<IncidentPruneWorker> logger) : BackgroundService
{
    private static readonly TimeSpan RoundEvery = TimeSpan.FromHours(1);

    /// <summary>Between two steps, so that heartbeats and verdicts come first.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    /// <summary>One sweep through everything that is old enough.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        // Alerts first: what an incident told goes before it.
        await SweepAsync(pruner.PruneAlertsAsync, RetentionMetrics.Alerts, cancellationToken);
        await SweepAsync(pruner.PruneIncidentsAsync, RetentionMetrics.Incidents, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RoundEvery, clock);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (StorageUnavailableException)
            {
                // Others say so louder; the next round removes it.
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                RoundFailed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(Func<DateTimeOffset, CancellationToken, Task<UpkeepStep>> step, string what, CancellationToken cancellationToken)
    {
        while (true)
        {
            var done = await step(clock.Moment(), cancellationToken);
            metrics.Removed(what, done.Removed);
            if (!done.More) return;
            await Task.Delay(Rest, clock, cancellationToken);
        }
    }

    [LoggerMessage(2301, LogLevel.Error, "Old incidents and alerts could not be removed; it is tried again in an hour. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
