using Exemplar.Server.Deliveries;
using Exemplar.Server.Hosting;
using Exemplar.Storage;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Incidents;

/// <summary>
/// Follows changes of status up: what the verdicts and heartbeats left word of becomes incidents and deliveries, and whoever
/// delivers is woken.
/// <para>Invariant: rounds never overlap; the changes of one monitor are followed up in their order. A change that cannot be
/// followed up keeps its row and holds up nobody but its own monitor.</para>
/// </summary>
internal sealed partial class IncidentWorker(
    FollowUpStore store, FollowUpRules rules, NoiseRound noise, DeliveryWorker deliveries, DeliveryMetrics metrics, TimeProvider clock, ILogger<IncidentWorker> logger) : BackgroundService
{
    /// <summary>Changes in one transaction: heartbeats wait for its end on SQLite.</summary>
    private const int Portion = 50;

    /// <summary>
    /// So many changes of a round are followed up one portion after the other. When there are more, following up must not starve
    /// the heartbeats and verdicts that share the database with it: it takes small portions and a tenth of the time.
    /// </summary>
    private const int AtFullSpeed = 1_000;

    private const int SmallPortion = 20;
    private const int PauseFactor = 9;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _rounds = new(1, 1);
    private readonly RepeatedLine _refused = new();
    private readonly Dictionary<int, DateTimeOffset> _putOff = [];

    /// <summary>Follows up everything that waits.</summary>
    /// <exception cref="StorageUnavailableException">What waits still does.</exception>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        await _rounds.WaitAsync(cancellationToken);
        try
        {
            var now = clock.Moment();
            foreach (var (monitor, until) in _putOff.ToArray())
                if (until <= now) _putOff.Remove(monitor);
            var followedUp = 0;
            while (true)
            {
                var startedAt = clock.GetTimestamp();
                var isMany = followedUp >= AtFullSpeed;
                if (await store.ReadAsync(isMany ? SmallPortion : Portion, _putOff.Keys, cancellationToken) is not { } batch) break;
                await FollowUpAsync(batch, cancellationToken);
                deliveries.Wake();
                followedUp += batch.Changes.Count;
                metrics.FollowedUp(clock.GetUtcNow());
                if (isMany) await Task.Delay(clock.GetElapsedTime(startedAt) * PauseFactor, clock, cancellationToken);
            }
            if (await noise.RunAsync(cancellationToken)) deliveries.Wake();
            if (await RemindAsync(now, cancellationToken)) deliveries.Wake();
            metrics.FollowedUp(clock.GetUtcNow());
        }
        finally
        {
            _rounds.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
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
            catch (Exception exception) when (store.IsUnavailable(exception))
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

    private async Task FollowUpAsync(FollowUpBatch batch, CancellationToken cancellationToken)
    {
        var now = clock.Moment();
        try
        {
            var drafts = rules.Of(batch, now).Decide();
            // Somebody who was faster has followed them up, or changed an incident by hand: the next reading tells.
            if (await store.StoreAsync(batch.Changes, drafts, now, cancellationToken)) metrics.ChangesFollowedUp(batch.Changes.Count);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !store.IsUnavailable(exception))
        {
            await FollowUpOneByOneAsync(batch, exception, cancellationToken);
        }
    }

    /// <summary>One of them cannot be followed up. The others must not suffer for it.</summary>
    private async Task FollowUpOneByOneAsync(FollowUpBatch failed, Exception cause, CancellationToken cancellationToken)
    {
        if (failed.Changes.Count == 1)
        {
            var change = failed.Changes[0];
            _putOff[change.MonitorNumber] = clock.GetUtcNow() + RetryAfter;
            metrics.FollowUpFailed();
            FollowUpFailed(cause, change.MonitorNumber);
            return;
        }
        for (var i = 0; i < failed.Changes.Count; i++)
        {
            if (await store.ReadAsync(1, _putOff.Keys, cancellationToken) is not { } batch) return;
            await FollowUpAsync(batch, cancellationToken);
        }
    }

    private async Task<bool> RemindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var due in await store.ReadDueAsync(now, Portion, cancellationToken))
            if (FollowUp.Remind(due, now) is { } draft)
                any |= await store.StoreAsync(draft, now, cancellationToken);
        return any;
    }

    [LoggerMessage(1901, LogLevel.Error, "Changes of status could not be followed up; they are tried again until they can, and nothing is lost. Check the database. {Reason}")]
    private partial void StorageRefused(string reason);

    [LoggerMessage(1902, LogLevel.Error, "A round of following up changes of status failed and is tried again at once. Please report it.")]
    private partial void RoundFailed(Exception exception);

    [LoggerMessage(1903, LogLevel.Error, "The change of status of monitor number {MonitorNumber} could not be followed up: nobody was told. It is tried again in 30 seconds. Please report it.")]
    private partial void FollowUpFailed(Exception exception, int monitorNumber);
}
