using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Deadlines;

namespace Exemplar.Storage.Sqlite;

/// <summary>Takes due monitors out of the queue in memory; only what was missed goes to disk.</summary>
internal sealed class SqliteDeadlineStore(WriteGate gate, SqliteWriter writer, LiveMonitors live) : IDeadlineStore
{
    /// <summary>Verdicts in one transaction: heartbeats wait for the gate meanwhile.</summary>
    private const int VerdictsPerTransaction = 300;

    /// <summary>A monitor that could not be judged is looked at again after this many milliseconds.</summary>
    private const long RetryAfterMs = 30_000;

    public async Task<DeadlineRun> JudgeAsync(
        DateTimeOffset horizon, Excuses excuses, int limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var pass = await gate.EnterAsync(cancellationToken);
        var horizonMs = horizon.ToMs();
        var verdicts = new List<Verdict>();
        var looked = 0;
        var failed = 0;
        lock (live.Sync)
        {
            while (looked < limit && verdicts.Count < VerdictsPerTransaction && live.TryTakeDue(horizonMs, out var number))
            {
                looked++;
                if (!TryDecide(number, horizon, excuses, verdicts))
                {
                    failed++;
                    live.Requeue(number, horizonMs + RetryAfterMs);
                }
            }
        }

        failed += Store(verdicts, horizonMs, clock);
        return new DeadlineRun(looked, [.. verdicts.Where(v => v.IsStored).Select(v => v.Judged)], failed,
            More: looked == limit || verdicts.Count == VerdictsPerTransaction);
    }

    public Task<DateTimeOffset?> NextDueAtAsync(CancellationToken cancellationToken)
    {
        lock (live.Sync) return Task.FromResult(UnixTime.FromMs(live.NextDueAtMs()));
    }

    public async Task<int> SetClockBackAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var pass = await gate.EnterAsync(cancellationToken);
        var changed = 0;
        lock (live.Sync)
        {
            for (var number = 0; number < live.NumberLimit; number++)
            {
                if (!live.Exists(number)) continue;
                ref var monitor = ref live[number];
                var before = monitor.State;
                var next = MonitorLifecycle.OnClockSetBack(before, monitor.Schedule, now).Next;
                if (next == before) continue;
                monitor.State = next;
                live.MarkDirty(number);
                live.Schedule(number);
                changed++;
            }
        }
        return changed;
    }

    private bool TryDecide(int number, DateTimeOffset horizon, Excuses excuses, List<Verdict> verdicts)
    {
        ref var monitor = ref live[number];
        try
        {
            var state = monitor.State;
            var decision = MonitorLifecycle.OnDeadline(state, monitor.Schedule, excuses.For(monitor.OrganizationNumber, number), horizon);
            if (decision.IsQuiet)
            {
                // The normal case: a heartbeat came in time, and the deadline has moved on. In a quiet time that has its
                // check already the expected moment moves by itself; should that be forgotten, it is decided again.
                if (decision.Next != state)
                {
                    monitor.State = decision.Next;
                    live.MarkDirty(number);
                }
                live.Schedule(number);
                return true;
            }

            var after = monitor;
            after.State = decision.Next;
            after.OtherCheckCount += decision.Missed.Count;
            verdicts.Add(new Verdict(number, state, decision, after, new JudgedMonitor(monitor.Id, decision.Changes, decision.Missed)));
            return true;
        }
        catch (Exception exception) when (!exception.IsUnavailable())
        {
            return false;
        }
    }

    /// <summary>Stores all verdicts at once; if one of them cannot be stored, each by itself. Returns how many failed.</summary>
    private int Store(List<Verdict> verdicts, long horizonMs, TimeProvider clock)
    {
        if (verdicts.Count == 0) return 0;
        try
        {
            StoreTogether(verdicts, clock.GetUtcNow().ToMs());
            return 0;
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            gate.Refused();
            PutBack(verdicts, horizonMs - 1);
            throw exception.ToUnavailable();
        }
        catch (Exception) when (verdicts.Count > 1)
        {
            return verdicts.Sum(verdict => Store([verdict], horizonMs, clock));
        }
        catch (Exception)
        {
            PutBack(verdicts, horizonMs + RetryAfterMs);
            return 1;
        }
    }

    private void StoreTogether(List<Verdict> verdicts, long recordedAtMs)
    {
        try
        {
            writer.Begin();
            foreach (var verdict in verdicts)
            {
                writer.InsertMissed(verdict.Number, verdict.Decision.Missed, recordedAtMs);
                writer.StoreDecision(verdict.Number, verdict.Before, verdict.Decision.Changes, verdict.After);
            }
            writer.Commit();
        }
        catch
        {
            writer.Rollback();
            throw;
        }

        lock (live.Sync)
        {
            foreach (var verdict in verdicts)
            {
                ref var monitor = ref live[verdict.Number];
                monitor.State = verdict.After.State;
                monitor.OtherCheckCount = verdict.After.OtherCheckCount;
                live.Schedule(verdict.Number);
                verdict.IsStored = true;
            }
        }
    }

    private void PutBack(List<Verdict> verdicts, long dueAtMs)
    {
        lock (live.Sync)
        {
            foreach (var verdict in verdicts) live.Requeue(verdict.Number, dueAtMs);
        }
    }

    private sealed class Verdict(int number, MonitorState before, LifecycleDecision decision, LiveMonitor after, JudgedMonitor judged)
    {
        public int Number => number;
        public MonitorState Before => before;
        public LifecycleDecision Decision => decision;
        public LiveMonitor After => after;
        public JudgedMonitor Judged => judged;
        public bool IsStored { get; set; }
    }
}
