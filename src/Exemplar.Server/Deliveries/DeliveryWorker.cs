using System.Collections.Concurrent;
using Exemplar.Server.Hosting;
using Exemplar.Storage;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Deliveries;

/// <summary>
/// The outbox worker: gives every channel with something due a lane of its own.
/// <para>Invariant: a channel has at most one lane; <see cref="_lanes"/> is changed by the rounds, which never overlap, and by
/// the end of a lane, which removes itself.</para>
/// </summary>
internal sealed partial class DeliveryWorker(
    StorageEngine engine, DeliveryStore deliveries, ChannelStore channels, LaneServices services, ILogger<DeliveryWorker> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>What is on its way when the server stops may still arrive, and then it need not be sent again.</summary>
    private static readonly TimeSpan PatienceAtStop = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _rounds = new(1, 1);
    private readonly WakeSignal _wake = new();
    private readonly ConcurrentDictionary<int, Task> _lanes = new();
    private readonly ConcurrentDictionary<int, DateTimeOffset> _restUntil = new();
    private readonly Dictionary<int, MessageBudget> _budgets = [];
    private readonly RepeatedLine _refused = new();
    private DateTimeOffset _countedAt;
    private bool _letGo;

    /// <summary>There is something new to deliver.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Begins to deliver what is due. Returns the lanes that run, each until nothing is due for its channel.</summary>
    /// <exception cref="StorageUnavailableException">What is due still is.</exception>
    public async Task<IReadOnlyCollection<Task>> RoundAsync(CancellationToken stopping)
    {
        await _rounds.WaitAsync(stopping);
        try
        {
            var now = services.Clock.Moment();
            await LetGoOnceAsync(now, stopping);
            foreach (var number in await deliveries.DueChannelsAsync(now, stopping))
            {
                if (_lanes.ContainsKey(number) || (_restUntil.TryGetValue(number, out var until) && until > now)) continue;
                if (!_budgets.TryGetValue(number, out var budget)) _budgets[number] = budget = new MessageBudget();
                var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _lanes[number] = RunLaneAsync(number, budget, began.Task, stopping);
                began.SetResult();
            }
            await CountAsync(now, stopping);
            services.Metrics.OutboxRan(services.Clock.GetUtcNow());
            return [.. _lanes.Values];
        }
        finally
        {
            _rounds.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await RoundAsync(stoppingToken);
                }
                catch (Exception) when (stoppingToken.IsCancellationRequested)
                {
                    // Also where a start that is refused takes everything down at once; what is due still is.
                    return;
                }
                catch (Exception exception) when (engine.IsUnavailable(exception))
                {
                    if (_refused.MaySay(services.Clock.GetUtcNow(), 1, out _)) StorageRefused(exception.Message);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    RoundFailed(exception);
                }
                await _wake.WaitAsync(LookEvery, services.Clock, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_lanes.Values);
        }
    }

    public override void Dispose()
    {
        // The round that may be running has to see that it is over before it finds its locks gone.
        base.Dispose();
        _rounds.Dispose();
    }

    private async Task RunLaneAsync(int channelNumber, MessageBudget budget, Task began, CancellationToken stopping)
    {
        // Not before it is in the dictionary, or its end could come first.
        await began;
        var rest = RestAfterFailure;
        try
        {
            using var givingUp = new CancellationTokenSource();
            await using var stop = stopping.Register(() => givingUp.CancelAfter(PatienceAtStop));
            rest = await new ChannelLane(channelNumber, budget, deliveries, channels, services).RunAsync(stopping, givingUp.Token);
        }
        catch (OperationCanceledException)
        {
            // The server stops; what was claimed and not sent is let go of at the next start.
        }
        catch (Exception exception) when (engine.IsUnavailable(exception))
        {
            if (_refused.MaySay(services.Clock.GetUtcNow(), 1, out _)) StorageRefused(exception.Message);
        }
        catch (Exception exception)
        {
            LaneFailed(exception, channelNumber);
        }
        finally
        {
            if (rest > TimeSpan.Zero) _restUntil[channelNumber] = services.Clock.GetUtcNow() + rest;
            else _restUntil.TryRemove(channelNumber, out _);
            _lanes.TryRemove(channelNumber, out _);
            // What became due while the lane ended must not wait for the next look.
            if (!stopping.IsCancellationRequested) Wake();
        }
    }

    /// <summary>SQLite belongs to one server: what is claimed at its start was lost with the one before.</summary>
    private async Task LetGoOnceAsync(DateTimeOffset now, CancellationToken stopping)
    {
        if (_letGo) return;
        if (engine.Name == "sqlite") await deliveries.LetGoAsync(now, now + ChannelLane.LostAfter, stopping);
        _letGo = true;
    }

    private async Task CountAsync(DateTimeOffset now, CancellationToken stopping)
    {
        if ((now - _countedAt).Duration() < CountEvery) return;
        _countedAt = now;
        services.Metrics.Waiting(await deliveries.CountWaitingAsync(stopping));
    }

    [LoggerMessage(2004, LogLevel.Error, "Alerts cannot be delivered because the database cannot be used; they are delivered when it can. Check the database. {Reason}")]
    private partial void StorageRefused(string reason);

    [LoggerMessage(2005, LogLevel.Error, "A round of the deliveries failed and is tried again at once. Please report it.")]
    private partial void RoundFailed(Exception exception);

    [LoggerMessage(2006, LogLevel.Error, "The deliveries to channel number {ChannelNumber} failed and are tried again at once. Please report it.")]
    private partial void LaneFailed(Exception exception, int channelNumber);
}
