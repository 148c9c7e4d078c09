using Exemplar.Core.Maintenance;
using Exemplar.Server.Metrics;
using Exemplar.Server.Outages;
using Exemplar.Storage.Maintenance;

namespace Exemplar.Server.Maintenance;

/// <summary>
/// Keeps the quiet times up to date, and takes monitors that are down into one that has begun: nobody is to be woken for
/// them any more. Everything else follows when something is missed.
/// <para>Invariant: rounds never overlap; what has begun is looked for again until a round has come to its end.</para>
/// </summary>
internal sealed partial class MaintenanceWorker(
    QuietTimesCache cache, QuietTimesStore store, OutageWatch watch, ServerMetrics metrics, TimeProvider clock, ILogger<MaintenanceWorker> logger)
    : BackgroundService
{
    /// <summary>How soon a change that another node made counts here.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private const int MonitorsPerRead = 1_000;
    private const int MonitorsPerTransaction = 50;

    private readonly SemaphoreSlim _rounds = new(1, 1);
    private readonly TaskCompletionSource _mayBegin = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset? _lookedUntil;
    private bool _changed = true;

    /// <summary>Reads the quiet times for the first time: no deadline is judged before that.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await cache.RefreshAsync(cancellationToken);
        _mayBegin.TrySetResult();
    }

    /// <summary>One round. Returns how many monitors went from down to maintenance.</summary>
    public async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        await _rounds.WaitAsync(cancellationToken);
        try
        {
            _changed |= await cache.RefreshAsync(cancellationToken);
            var now = clock.GetUtcNow();
            // After a change, and after the clock was set back, everything may have begun.
            var looksAtAll = _changed || _lookedUntil is not { } until || until > now;
            var begun = 0;
            foreach (var organization in cache.Present.Organizations)
                if (looksAtAll || organization.AnyBegins(_lookedUntil!.Value, now)) begun += await BeginAsync(organization, now, cancellationToken);
            (_lookedUntil, _changed) = (now, false);
            if (begun > 0) Begun(begun);
            return begun;
        }
        finally
        {
            _rounds.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _mayBegin.Task.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception exception) when (store.IsUnavailable(exception))
            {
                RoundRefused(exception.Message);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                RoundFailed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> BeginAsync(OrganizationQuietTimes organization, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var begun = 0;
        for (var after = 0; ;)
        {
            var down = await store.DownAsync(organization.OrganizationNumber, after, MonitorsPerRead, cancellationToken);
            foreach (var some in down.Where(number => organization.Covering(number, now) is not null).Chunk(MonitorsPerTransaction))
            {
                var (count, missed) = await store.BeginAsync(some, watch.LogToNow(), now, cancellationToken);
                metrics.DeadlinesJudged(missed);
                begun += count;
            }
            if (down.Count < MonitorsPerRead) return begun;
            after = down[^1];
        }
    }

    public override void Dispose()
    {
        _rounds.Dispose();
        base.Dispose();
    }

    [LoggerMessage(2101, LogLevel.Information, "{Count} monitors that were down are in maintenance now, because a quiet time of theirs began. Nothing needs to be done.")]
    private partial void Begun(int count);

    [LoggerMessage(2102, LogLevel.Warning, "Maintenance windows could not be looked at and are tried again in 2 seconds; until then those known before hold. Check the database. {Reason}")]
    private partial void RoundRefused(string reason);

    [LoggerMessage(2103, LogLevel.Error, "A round over the maintenance windows failed and is tried again in 2 seconds; until then those known before hold. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
