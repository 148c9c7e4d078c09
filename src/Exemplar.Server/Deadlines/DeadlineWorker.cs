using Exemplar.Server.Heartbeats;
using Exemplar.Server.Outages;
using Exemplar.Storage;

namespace Exemplar.Server.Deadlines;

/// <summary>
/// The one scheduler: sleeps until the next deadline, lets every heartbeat that was accepted before it reach the disk, and
/// has it judged.
/// <para>Invariant: rounds never overlap, and no verdict is given while storage refuses heartbeats or before the absences
/// of this server are known.</para>
/// </summary>
internal sealed class DeadlineWorker(
    StorageEngine engine, HeartbeatIntake intake, LivenessWorker liveness, OutageWatch outages, DeadlineReport report)
    : BackgroundService
{
    /// <summary>So many due monitors are looked at in one transaction.</summary>
    private const int Portion = 5_000;

    /// <summary>New monitors and edits may make an earlier deadline than the one slept for; no sleep is longer than this.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _rounds = new(1, 1);
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayBegin = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when everything that fell due while the server was away has been judged.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>The server can be reached and knows its absences.</summary>
    public void Begin() => _mayBegin.TrySetResult();

    /// <summary>Judges everything that is due now. Returns how long to sleep.</summary>
    public async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        await _rounds.WaitAsync(cancellationToken);
        try
        {
            DateTimeOffset horizon;
            var looked = 0;
            while (true)
            {
                // Before every portion: heartbeats that came during the last one may belong to monitors of this one, and
                // the process may have been held up meanwhile.
                horizon = await intake.DrainAsync(cancellationToken);
                var justHeldUp = await liveness.LookAsync(cancellationToken);
                if (outages.StorageFailsSince is not null || justHeldUp) return LongestSleep;
                var run = await engine.Deadlines.JudgeAsync(horizon, outages.LogToNow(), Portion, report.Clock, cancellationToken);
                report.Judged(run);
                looked += run.Looked;
                if (!run.More) break;
            }

            var next = await engine.Deadlines.NextDueAtAsync(cancellationToken);
            report.RoundEnded(looked, horizon, next);
            _caughtUp.TrySetResult();
            return next is { } due && due - horizon < LongestSleep
                ? TimeSpan.FromMilliseconds(Math.Max(1, (due - horizon).TotalMilliseconds + 1))
                : LongestSleep;
        }
        finally
        {
            _rounds.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _mayBegin.Task.WaitAsync(stoppingToken);
        try
        {
            await RunAsync(stoppingToken);
        }
        finally
        {
            report.Ended();
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var sleep = LongestSleep;
            try
            {
                sleep = await RoundAsync(stoppingToken);
            }
            catch (StorageUnavailableException exception)
            {
                outages.StorageFailed(report.Now());
                report.Refused(exception);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                report.Failed(exception);
            }
            await Task.Delay(sleep, report.Clock, stoppingToken);
        }
    }

    public override void Dispose()
    {
        _rounds.Dispose();
        base.Dispose();
    }
}
