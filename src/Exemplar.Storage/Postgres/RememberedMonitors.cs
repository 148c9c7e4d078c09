using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Schedules;

namespace Exemplar.Storage.Postgres;

/// <summary>A monitor as this process last saw it in the database.</summary>
internal readonly record struct RememberedMonitor(int Number, int OrganizationNumber, Schedule Schedule, MonitorState State);

/// <summary>
/// The heartbeat monitors that were up when this process last had to do with them. Only a guess, never the truth: what is
/// decided on it is stored by an update that checks every moment it rests on, so another node, an edit or a verdict may
/// change a monitor at any time. Bounded: when one half is full the other, older half is forgotten. Belongs to the one
/// thread that commits.
/// </summary>
/// <param name="mostInHalf">Monitors in one half: about 60 MB for half a million.</param>
internal sealed class RememberedMonitors(int mostInHalf = RememberedMonitors.MostInHalf)
{
    private const int MostInHalf = 500_000;

    private Dictionary<EntityId, RememberedMonitor> _recent = [];
    private Dictionary<EntityId, RememberedMonitor> _older = [];

    public bool TryFind(EntityId id, out RememberedMonitor monitor) =>
        _recent.TryGetValue(id, out monitor) || _older.TryGetValue(id, out monitor);

    public void Remember(EntityId id, in RememberedMonitor monitor)
    {
        if (_recent.Count >= mostInHalf)
        {
            (_recent, _older) = (_older, _recent);
            _recent.Clear();
        }
        _recent[id] = monitor;
    }

    public void Forget(EntityId id)
    {
        _recent.Remove(id);
        _older.Remove(id);
    }
}
