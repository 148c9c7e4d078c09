namespace Exemplar.Server.Health;

/// <summary>
/// Tells the operators about the server itself, in every way that its settings name. It works when nothing else does: what it has to
/// say is kept in memory. A way that hangs keeps no other waiting.
/// </summary>
internal sealed class OperatorsChannel(
    IEnumerable<IOperatorsWay> ways, HealthMetrics metrics, TimeProvider clock, ILogger<OperatorsChannel> logger) : BackgroundService
{
    private readonly IReadOnlyList<OperatorsLane> _lanes = [.. ways.Where(way => way.IsOpen).Select(way => new OperatorsLane(way, metrics, clock, logger))];

    /// <summary>Tells them as soon as it can; returns at once.</summary>
    public void Tell(OperatorsNotice notice)
    {
        foreach (var lane in _lanes) lane.Tell(notice);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_lanes.Select(lane => lane.RunAsync(stoppingToken)));
}
