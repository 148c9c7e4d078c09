using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Exemplar.Client;

/// <summary>One warning for each monitor when its heartbeats, or their metadata, begin to fail, and silence until they work again.</summary>
internal sealed partial class FailureLog
{
    // A program that makes ids up must not fill the memory; it then hears of some failures twice.
    private const int MostMonitors = 1_000;

    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _withoutMetadata = new(StringComparer.Ordinal);
    private readonly ILogger _logger;

    // A field: the generator of .NET 8 finds no logger among the parameters of a class.
    public FailureLog(ILogger logger) => _logger = logger;

    public void Say(string monitorId, HeartbeatResult result)
    {
        if (result.Ok)
        {
            if (!_failing.IsEmpty && _failing.TryRemove(monitorId, out _)) AcceptedAgain(PlainText.Of(monitorId, 64));
            return;
        }
        if (_failing.Count >= MostMonitors) _failing.Clear();
        if (_failing.TryAdd(monitorId, true)) NotAccepted(PlainText.Of(monitorId, 64), Wording.Of(result), result.Error);
    }

    public void MetadataMade(string monitorId)
    {
        if (!_withoutMetadata.IsEmpty) _withoutMetadata.TryRemove(monitorId, out _);
    }

    public void MetadataFailed(string monitorId, Exception exception)
    {
        if (_withoutMetadata.Count >= MostMonitors) _withoutMetadata.Clear();
        if (_withoutMetadata.TryAdd(monitorId, true)) GoesWithoutMetadata(exception, PlainText.Of(monitorId, 64));
    }

    [LoggerMessage(1, LogLevel.Warning, "The heartbeat of monitor {MonitorId} was not accepted ({Failure}): {Error} Further failures are not logged until it works again.")]
    private partial void NotAccepted(string monitorId, string failure, string? error);

    [LoggerMessage(2, LogLevel.Information, "The heartbeats of monitor {MonitorId} are accepted again.")]
    private partial void AcceptedAgain(string monitorId);

    [LoggerMessage(6, LogLevel.Warning, "The heartbeat of monitor {MonitorId} goes without metadata, because they could not be made. Look at the function that makes them. Further failures are not logged until it works again.")]
    private partial void GoesWithoutMetadata(Exception exception, string monitorId);
}
