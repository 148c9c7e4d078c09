using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;

namespace Exemplar.Storage.Heartbeats;

/// <summary>Puts heartbeats on disk: the hot verb.</summary>
public interface IHeartbeatStore
{
    /// <summary>
    /// Commits all of <paramref name="batch"/> in one transaction and returns when it is durable. Fills the outcome,
    /// status and next moments of every entry; an entry whose monitor does not exist does not hinder the others.
    /// Status changes that a heartbeat causes are stored in the same transaction, and so are the verdicts on deadlines that
    /// passed before it and were not judged yet; those are returned, for the most part none.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing of the batch was stored.</exception>
    IReadOnlyList<MissedDeadline> Commit(ReadOnlySpan<HeartbeatEntry> batch, Excuses excuses);
}
