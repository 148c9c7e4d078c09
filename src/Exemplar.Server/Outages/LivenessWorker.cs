using Exemplar.Core.Outages;
using Exemplar.Server.Heartbeats;
using Exemplar.Storage;
using Exemplar.Storage.Outages;

namespace Exemplar.Server.Outages;

/// <summary>
/// Says once a second on disk that the server is alive, watches the clocks, and finds out when storage works again.
/// What it writes is what the next start takes for the beginning of an outage.
/// </summary>
internal sealed partial class LivenessWorker(
    StorageEngine engine, OutageStore store, OutageWatch watch, TimeProvider clock, ILogger<LivenessWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _saidAt;

    /// <summary>
    /// Takes over what earlier runs left, opens the intake, and makes the time from the last sign of life until then an
    /// outage: not a moment lies between the two. Called once, when the server can be reached.
    /// </summary>
    public async Task BeginAsync(HeartbeatIntake intake, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        watch.Load((await store.LoadAsync(now, cancellationToken)).OnClockSetBack(now));
        var aliveAt = await store.LastAliveAtAsync(cancellationToken);
        watch.BeginLooking();
        var openedAt = intake.Open(opening =>
        {
            if (aliveAt is { } from && from < opening) watch.Add(new Outage(from, opening, OutageCause.NotRunning));
        });
        if (aliveAt is { } since && since < openedAt) WasNotRunning(since, openedAt);
        await SayAliveAsync(openedAt, cancellationToken);
        _begun.TrySetResult();
    }

    /// <summary>
    /// Looks at the clocks and acts on what was found; every verdict is preceded by a look. True shortly after the process
    /// was held up.
    /// </summary>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var justHeldUp = watch.Look();
        var (outages, setBack) = watch.TakeFound();
        foreach (var outage in outages) WasHeldUp(outage.Reason);
        if (setBack) await SetClockBackAsync(cancellationToken);
        return justHeldUp;
    }

    private async Task SetClockBackAsync(CancellationToken cancellationToken)
    {
        try
        {
            watch.SetClockBack(clock.GetUtcNow());
            ClockSetBack(await engine.Deadlines.SetClockBackAsync(clock.GetUtcNow(), cancellationToken));
        }
        catch
        {
            watch.NoteSetBack();
            throw;
        }
    }

    /// <summary>One round: look, and say so if a second has passed.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        // Read before the look: the sign of life must not be younger than what the look may find.
        var now = clock.GetUtcNow();
        await LookAsync(cancellationToken);
        if ((now - _saidAt).Duration() >= SayEvery) await SayAliveAsync(now, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not before the last sign of life has been read: a new one would hide how long the server was away.
        await _begun.Task.WaitAsync(stoppingToken);
        await Task.WhenAll(LookOnAsync(stoppingToken), SayOnAsync(stoppingToken));
    }

    /// <summary>Looks without ever waiting for the database: a database that hangs must not be taken for a process that does.</summary>
    private async Task LookOnAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) watch.Look();
    }

    private async Task SayOnAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (StorageUnavailableException)
            {
                // The clock was set back while the database cannot be used; the next round tries it again.
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                RoundFailed(exception);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Said even when the time for the stop is used up: it decides where the next outage begins.
        if (_begun.Task.IsCompleted) await SayAliveAsync(clock.GetUtcNow(), CancellationToken.None);
    }

    private async Task SayAliveAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var failsSince = watch.StorageFailsSince;
        try
        {
            var unsaved = watch.Unsaved();
            // With the first sign of life goes what happened before it: a kill right afterwards must not make it forgotten.
            var ended = failsSince is { } from && from < now ? [.. unsaved, new Outage(from, now, OutageCause.StorageUnavailable)] : unsaved;
            await store.SayAliveAsync(now, ended, proveRoom: failsSince is not null, cancellationToken);
            watch.Saved(unsaved);
            _saidAt = now;
        }
        catch (StorageUnavailableException exception)
        {
            watch.StorageFailed(now);
            if (failsSince is null) StorageFails(exception.Message);
            return;
        }

        if (failsSince is null) return;
        watch.StorageWorks(clock.GetUtcNow());
        StorageWorks(failsSince.Value);
    }

    [LoggerMessage(1101, LogLevel.Warning, "Exemplar was not running from {From:O} to {To:O}. What was expected in that time is recorded as unknown; nothing needs to be done.")]
    private partial void WasNotRunning(DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(1102, LogLevel.Warning, "{Reason}. Deadlines in that time are recorded as unknown. If this happens again, give the machine more processor time or check its time synchronization.")]
    private partial void WasHeldUp(string reason);

    [LoggerMessage(1103, LogLevel.Warning, "The clock was set back. {Count} monitors now count their interval from here. Check the machine's time synchronization.")]
    private partial void ClockSetBack(int count);

    [LoggerMessage(1104, LogLevel.Error, "The database cannot be written; heartbeats are refused with 503 and no deadline is judged until it can. Check its disk space and whether another program holds it. {Reason}")]
    private partial void StorageFails(string reason);

    [LoggerMessage(1105, LogLevel.Warning, "The database can be written again. Deadlines since {Since:O} are recorded as unknown.")]
    private partial void StorageWorks(DateTimeOffset since);

    [LoggerMessage(1106, LogLevel.Error, "A round of self-observation failed and is tried again in a moment. Please report it.")]
    private partial void RoundFailed(Exception exception);
}
