using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Hosting;

namespace Exemplar.Server.Health;

/// <summary>
/// Sends a heartbeat elsewhere while this server is ready, and none while it is not: silence tells more than any message.
/// <para>Invariant: one at a time. What was not taken is tried again soon, so that one broken connection is no downtime there.</para>
/// </summary>
internal sealed partial class OutgoingHeartbeatWorker(
    ServerSettings settings, SelfWatch watch, OutboundHttp http, HealthMetrics metrics, TimeProvider clock, ILogger<OutgoingHeartbeatWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _rounds = new(1, 1);
    private readonly RepeatedLine _failed = new();
    private long? _dueAt;
    private bool _withheld;

    /// <summary>Sends one if it is due and the server is ready.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (settings.OutgoingHeartbeat is not { } heartbeat || !watch.IsOpen) return;
        await _rounds.WaitAsync(cancellationToken);
        try
        {
            await SendIfDueAsync(heartbeat, cancellationToken);
        }
        finally
        {
            _rounds.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _rounds.Dispose();
    }

    private async Task SendIfDueAsync(OutgoingHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        var now = clock.GetTimestamp();
        if (_dueAt is { } due && now < due) return;
        if (watch.Look().Count > 0)
        {
            if (!_withheld) metrics.OutgoingHeartbeat(HealthMetrics.Withheld);
            _withheld = true;
            return;
        }
        _withheld = false;
        var outcome = await SendAsync(heartbeat, cancellationToken);
        var taken = outcome is DeliveryOutcome.Delivered;
        metrics.OutgoingHeartbeat(taken ? HealthMetrics.Sent : HealthMetrics.Failed);
        var wait = taken || heartbeat.Every < AgainAfter ? heartbeat.Every : AgainAfter;
        _dueAt = now + (long)(wait.TotalSeconds * clock.TimestampFrequency);
        if (!taken && _failed.MaySay(clock.GetUtcNow(), 1, out _)) NotTaken(outcome.Detail);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.OutgoingHeartbeat is null) return;
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Its type and place, not its text: that may hold the address.
                RoundFailed(exception.GetType().Name, exception.StackTrace ?? "");
            }
        }
    }

    private async Task<DeliveryOutcome> SendAsync(OutgoingHeartbeat heartbeat, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        try
        {
            return (await http.SendAsync(heartbeat.Request(settings.ServerName), heartbeat.Mask(), both.Token)).Outcome;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new DeliveryOutcome.Retry($"There was no answer within {Patience.TotalSeconds:0} seconds.");
        }
    }

    [LoggerMessage(2314, LogLevel.Warning, "The outgoing heartbeat was not taken; it is tried again. Look at EXEMPLAR_OUTGOING_HEARTBEAT_URL. {Reason}")]
    private partial void NotTaken(string reason);

    [LoggerMessage(2315, LogLevel.Error, "The outgoing heartbeat failed in a way it should not: {Exception}. It is tried again in a second. Please report it. {Stack}")]
    private partial void RoundFailed(string exception, string stack);
}
