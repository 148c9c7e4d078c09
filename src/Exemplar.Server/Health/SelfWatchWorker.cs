namespace Exemplar.Server.Health;

/// <summary>
/// Looks every second whether the server goes on, shows it as a metric, and says once that it stalls and once that it goes on: in
/// the log and to the operators. It needs no database.
/// <para>Invariant: rounds never overlap, by the lock; only they change what was said.</para>
/// </summary>
internal sealed partial class SelfWatchWorker(
    SelfWatch watch, OperatorsChannel operators, HealthMetrics metrics, TimeProvider clock, ILogger<SelfWatchWorker> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A process that was held up finds all signs old, and new ones a moment later. So a stall is said when several looks have
    /// found it, and that it is over when more of them have found nothing: whatever comes and goes is one stall.
    /// </summary>
    private const int LooksToStall = 3;

    private const int LooksToGoOn = 10;

    private readonly Lock _sync = new();
    private readonly List<Stall> _stalled = [];
    private DateTimeOffset? _since;
    private bool _said;
    private int _bad;
    private int _good;

    /// <summary>One look.</summary>
    public void Round()
    {
        lock (_sync)
        {
            if (!watch.IsOpen) return;
            var stalls = watch.Look();
            metrics.Show(stalls);
            if (stalls.Count == 0) IsFine();
            else IsStalled(stalls);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Round();
            }
            catch (Exception exception)
            {
                RoundFailed(exception);
            }
        }
    }

    private void IsStalled(IReadOnlyList<Stall> stalls)
    {
        _good = 0;
        _since ??= clock.GetUtcNow();
        _stalled.RemoveAll(old => stalls.Any(stall => stall.Part == old.Part));
        _stalled.AddRange(stalls);
        if (++_bad < LooksToStall || _said) return;
        _said = true;
        var notice = new OperatorsNotice(_since.Value, EndedAt: null, [.. _stalled]);
        Stalls(notice.Reasons);
        operators.Tell(notice);
    }

    private void IsFine()
    {
        _bad = 0;
        if (_since is not { } since || ++_good < LooksToGoOn) return;
        if (_said)
        {
            var notice = new OperatorsNotice(since, clock.GetUtcNow(), [.. _stalled]);
            GoesOn(since);
            operators.Tell(notice);
        }
        _stalled.Clear();
        (_since, _said, _good) = (null, false, 0);
    }

    [LoggerMessage(2310, LogLevel.Error, "Exemplar stalls: {Reasons}. /readyz is 503 until it goes on. Check the database and the machine; if both are well, restart the server.")]
    private partial void Stalls(string reasons);

    [LoggerMessage(2311, LogLevel.Warning, "Exemplar goes on. It has stalled since {Since:O}.")]
    private partial void GoesOn(DateTimeOffset since);

    [LoggerMessage(2312, LogLevel.Error, "A look at the server's own health failed and is repeated in a second. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
