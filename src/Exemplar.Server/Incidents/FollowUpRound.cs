using Exemplar.Server.Deliveries;
using Exemplar.Storage;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Incidents;

/// <summary>
/// Follows changes of status up in portions, in their order, and reminds of what is still down. A change that cannot be followed up
/// keeps its row and holds up nobody but its own monitor. Runs within the rounds of <see cref="IncidentWorker"/>, which never overlap.
/// </summary>
internal sealed partial class FollowUpRound(
    FollowUpStore store, FollowUpRules rules, DeliveryMetrics metrics, TimeProvider clock, ILogger<FollowUpRound> logger)
{
    /// <summary>Reminders in one round.</summary>
    private const int Reminders = 50;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly FollowUpPace _pace = new();
    private readonly Dictionary<int, DateTimeOffset> _putOff = [];

    /// <summary>True when an exception of a round means that the database cannot be used now.</summary>
    public bool IsUnavailable(Exception exception) => store.IsUnavailable(exception);

    /// <summary>Waits until there is word of a change, and no longer than <paramref name="atMost"/>; true when there is.</summary>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => store.ChangeLeft.WaitAsync(atMost, clock, cancellationToken);

    /// <summary>A round begins.</summary>
    public void Begin()
    {
        var now = clock.Moment();
        foreach (var (monitor, until) in _putOff.ToArray())
            if (until <= now) _putOff.Remove(monitor);
        _pace.Begin();
    }

    /// <summary>Follows up the next portion of what waits, after a rest where many came before; false when nothing waits.</summary>
    /// <exception cref="StorageUnavailableException">What waits still does.</exception>
    public async Task<bool> FollowUpAsync(CancellationToken cancellationToken)
    {
        if (_pace.Rest > TimeSpan.Zero) await Task.Delay(_pace.Rest, clock, cancellationToken);
        var startedAt = clock.GetTimestamp();
        if (await store.ReadAsync(_pace.Portion, _putOff.Keys, cancellationToken) is not { } batch) return false;
        await FollowUpAsync(batch, cancellationToken);
        _pace.Took(batch.Changes.Count, clock.GetElapsedTime(startedAt));
        metrics.FollowedUp(clock.GetUtcNow());
        return true;
    }

    /// <summary>Reminds of incidents whose moment has come, and ends the round; true when something may have to be delivered.</summary>
    /// <exception cref="StorageUnavailableException">What is due still is.</exception>
    public async Task<bool> RemindAsync(CancellationToken cancellationToken)
    {
        var now = clock.Moment();
        var any = false;
        foreach (var due in await store.ReadDueAsync(now, Reminders, cancellationToken))
            if (FollowUp.Remind(due, now) is { } draft)
                any |= await store.StoreAsync(draft, now, cancellationToken);
        metrics.FollowedUp(clock.GetUtcNow());
        return any;
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

    [LoggerMessage(1903, LogLevel.Error, "The change of status of monitor number {MonitorNumber} could not be followed up: nobody was told. It is tried again in 30 seconds. Please report it.")]
    private partial void FollowUpFailed(Exception exception, int monitorNumber);
}
