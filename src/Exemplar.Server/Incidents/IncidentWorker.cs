using Exemplar.Server.Deliveries;
using Exemplar.Server.Hosting;
using Exemplar.Storage;

namespace Exemplar.Server.Incidents;

/// <summary>
/// Follows changes of status up: what the verdicts and heartbeats left word of becomes incidents and deliveries, and whoever
/// delivers is woken.
/// <para>Invariant: rounds never overlap; the changes of one monitor are followed up in their order.</para>
/// </summary>
internal sealed partial class IncidentWorker(
    FollowUpRound changes, NoiseRound noise, DeliveryWorker deliveries, TimeProvider clock, ILogger<IncidentWorker> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Timers and reminders count in seconds and minutes: to look for them in each round would keep an idle server busy.</summary>
    private const int TimersInRounds = 5;

    private readonly SemaphoreSlim _rounds = new(1, 1);
    private readonly RepeatedLine _refused = new();

    /// <summary>Follows up everything that waits, and what is due.</summary>
    /// <exception cref="StorageUnavailableException">What waits still does.</exception>
    public Task RoundAsync(CancellationToken cancellationToken) => RoundAsync(withTimers: true, cancellationToken);

    private async Task RoundAsync(bool withTimers, CancellationToken cancellationToken)
    {
        await _rounds.WaitAsync(cancellationToken);
        try
        {
            changes.Begin();
            while (await changes.FollowUpAsync(cancellationToken))
            {
                deliveries.Wake();
                // What followed may be due at once.
                withTimers = true;
            }
            if (!withTimers) return;
            if (await noise.RunAsync(cancellationToken)) deliveries.Wake();
            if (await changes.RemindAsync(cancellationToken)) deliveries.Wake();
        }
        finally
        {
            _rounds.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 0; !stoppingToken.IsCancellationRequested; round = (round + 1) % TimersInRounds)
        {
            try
            {
                await RoundAsync(withTimers: round == 0, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Also where a start that is refused takes everything down at once; what waits still does.
                return;
            }
            catch (Exception exception) when (changes.IsUnavailable(exception))
            {
                if (_refused.MaySay(clock.GetUtcNow(), 1, out _)) StorageRefused(exception.Message);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                RoundFailed(exception);
            }
            await Task.Delay(LookEvery, clock, stoppingToken);
        }
    }

    public override void Dispose()
    {
        // The round that may be running has to see that it is over before it finds its lock gone.
        base.Dispose();
        _rounds.Dispose();
    }

    [LoggerMessage(1901, LogLevel.Error, "Changes of status could not be followed up; they are tried again until they can, and nothing is lost. Check the database. {Reason}")]
    private partial void StorageRefused(string reason);

    [LoggerMessage(1902, LogLevel.Error, "A round of following up changes of status failed and is tried again at once. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
