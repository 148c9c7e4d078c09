using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Schedules;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// One monitor in memory. Milliseconds instead of DateTimeOffset: a million of these are kept, and they must not give
/// the garbage collector anything to trace.
/// </summary>
internal struct LiveMonitor
{
    public const long None = long.MinValue;

    public EntityId Id;
    public int OrganizationNumber;
    public bool Exists;
    public MonitorKind Kind;
    public MonitorStatus Status;
    public long IntervalMs;
    public long GraceMs;
    public long SinceMs;
    public long LastHeartbeatAtMs;
    public long CountsFromMs;
    public long NextExpectedAtMs;
    public Chain Chain;
    public long PrunedOrdinal;
    public long OtherCheckCount;

    /// <summary>When the due queue looks at this monitor; queue entries with another moment are stale.</summary>
    public long QueuedDueAtMs;

    /// <summary>The draft that the running batch made of this monitor, valid while <see cref="DraftStamp"/> is that batch's.</summary>
    public int DraftIndex;
    public int DraftStamp;

    public readonly Schedule Schedule =>
        new(TimeSpan.FromMilliseconds(IntervalMs), TimeSpan.FromMilliseconds(GraceMs));

    public MonitorState State
    {
        readonly get => new(
            Status, UnixTime.FromMs(SinceMs), Moment(LastHeartbeatAtMs), Moment(CountsFromMs), Moment(NextExpectedAtMs));
        set
        {
            Status = value.Status;
            SinceMs = value.Since.ToMs();
            LastHeartbeatAtMs = value.LastHeartbeatAt.ToMs() ?? None;
            CountsFromMs = value.CountsFrom.ToMs() ?? None;
            NextExpectedAtMs = value.NextExpectedAt.ToMs() ?? None;
        }
    }

    /// <summary>The deadline that is judged next, or <see cref="None"/>.</summary>
    public readonly long DeadlineAtMs => NextExpectedAtMs == None ? None : NextExpectedAtMs + GraceMs;

    private static DateTimeOffset? Moment(long ms) => ms == None ? null : UnixTime.FromMs(ms);
}

/// <summary>The newest end of a monitor's chain of heartbeats in the log.</summary>
/// <param name="HeadSeq">The newest heartbeat; 0 when there is none.</param>
/// <param name="HeadAtMs">Its moment. A heartbeat stamped before it (a clock was set back) is not chained.</param>
/// <param name="Ordinal">How many heartbeats the chain ever had; the head's own ordinal.</param>
/// <param name="AnchorSeq">The newest heartbeat whose ordinal <see cref="AnchorEvery"/> divides; 0 when there is none.</param>
internal readonly record struct Chain(long HeadSeq, long HeadAtMs, long Ordinal, long AnchorSeq)
{
    /// <summary>One heartbeat in so many is an anchor.</summary>
    public const int AnchorEvery = 256;

    public Chain Append(long seq, long atMs) =>
        new(seq, atMs, Ordinal + 1, (Ordinal + 1) % AnchorEvery == 0 ? seq : AnchorSeq);
}
