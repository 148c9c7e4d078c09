using System.Data.Common;
using Exemplar.Storage;

namespace Exemplar.Server.Hosting;

/// <summary>Opens storage before everything else starts, and leaves it tidy after everything else has stopped.</summary>
internal sealed partial class StorageLifetime(
    StorageEngine engine, DataFolder folder, ServerSettings settings, TimeProvider clock, ILogger<StorageLifetime> logger) : IHostedService
{
    /// <exception cref="SettingsException">The database cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var startedAt = clock.GetTimestamp();
        try
        {
            await engine.OpenAsync(clock.GetUtcNow(), cancellationToken);
        }
        catch (Exception exception) when (exception is DbException or StorageUnavailableException || engine.IsUnavailable(exception))
        {
            throw new SettingsException(Refusal(exception.GetBaseException().Message.ReplaceLineEndings(" ")), exception);
        }
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

    // Neither engine's messages hold the connection string, in which there may be a password.
    private string Refusal(string reason) => settings.Database is null
        ? $"The database {folder.DatabaseFile} cannot be opened; --data or EXEMPLAR_DATA names its folder. "
            + $"Check whether another program holds it, its disk space, and whether it is a database of Exemplar. {reason}"
        : $"The PostgreSQL database that EXEMPLAR_DATABASE names cannot be opened. Check that it runs, its address, and its user and password. {reason}";

    [LoggerMessage(1401, LogLevel.Information, "Storage is open ({Engine}) after {Milliseconds} ms.")]
    private partial void Opened(string engine, long milliseconds);

    [LoggerMessage(1402, LogLevel.Warning, "Storage could not be tidied before the stop; the next start takes a little longer. {Reason}")]
    private partial void NotTidied(string reason);
}
