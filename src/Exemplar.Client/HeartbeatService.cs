using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exemplar.Client;

/// <summary>
/// Beats while the app's health checks pass: at once when the app has started, then on the interval without drift and
/// without overlap. Whatever happens to a beat, the app runs on.
/// </summary>
public sealed partial class HeartbeatService : BackgroundService
{
    private readonly ExemplarClient _client;
    private readonly string _monitorId;
    private readonly HeartbeatServiceOptions _options;
    private readonly HealthCheckService? _health;
    private readonly IHostApplicationLifetime? _lifetime;
    private readonly TimeProvider _clock;
    private readonly ILogger<HeartbeatService> _logger;
    private bool _silent;

    /// <summary>A service for one monitor. <c>AddExemplarHeartbeat</c> makes it.</summary>
    /// <param name="client">Sends the beats.</param>
    /// <param name="monitorId">The monitor's id.</param>
    /// <param name="options">How it beats.</param>
    /// <param name="health">The app's health checks; null when it has none.</param>
    /// <param name="lifetime">Tells when the app has started; null to beat at once.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="logger">Where it is told that the beats stop, and that they go on.</param>
    /// <exception cref="ArgumentException">The id is empty, or a time is not above zero.</exception>
    public HeartbeatService(
        ExemplarClient client, string monitorId, HeartbeatServiceOptions options, HealthCheckService? health, IHostApplicationLifetime? lifetime,
        TimeProvider clock, ILogger<HeartbeatService> logger)
    {
        _client = ExemplarClient.Checked(client, nameof(client));
        _monitorId = ExemplarClient.CheckedId(monitorId);
        _options = ExemplarClient.Checked(options, nameof(options));
        if (options.Interval <= TimeSpan.Zero) throw new ArgumentException($"{nameof(options.Interval)} must be above zero.", nameof(options));
        if (options.HealthTimeout <= TimeSpan.Zero) throw new ArgumentException($"{nameof(options.HealthTimeout)} must be above zero.", nameof(options));
        _health = health;
        _lifetime = lifetime;
        _clock = ExemplarClient.Checked(clock, nameof(clock));
        _logger = ExemplarClient.Checked(logger, nameof(logger));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartedAsync(stoppingToken).ConfigureAwait(false);
            var startedAt = _clock.GetTimestamp();
            while (true)
            {
                await BeatAsync(stoppingToken).ConfigureAwait(false);
                var passed = _clock.GetElapsedTime(startedAt).Ticks;
                await _clock.WaitAsync(TimeSpan.FromTicks(_options.Interval.Ticks - passed % _options.Interval.Ticks), stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The app stops, and the beats with it.
        }
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        if (_lifetime is null) return;
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (_lifetime.ApplicationStarted.Register(() => started.TrySetResult(true)))
        using (stoppingToken.Register(() => started.TrySetCanceled(stoppingToken)))
            await started.Task.ConfigureAwait(false);
    }

    private async Task BeatAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await IllnessAsync(stoppingToken).ConfigureAwait(false) is { } illness)
            {
                if (!_silent) BeatsStop(_monitorId, illness);
                _silent = true;
                return;
            }
            if (_silent) BeatsGoOn(_monitorId);
            _silent = false;
            await _client.SendMadeAsync(_monitorId, _options.Metadata, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            throw;
        }
        catch (ExemplarException)
        {
            // Told by the client already. An exception that leaves a background service would stop the app.
        }
        catch (Exception exception)
        {
            BeatFailed(exception, _monitorId);
        }
    }

    /// <summary>Why not to beat; null for no reason.</summary>
    private async Task<string?> IllnessAsync(CancellationToken stoppingToken)
    {
        if (_health is null) return null;
        using var timeout = _clock.CancelAfter(_options.HealthTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            // A check that does not listen to its token must not hold up the beats for ever either.
            var report = await OrCancelled(_health.CheckHealthAsync(_options.HealthChecks, either.Token), either.Token).ConfigureAwait(false);
            // Unhealthy is 0, Healthy is 2.
            return report.Status >= _options.LowestHealth ? null : string.Join(", ", report.Entries
                .Where(entry => entry.Value.Status < _options.LowestHealth).Select(entry => $"{entry.Key} is {entry.Value.Status}"));
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return $"the health checks took longer than {_options.HealthTimeout.TotalSeconds:0.###} s";
        }
    }

    private static async Task<T> OrCancelled<T>(Task<T> task, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() => cancelled.TrySetCanceled(cancellationToken)))
            return await (await Task.WhenAny(task, cancelled.Task).ConfigureAwait(false)).ConfigureAwait(false);
    }

    [LoggerMessage(3, LogLevel.Warning, "No heartbeats are sent for monitor {MonitorId} until the app is healthy again: {Illness}.")]
    private partial void BeatsStop(string monitorId, string illness);

    [LoggerMessage(4, LogLevel.Information, "The app is healthy, and heartbeats are sent for monitor {MonitorId} again.")]
    private partial void BeatsGoOn(string monitorId);

    [LoggerMessage(5, LogLevel.Warning, "The heartbeat of monitor {MonitorId} could not be made. Look at the health checks.")]
    private partial void BeatFailed(Exception exception, string monitorId);
}
