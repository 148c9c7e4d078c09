using System.Threading.Channels;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Hosting;

namespace Exemplar.Server.Health;

/// <summary>
/// Tells the operators in one way. What cannot be delivered is tried again until it can, or until there is something newer to say.
/// <para>Invariant: notices are sent one after the other, by one loop; a newer one takes the place of one that nobody has heard.</para>
/// </summary>
internal sealed partial class OperatorsLane(IOperatorsWay way, HealthMetrics metrics, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Channel<OperatorsNotice> _notices = Channel.CreateBounded<OperatorsNotice>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly RepeatedLine _failed = new();

    /// <summary>Tells them as soon as it can; returns at once.</summary>
    public void Tell(OperatorsNotice notice) => _notices.Writer.TryWrite(notice);

    /// <summary>Runs until the server stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await foreach (var notice in _notices.Reader.ReadAllAsync(stopping)) await DeliverAsync(notice, stopping);
    }

    private async Task DeliverAsync(OperatorsNotice notice, CancellationToken stopping)
    {
        var wait = FirstWait;
        while (true)
        {
            var outcome = await TryAsync(notice, stopping);
            metrics.OperatorsTold(outcome is DeliveryOutcome.Delivered);
            if (outcome is DeliveryOutcome.Delivered) return;
            if (_failed.MaySay(clock.GetUtcNow(), 1, out _)) NotTold(way.Setting, outcome.Detail);
            if (await SomethingNewerAsync(wait, stopping)) return;
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task<DeliveryOutcome> TryAsync(OperatorsNotice notice, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        try
        {
            return await way.SendAsync(notice, both.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new DeliveryOutcome.Retry($"There was no answer within {Patience.TotalSeconds:0} seconds.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Its type, not its text: that may hold the address.
            return new DeliveryOutcome.Retry($"A fault in Exemplar, {exception.GetType().Name}.");
        }
    }

    /// <summary>Waits before the next attempt; true when it is not worth it any more.</summary>
    private async Task<bool> SomethingNewerAsync(TimeSpan wait, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var newer = _notices.Reader.WaitToReadAsync(ended.Token).AsTask();
        var waited = Task.Delay(wait, clock, ended.Token);
        await Task.WhenAny(newer, waited);
        var isNewer = newer.IsCompletedSuccessfully;
        await ended.CancelAsync();
        await Task.WhenAll(newer, waited).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
        return isNewer;
    }

    [LoggerMessage(2313, LogLevel.Warning, "The operators could not be told about the server itself; it is tried again. Look at {Setting}. {Reason}")]
    private partial void NotTold(string setting, string reason);
}
