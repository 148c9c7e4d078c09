using Exemplar.Server.Deliveries;
using Exemplar.Storage;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Noise;

namespace Exemplar.Server.Incidents;

/// <summary>
/// Looks at the timers of noise policies that are due, in portions. One that fails keeps its row, is left out for a while and
/// holds up nobody. Runs within the rounds of <see cref="IncidentWorker"/>, which never overlap.
/// </summary>
internal sealed partial class NoiseRound(NoiseTimerStore timers, FollowUpRules rules, DeliveryMetrics metrics, TimeProvider clock, ILogger<NoiseRound> logger)
{
    /// <summary>Timers in one transaction: heartbeats wait for its end on SQLite.</summary>
    private const int Portion = 50;

    /// <summary>So many portions, then changes of status have their turn again.</summary>
    private const int MostPortions = 20;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly Dictionary<long, DateTimeOffset> _putOff = [];

    /// <summary>Looks at what is due; true when something may have to be delivered.</summary>
    /// <exception cref="StorageUnavailableException">What is due still is.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.Moment();
        foreach (var (timer, until) in _putOff.ToArray())
            if (until <= now) _putOff.Remove(timer);
        var any = false;
        for (var portion = 0; portion < MostPortions; portion++)
        {
            // The moment of the round: what this round sets again is for the next.
            if (await timers.ReadDueAsync(now, Portion, _putOff.Keys, cancellationToken) is not { } batch) break;
            any |= await DecideAsync(batch, cancellationToken);
        }
        return any;
    }

    private async Task<bool> DecideAsync(FollowUpBatch batch, CancellationToken cancellationToken)
    {
        var now = clock.Moment();
        try
        {
            var followUp = rules.Of(batch, now);
            var drafts = followUp.Decide();
            // Somebody who was faster has looked at them, or changed an incident by hand: the next reading tells.
            if (!await timers.StoreAsync(batch.Timers, drafts, followUp.Again, followUp.Late, now, cancellationToken)) return false;
            metrics.TimersLookedAt(batch.Timers.Count);
            return drafts.Any(d => d.Alerts.Count > 0) || followUp.Late.Count > 0;
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !timers.IsUnavailable(exception))
        {
            return await OneByOneAsync(batch, exception, cancellationToken);
        }
    }

    /// <summary>One of them cannot be looked at. The others must not suffer for it.</summary>
    private async Task<bool> OneByOneAsync(FollowUpBatch failed, Exception cause, CancellationToken cancellationToken)
    {
        if (failed.Timers.Count == 1)
        {
            var timer = failed.Timers[0];
            _putOff[timer.Number] = clock.GetUtcNow() + RetryAfter;
            metrics.FollowUpFailed();
            LookFailed(cause, timer.Kind.ToString(), timer.MonitorNumber);
            return false;
        }
        var any = false;
        for (var i = 0; i < failed.Timers.Count; i++)
        {
            if (await timers.ReadDueAsync(clock.Moment(), 1, _putOff.Keys, cancellationToken) is not { } batch) break;
            any |= await DecideAsync(batch, cancellationToken);
        }
        return any;
    }

    [LoggerMessage(1910, LogLevel.Error, "A timer of the noise policy ({Kind}) of monitor number {MonitorNumber} could not be looked at: what it waits for is not told. It is tried again in 30 seconds. Please report it.")]
    private partial void LookFailed(Exception exception, string kind, int monitorNumber);
}
