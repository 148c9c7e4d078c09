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
    /// <summary>Timers and reminders count in seconds and minutes, and changes say when they come.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Changes come in crowds: what comes meanwhile is one round's, and heartbeats keep the database to themselves.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _rounds = new(1, 1);
    private readonly RepeatedLine _refused = new();

    /// <summary>Follows up everything that waits, and what is due.</summary>
    /// <exception cref="StorageUnavailableException">What waits still does.</exception>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        await _rounds.WaitAsync(cancellationToken);
        try
        {
            changes.Begin();
            while (await changes.FollowUpAsync(cancellationToken))
            {
                deliveries.Wake();
            }
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
        for (var woken = false; ;)
        {
            try
            {
                await RoundAsync(stoppingToken);
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
            if (woken) await Task.Delay(Rest, clock, stoppingToken);
            woken = await changes.WaitAsync(LookEvery, stoppingToken);
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
