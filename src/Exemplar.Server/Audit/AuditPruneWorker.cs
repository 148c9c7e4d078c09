using Exemplar.Server.Upkeep;
using Exemplar.Storage;
using Exemplar.Storage.Audit;

namespace Exemplar.Server.Audit;

/// <summary>Removes entries of the audit log that are older than a year, every hour and in small steps.</summary>
internal sealed partial class AuditPruneWorker(AuditStore audit, RetentionMetrics metrics, TimeProvider clock, ILogger<AuditPruneWorker> logger) : BackgroundService
{
    private static readonly TimeSpan RoundEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RoundEvery, clock);
        do
        {
            try
            {
                while (await PruneAsync(stoppingToken)) await Task.Delay(Rest, clock, stoppingToken);
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

    private async Task<bool> PruneAsync(CancellationToken cancellationToken)
    {
        var step = await audit.PruneAsync(clock.Moment(), cancellationToken);
        metrics.Removed(RetentionMetrics.Audit, step.Removed);
        return step.More;
    }

    [LoggerMessage(1702, LogLevel.Error, "Old entries of the audit log could not be removed; it is tried again in an hour. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
