using Exemplar.Storage;

namespace Exemplar.Server.Hosting;

/// <summary>Opens storage before everything else starts, and leaves it tidy after everything else has stopped.</summary>
internal sealed partial class StorageLifetime(StorageEngine engine, TimeProvider clock, ILogger<StorageLifetime> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var startedAt = clock.GetTimestamp();
        await engine.OpenAsync(clock.GetUtcNow(), cancellationToken);
        Opened(engine.Name, (long)clock.GetElapsedTime(startedAt).TotalMilliseconds);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await engine.Upkeep.KeepUpAsync(clock.GetUtcNow(), stopping: true, cancellationToken);
        }
        catch (Exception exception) when (exception is StorageUnavailableException or InvalidOperationException or OperationCanceledException)
        {
            // Nothing is lost by it: the next start replays what could not be saved.
            NotTidied(exception.Message);
        }
    }

    [LoggerMessage(1401, LogLevel.Information, "Storage is open ({Engine}) after {Milliseconds} ms.")]
    private partial void Opened(string engine, long milliseconds);

    [LoggerMessage(1402, LogLevel.Warning, "Storage could not be tidied before the stop; the next start takes a little longer. {Reason}")]
    private partial void NotTidied(string reason);
}
