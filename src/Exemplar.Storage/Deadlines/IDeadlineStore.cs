using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;

namespace Exemplar.Storage.Deadlines;

/// <summary>A monitor for which at least one deadline passed without a heartbeat.</summary>
public sealed record JudgedMonitor(
    EntityId MonitorId, IReadOnlyList<StatusChange> Changes, IReadOnlyList<MissedDeadline> Missed);

/// <summary>What one run over the due monitors came to.</summary>
/// <param name="Looked">How many due monitors were looked at.</param>
/// <param name="Judged">Those with something to record, which is on disk now.</param>
/// <param name="Failed">How many could not be judged; they are tried again in half a minute.</param>
/// <param name="More">True when more are due than the limit allowed.</param>
public sealed record DeadlineRun(int Looked, IReadOnlyList<JudgedMonitor> Judged, int Failed, bool More);

/// <summary>Finds the monitors whose deadline has come, and stores what <see cref="MonitorLifecycle.OnDeadline"/> decides.</summary>
public interface IDeadlineStore
{
    /// <summary>
    /// Claims up to <paramref name="limit"/> monitors that are due before <paramref name="horizon"/>, decides, and stores
    /// state, checks and periods in one transaction. A monitor whose heartbeat came in time only moves on. Claimed
    /// monitors are locked against heartbeats and edits until the end of the transaction, so that no decision rests
    /// on a state that has changed.
    /// </summary>
    /// <param name="horizon">Every heartbeat that arrived before it is on disk.</param>
    /// <param name="excuses">What excuses a miss.</param>
    /// <param name="limit">At most so many monitors.</param>
    /// <param name="clock">Read once before each transaction: checks are received at the moment of their recording.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="StorageUnavailableException">Nothing was recorded; everything is still due.</exception>
    Task<DeadlineRun> JudgeAsync(
        DateTimeOffset horizon, Excuses excuses, int limit, TimeProvider clock, CancellationToken cancellationToken);

    /// <summary>When the next monitor has to be looked at; null when none ever has. May be too early, never too late.</summary>
    Task<DateTimeOffset?> NextDueAtAsync(CancellationToken cancellationToken);

    /// <summary>Applies <see cref="MonitorLifecycle.OnClockSetBack"/> to every monitor that counts from a moment after <paramref name="now"/>; returns how many.</summary>
    Task<int> SetClockBackAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
