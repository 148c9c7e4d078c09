using System.Runtime.InteropServices;
using Exemplar.Server.Heartbeats.Lane;
using Exemplar.Server.Hosting;
using Exemplar.Server.Metrics;
using Exemplar.Server.Outages;
using Exemplar.Storage;
using Exemplar.Storage.Heartbeats;

namespace Exemplar.Server.Heartbeats;

/// <summary>
/// Group commit: takes whatever has gathered, commits it in one transaction, answers everybody, and starts over. While one
/// batch is being written the next one gathers, so the batches grow with the load by themselves. A thread of its own:
/// it waits for the disk most of the time.
/// </summary>
internal sealed partial class HeartbeatWriter(
    StorageEngine engine, HeartbeatIntake intake, OutageWatch outages, ServerMetrics metrics, ILogger<HeartbeatWriter> logger)
    : IHostedService, IDisposable
{
    /// <summary>The largest transaction: it bounds how long the first of a batch waits.</summary>
    private const int LargestBatch = 2_000;

    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PendingHeartbeat> _pending = [];
    private readonly RepeatedLine _failures = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.ObserveWaiting(() => intake.Waiting);
        new Thread(Run) { Name = "heartbeat-writer", IsBackground = true }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        intake.Stop();
        // Not bound to the token: it may be used up already by a connection that would not end, and the last batch takes
        // no longer than the database's own time limit.
        return _stopped.Task;
    }

    public void Dispose() => intake.Stop();

    private void Run()
    {
        var batch = new List<HeartbeatEntry>(256);
        while (intake.WaitForWork())
        {
            batch.Clear();
            batch = intake.TakeBatch(batch);
            foreach (var part in Parts(batch.Count)) Commit(CollectionsMarshal.AsSpan(batch)[part]);
        }
        _stopped.SetResult();
    }

    private void Commit(ReadOnlySpan<HeartbeatEntry> batch)
    {
        var stored = TryCommit(batch);
        intake.Finish(batch.Length);
        Answer(batch, stored);
    }

    private void Answer(ReadOnlySpan<HeartbeatEntry> batch, bool stored)
    {
        foreach (var heartbeat in batch)
            if (heartbeat is PendingHeartbeat pending) _pending.Add(pending);
        AnswerByPool(stored);
        foreach (var heartbeat in batch) (heartbeat as LaneConnection)?.Complete(stored);
    }

    private void AnswerByPool(bool stored)
    {
        var batch = CollectionsMarshal.AsSpan(_pending);
        var share = Math.Clamp((batch.Length + Environment.ProcessorCount - 1) / Environment.ProcessorCount, 4, 64);
        for (var start = 0; start < batch.Length; start += share)
            ThreadPool.UnsafeQueueUserWorkItem(
                new Answers(batch.Slice(start, Math.Min(share, batch.Length - start)).ToArray(), stored), preferLocal: false);
        _pending.Clear();
    }

    private bool TryCommit(ReadOnlySpan<HeartbeatEntry> batch)
    {
        var startedAt = metrics.Timestamp();
        try
        {
            var missed = engine.Heartbeats.Commit(batch, outages.LogToNow());
            if (missed.Count > 0) metrics.DeadlinesJudged(missed);
            var stored = 0;
            foreach (var heartbeat in batch)
                if (heartbeat.Outcome == HeartbeatOutcome.Stored) stored++;
            metrics.BatchCommitted(stored, batch.Length, startedAt);
            return true;
        }
        catch (Exception exception)
        {
            outages.StorageFailed(batch[0].ReceivedAt);
            metrics.BatchFailed(batch.Length);
            LogFailure(exception, batch[0].ReceivedAt, batch.Length);
            return false;
        }
    }

    private void LogFailure(Exception exception, DateTimeOffset now, int count)
    {
        if (!_failures.MaySay(now, count, out var all)) return;
        if (exception is StorageUnavailableException) StorageRefused(all, exception.Message);
        else CommitFailed(exception, all);
    }

    private static IEnumerable<Range> Parts(int count)
    {
        for (var start = 0; start < count; start += LargestBatch) yield return start..Math.Min(start + LargestBatch, count);
    }

    /// <summary>
    /// Some senders are answered one after the other by one thread of the pool: waking a thread for every single one costs
    /// more than the answer.
    /// </summary>
    private sealed class Answers(PendingHeartbeat[] heartbeats, bool stored) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            foreach (var heartbeat in heartbeats) heartbeat.Complete(stored);
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "{Count} heartbeats were refused with 503 because the database cannot store them. Check its disk space and whether another program holds it. {Reason}")]
    private partial void StorageRefused(int count, string reason);

    [LoggerMessage(1002, LogLevel.Error, "{Count} heartbeats were refused with 503 because of a fault in the server. Please report it.")]
    private partial void CommitFailed(Exception exception, int count);
}
