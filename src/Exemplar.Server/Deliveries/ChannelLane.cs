using System.Threading.Channels;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Hosting;
using Exemplar.Storage;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Deliveries;

/// <summary>
/// Delivers what is due for one channel, several at once, until nothing is. A channel that hangs holds up its own lane only.
/// <para>Invariant: one lane for each channel at a time. What was claimed is sent, and how that ended is recorded, before
/// the lane ends; results that cannot be stored are kept and tried again.</para>
/// </summary>
internal sealed class ChannelLane(
    int channelNumber, MessageBudget budget, DeliveryStore deliveries, ChannelStore channels, LaneServices services)
{
    /// <summary>Deliveries to one program at once.</summary>
    private const int ToPrograms = 64;

    /// <summary>Messages to people at once.</summary>
    private const int ToPeople = 4;

    /// <summary>So many deliveries are folded into messages at once.</summary>
    private const int MostFolded = 500;

    /// <summary>An attempt that has not ended after so long was lost with its process.</summary>
    public static readonly TimeSpan LostAfter = Sender.Patience * 2;

    private static readonly TimeSpan StoreAgainAfter = TimeSpan.FromMilliseconds(500);

    private readonly Channel<AttemptResult[]> _ended = Channel.CreateUnbounded<AttemptResult[]>(new UnboundedChannelOptions { SingleReader = true });
    private int _sending;

    /// <summary>Runs until nothing is due for the channel, or the budget of its readers is spent. Returns how long to leave it alone.</summary>
    /// <param name="stopping">Nothing new is begun from then on.</param>
    /// <param name="givingUp">What has been begun is given up.</param>
    public async Task<TimeSpan> RunAsync(CancellationToken stopping, CancellationToken givingUp)
    {
        while (true)
        {
            var wait = TimeSpan.Zero;
            var began = stopping.IsCancellationRequested ? 0 : await BeginAsync(stopping, givingUp);
            if (began < 0) wait = budget.Wait;
            if (_sending == 0) return wait;

            await _ended.Reader.WaitToReadAsync(CancellationToken.None);
            var results = new List<AttemptResult>();
            while (_ended.Reader.TryRead(out var more))
            {
                results.AddRange(more);
                _sending--;
            }
            await RecordAsync(results, stopping);
        }
    }

    /// <summary>Begins to send what is due and fits; returns how many messages, or -1 when the budget is spent.</summary>
    private async Task<int> BeginAsync(CancellationToken stopping, CancellationToken givingUp)
    {
        if (await channels.FindAsync(channelNumber, stopping) is not { } channel) return 0;
        var now = services.Clock.Moment();
        var forPeople = services.Sender.IsReadByPeople(channel);
        var free = (forPeople ? ToPeople : ToPrograms) - _sending;
        if (forPeople)
        {
            free = Math.Min(free, budget.Left(now));
            if (free <= 0) return _sending > 0 ? 0 : -1;
        }
        if (free <= 0) return 0;

        var claimed = await deliveries.ClaimAsync(
            channelNumber, forPeople ? MostFolded : free, now, now + LostAfter, looksAtOthers: services.Sender.KeepsTickets(channel), stopping);
        var messages = (forPeople ? Message.Folded(claimed, free, now) : Message.Each(claimed, now)).ToList();
        await RefuseUnreadableAsync(claimed, messages, now, stopping);
        if (forPeople) budget.Spend(messages.Count);
        _sending += messages.Count;
        foreach (var message in messages) _ = SendAsync(channel, message, givingUp);
        return messages.Count;
    }

    private async Task SendAsync(StoredChannel channel, Message message, CancellationToken givingUp)
    {
        var at = services.Clock.Moment();
        AttemptResult[] results = [];
        try
        {
            await Task.Yield();
            var outcome = await services.Sender.SendAsync(channel, message.Alert, givingUp);
            results = Results(message, outcome, at, services.Clock.Moment());
            services.Metrics.Attempted(results[0].Outcome, message.Alert.At, results[0].EndedAt);
            if (results[0].State is DeliveryState.Refused or DeliveryState.GivenUp)
                LaneLog.NotDelivered(services.Logger, channel.Kind, channel.Id.ToString(), outcome.Detail);
        }
        catch (OperationCanceledException)
        {
            // The stop came first. Its claim runs out, and it is sent again with the same id.
        }
        finally
        {
            _ended.Writer.TryWrite(results);
        }
    }

    /// <summary>An alert that cannot be read will never be: it must not come back for ever.</summary>
    private Task RefuseUnreadableAsync(IReadOnlyList<ClaimedDelivery> claimed, List<Message> messages, DateTimeOffset now, CancellationToken stopping)
    {
        var readable = messages.Sum(m => m.Deliveries.Count);
        return readable == claimed.Count ? Task.CompletedTask : RecordAsync(
            [.. claimed.Except(messages.SelectMany(m => m.Deliveries)).Select(delivery => new AttemptResult(
                delivery, AttemptOutcome.Refused, DeliveryState.Refused, now, now, NextAt: null, "The stored alert cannot be read."))], stopping);
    }

    private static AttemptResult[] Results(Message message, DeliveryOutcome outcome, DateTimeOffset at, DateTimeOffset endedAt)
    {
        var first = message.Deliveries[0];
        return [.. message.Deliveries.Select(delivery => outcome switch
        {
            DeliveryOutcome.Delivered => new AttemptResult(
                delivery, AttemptOutcome.Delivered, delivery == first ? DeliveryState.Delivered : DeliveryState.Folded, at, endedAt, NextAt: null, outcome.Detail),
            DeliveryOutcome.Retry retry when RetrySchedule.After(
                delivery.Attempt, delivery.CreatedAt, endedAt, retry.After, Random.Shared.NextDouble()) is { } next => new AttemptResult(
                delivery, AttemptOutcome.Retry, DeliveryState.Pending, at, endedAt, next, outcome.Detail),
            DeliveryOutcome.Retry => new AttemptResult(
                delivery, AttemptOutcome.Retry, DeliveryState.GivenUp, at, endedAt, NextAt: null, outcome.Detail),
            _ => new AttemptResult(delivery, AttemptOutcome.Refused, DeliveryState.Refused, at, endedAt, NextAt: null, outcome.Detail),
        })];
    }

    private async Task RecordAsync(List<AttemptResult> results, CancellationToken stopping)
    {
        if (results.Count == 0) return;
        while (true)
        {
            try
            {
                await deliveries.RecordAsync(results, CancellationToken.None);
                return;
            }
            catch (StorageUnavailableException exception)
            {
                if (services.Refused.MaySay(services.Clock.GetUtcNow(), results.Count, out var all)) LaneLog.RecordRefused(services.Logger, all, exception.Message);
                if (stopping.IsCancellationRequested) return;
                await Task.Delay(StoreAgainAfter, services.Clock, CancellationToken.None);
            }
        }
    }
}

/// <summary>What every lane works with.</summary>
internal sealed record LaneServices(
    Sender Sender, DeliveryMetrics Metrics, TimeProvider Clock, ILogger<ChannelLane> Logger)
{
    public RepeatedLine Refused { get; } = new();
}

/// <summary>The log lines of the lanes.</summary>
internal static partial class LaneLog
{
    [LoggerMessage(2002, LogLevel.Warning, "A {Kind} channel, {ChannelId}, did not take an alert, and it is not tried again. Look at the channel's configuration and send a test. {Reason}")]
    public static partial void NotDelivered(ILogger logger, string kind, string channelId, string reason);

    [LoggerMessage(2003, LogLevel.Error, "How {Count} deliveries ended could not be stored; it is tried again. If the server ends first they are sent once more, with the same delivery ids. Check the database. {Reason}")]
    public static partial void RecordRefused(ILogger logger, int count, string reason);
}
