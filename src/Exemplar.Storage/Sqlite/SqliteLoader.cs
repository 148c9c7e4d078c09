using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Microsoft.Data.Sqlite;

namespace Exemplar.Storage.Sqlite;

/// <summary>Fills the memory at start: the saved states, then the heartbeats that arrived after they were saved.</summary>
internal sealed class SqliteLoader(SqliteConnection connection, LiveMonitors live, HeartbeatLog log)
{
    /// <summary>The bookmark of <see cref="HeartbeatLog.SavedThrough"/>.</summary>
    public const string SavedThroughBookmark = "states_saved_through";

    public void Load(DateTimeOffset now)
    {
        log.SavedThrough = ReadLong($"SELECT value FROM bookmarks WHERE name = '{SavedThroughBookmark}'");
        live.Reserve((int)ReadLong("SELECT count(*) FROM monitor_states"));
        var highestSeq = Math.Max(LoadStates(), log.SavedThrough);
        log.NextSeq = Math.Max(highestSeq, Replay()) + 1;
        SetClockBack(now);
        live.ScheduleAll();
    }

    private long LoadStates()
    {
        using var select = new Statement(connection,
            """
            SELECT m.number, m.id, m.organization_number, m.kind, m.interval_ms, m.grace_ms,
                   s.status, s.since_ms, s.last_heartbeat_at_ms, s.counts_from_ms, s.next_expected_at_ms,
                   s.head_seq, s.head_at_ms, s.head_ordinal, s.anchor_seq, s.pruned_ordinal, s.other_check_count
            FROM monitor_states s CROSS JOIN monitors m ON m.number = s.monitor_number
            ORDER BY s.monitor_number
            """);
        var highestSeq = 0L;
        while (select.Step())
        {
            var monitor = new LiveMonitor
            {
                Exists = true,
                QueuedDueAtMs = long.MaxValue,
                Id = EntityId.FromBytes(select.Blob(1)),
                OrganizationNumber = select.Int(2),
                Kind = (MonitorKind)select.Int(3),
                IntervalMs = select.Long(4),
                GraceMs = select.Long(5),
                Status = (MonitorStatus)select.Int(6),
                SinceMs = select.Long(7),
                LastHeartbeatAtMs = select.NullableLong(8) ?? LiveMonitor.None,
                CountsFromMs = select.NullableLong(9) ?? LiveMonitor.None,
                NextExpectedAtMs = select.NullableLong(10) ?? LiveMonitor.None,
                Chain = new Chain(select.Long(11), select.Long(12), select.Long(13), select.Long(14)),
                PrunedOrdinal = select.Long(15),
                OtherCheckCount = select.Long(16),
            };
            highestSeq = Math.Max(highestSeq, monitor.Chain.HeadSeq);
            live.Add(select.Int(0), monitor);
        }
        return highestSeq;
    }

    /// <summary>
    /// Every change of status was saved together with the heartbeat that caused it, so what is replayed here only moves
    /// moments on. Returns the highest number in the log.
    /// </summary>
    private long Replay()
    {
        using var select = new Statement(connection,
            "SELECT seq, monitor_number, at_ms, ordinal, anchor FROM heartbeats WHERE seq > ? ORDER BY seq");
        select.Bind(1, log.SavedThrough);
        var highestSeq = 0L;
        while (select.Step())
        {
            var (seq, number, atMs, ordinal) = (select.Long(0), select.Int(1), select.Long(2), select.Long(3));
            highestSeq = seq;
            if (!live.Exists(number)) continue;
            ref var monitor = ref live[number];
            if (seq <= monitor.Chain.HeadSeq) continue;
            monitor.Chain = new Chain(seq, atMs, ordinal, ordinal % Chain.AnchorEvery == 0 ? seq : select.Long(4));
            monitor.State = MonitorLifecycle.OnHeartbeat(monitor.State, monitor.Schedule, UnixTime.FromMs(atMs)).Next;
            live.MarkDirty(number);
        }
        return highestSeq;
    }

    private void SetClockBack(DateTimeOffset now)
    {
        for (var number = 0; number < live.NumberLimit; number++)
        {
            if (!live.Exists(number) || live[number].CountsFromMs <= now.ToMs()) continue;
            ref var monitor = ref live[number];
            monitor.State = MonitorLifecycle.OnClockSetBack(monitor.State, monitor.Schedule, now).Next;
            live.MarkDirty(number);
        }
    }

    private long ReadLong(string sql)
    {
        using var select = new Statement(connection, sql);
        return select.Step() ? select.Long(0) : 0;
    }
}
