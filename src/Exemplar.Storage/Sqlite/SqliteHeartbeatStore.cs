using System.Runtime.InteropServices;
using Exemplar.Core.Checks;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Heartbeats;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// Appends heartbeats to the log. A commit decides on drafts, writes them, and only after the commit makes them the
/// states that everybody sees: a failed commit needs nothing undone.
/// </summary>
internal sealed class SqliteHeartbeatStore(WriteGate gate, SqliteWriter writer, LiveMonitors live, HeartbeatLog log) : IHeartbeatStore
{
    // All fields belong to the holder of the gate.
    private readonly List<Draft> _drafts = [];
    private List<MissedDeadline>? _missed;
    private int _stamp;

    public IReadOnlyList<MissedDeadline> Commit(ReadOnlySpan<HeartbeatEntry> batch, Excuses excuses)
    {
        using var pass = gate.Enter();
        _drafts.Clear();
        _missed = null;
        _stamp++;
        var nextSeq = log.NextSeq;
        try
        {
            writer.Begin();
            foreach (var entry in batch) Write(entry, excuses, ref nextSeq);
            writer.Commit();
        }
        catch (Exception exception)
        {
            writer.Rollback();
            if (!exception.IsUnavailable()) throw;
            gate.Refused();
            throw exception.ToUnavailable();
        }
        Publish(nextSeq);
        return (IReadOnlyList<MissedDeadline>?)_missed ?? [];
    }

    private void Write(HeartbeatEntry entry, Excuses excuses, ref long nextSeq)
    {
        if (!live.TryFind(entry.MonitorId, out var number) || live[number].OrganizationNumber != entry.OrganizationNumber)
        {
            entry.Outcome = HeartbeatOutcome.MonitorNotFound;
            return;
        }

        ref var monitor = ref live[number];
        if (monitor.Kind != MonitorKind.Heartbeat)
        {
            entry.Outcome = HeartbeatOutcome.NotAHeartbeatMonitor;
            return;
        }

        // Several heartbeats of one monitor in one batch build on one another.
        var before = monitor.DraftStamp == _stamp ? _drafts[monitor.DraftIndex].After : monitor;
        var schedule = monitor.Schedule;
        var state = before.State;
        var decision = entry.OccurredAt is { } occurredAt
            ? MonitorLifecycle.OnDelayedHeartbeat(state, schedule, excuses.For(entry.OrganizationNumber, number), occurredAt, entry.ReceivedAt)
            : MonitorLifecycle.OnHeartbeat(state, schedule, excuses.For(entry.OrganizationNumber, number), entry.ReceivedAt);

        var after = before;
        after.State = decision.Next;
        var atMs = entry.At.ToMs();
        var chained = entry.OccurredAt is null && atMs >= before.Chain.HeadAtMs;
        if (chained)
        {
            writer.AppendHeartbeat(nextSeq, number, atMs, entry.CheckId, before.Chain, entry.Metadata);
            after.Chain = before.Chain.Append(nextSeq, atMs);
            nextSeq++;
        }
        else
        {
            writer.InsertCheck(number, atMs, entry.CheckId.Random, CheckOutcome.Up, CheckSource.Heartbeat, null, entry.Metadata, entry.ReceivedAt.ToMs());
            after.OtherCheckCount++;
        }

        after.OtherCheckCount += decision.Missed.Count;
        writer.InsertMissed(number, decision.Missed, entry.ReceivedAt.ToMs());

        // What the log alone cannot tell after a restart goes to the state's row at once.
        if (!chained || !decision.IsQuiet)
        {
            writer.StoreDecision(number, state, decision.Changes, after);
            if (decision.Missed.Count > 0) (_missed ??= []).AddRange(decision.Missed);
        }

        monitor.DraftStamp = _stamp;
        monitor.DraftIndex = _drafts.Count;
        _drafts.Add(new Draft(number, after));
        Answer(entry, decision.Next, schedule);
    }

    private static void Answer(HeartbeatEntry entry, in MonitorState state, in Core.Schedules.Schedule schedule)
    {
        entry.Outcome = HeartbeatOutcome.Stored;
        entry.Status = state.StatusAt(entry.ReceivedAt);
        entry.NextExpectedAt = state.NextExpectedAt;
        entry.DeadlineAt = state.DeadlineAt(schedule);
    }

    private void Publish(long nextSeq)
    {
        log.NextSeq = nextSeq;
        lock (live.Sync)
        {
            foreach (ref readonly var draft in CollectionsMarshal.AsSpan(_drafts))
            {
                ref var monitor = ref live[draft.Number];
                monitor.State = draft.After.State;
                monitor.Chain = draft.After.Chain;
                monitor.OtherCheckCount = draft.After.OtherCheckCount;
                live.MarkDirty(draft.Number);
                live.Schedule(draft.Number);
            }
        }
    }

    private readonly record struct Draft(int Number, LiveMonitor After);
}
