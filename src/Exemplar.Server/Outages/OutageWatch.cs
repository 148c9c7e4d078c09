using Exemplar.Core.Maintenance;
using Exemplar.Core.Outages;

namespace Exemplar.Server.Outages;

/// <summary>
/// What the server knows about its own absences: those of earlier runs, held-up moments of this one, and times in which
/// storage refused. Whoever is about to judge asks for <see cref="LogToNow"/>.
/// <para>Invariant: all changes are made under the lock; an outage stays in the
/// list of unsaved ones until <see cref="LivenessWorker"/> has stored it, and what a look found waits for it, too.</para>
/// </summary>
internal sealed class OutageWatch(ClockWatch clocks)
{
    private readonly Lock _sync = new();
    private readonly List<Outage> _unsaved = [];
    private readonly List<Outage> _unsaid = [];
    private OutageLog _log = OutageLog.Empty;
    private DateTimeOffset? _storageFailsSince;
    private bool _setBack;
    private QuietTimes _quietTimes = QuietTimes.None;

    /// <summary>What people planned, as it is known now; a new whole takes the place of the old one.</summary>
    public QuietTimes QuietTimes
    {
        get => Volatile.Read(ref _quietTimes);
        set => Volatile.Write(ref _quietTimes, value);
    }

    /// <summary>
    /// Every outage that may matter to a deadline: also one that has just ended and was not noticed yet, and the one that
    /// still lasts. A heartbeat that is the first to be stored again judges what was missed while nothing could be. With it goes
    /// what people planned.
    /// </summary>
    public Excuses LogToNow()
    {
        lock (_sync)
        {
            Look();
            var log = _storageFailsSince is { } since && clocks.Now is var now && since < now
                ? _log.With(new Outage(since, now, OutageCause.StorageUnavailable))
                : _log;
            return new Excuses(log, QuietTimes);
        }
    }

    /// <summary>Since when heartbeats cannot be stored; null while they can.</summary>
    public DateTimeOffset? StorageFailsSince
    {
        get
        {
            lock (_sync) return _storageFailsSince;
        }
    }

    /// <summary>The clock was set back, and what follows from it is still to be done.</summary>
    public void NoteSetBack()
    {
        lock (_sync) _setBack = true;
    }

    /// <summary>Begins to look at the clocks; what they did before is known from elsewhere.</summary>
    public void BeginLooking() => clocks.Look();

    /// <summary>
    /// Looks at the clocks. An absence that has just ended is in the log when this returns. True shortly after the process was
    /// held up: heartbeats that waited are coming through now, and silence tells nothing yet.
    /// </summary>
    public bool Look()
    {
        lock (_sync)
        {
            var reading = clocks.Look();
            _setBack |= reading.SetBack;
            if (reading.Outage is { } outage)
            {
                AddLocked(outage);
                _unsaid.Add(outage);
            }
            return reading.JustHeldUp;
        }
    }

    /// <summary>What looks have found that nobody has told or acted on yet.</summary>
    public (Outage[] Outages, bool SetBack) TakeFound()
    {
        lock (_sync)
        {
            (Outage[], bool) found = ([.. _unsaid], _setBack);
            _unsaid.Clear();
            _setBack = false;
            return found;
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
