using Exemplar.Core.Outages;

namespace Exemplar.Server.Outages;

/// <summary>
/// What the server knows about its own absences: those of earlier runs, held-up moments of this one, and times in which
/// storage refused. <see cref="Log"/> is complete before any verdict is given.
/// <para>Invariant: all changes are made under the lock; an outage stays in the
/// list of unsaved ones until <see cref="LivenessWorker"/> has stored it.</para>
/// </summary>
internal sealed class OutageWatch
{
    private readonly Lock _sync = new();
    private readonly List<Outage> _unsaved = [];
    private volatile OutageLog _log = OutageLog.Empty;
    private DateTimeOffset? _storageFailsSince;

    /// <summary>Every outage that may matter to a deadline.</summary>
    public OutageLog Log => _log;

    /// <summary>Since when heartbeats cannot be stored; null while they can.</summary>
    public DateTimeOffset? StorageFailsSince
    {
        get
        {
            lock (_sync) return _storageFailsSince;
        }
    }

    /// <summary>Outages that are not on disk yet.</summary>
    public Outage[] Unsaved()
    {
        lock (_sync) return [.. _unsaved];
    }

    /// <summary>Takes over what earlier runs left.</summary>
    public void Load(OutageLog log)
    {
        lock (_sync) _log = log;
    }

    public void Add(Outage outage)
    {
        lock (_sync) AddLocked(outage);
    }

    /// <summary>A heartbeat that arrived at <paramref name="at"/>, or the server's own sign of life, could not be stored.</summary>
    public void StorageFailed(DateTimeOffset at)
    {
        lock (_sync)
        {
            if (_storageFailsSince is not { } since || at < since) _storageFailsSince = at;
        }
    }

    /// <summary>Storage has taken something again: the failure, if there was one, becomes an outage that ended at <paramref name="now"/>.</summary>
    public void StorageWorks(DateTimeOffset now)
    {
        lock (_sync)
        {
            if (_storageFailsSince is not { } since) return;
            _storageFailsSince = null;
            AddLocked(new Outage(since, now, OutageCause.StorageUnavailable));
        }
    }

    /// <summary>The clock was set back: what lies after <paramref name="now"/> has not taken place on it.</summary>
    public void SetClockBack(DateTimeOffset now)
    {
        lock (_sync) _log = _log.OnClockSetBack(now);
    }

    public void Saved(IReadOnlyCollection<Outage> outages)
    {
        lock (_sync) _unsaved.RemoveAll(outages.Contains);
    }

    private void AddLocked(Outage outage)
    {
        _unsaved.Add(outage);
        _log = _log.With(outage);
    }
}
