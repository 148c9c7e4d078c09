using Exemplar.Core.Monitors;
using Exemplar.Storage.Schema;

namespace Exemplar.Storage;

/// <summary>
/// One transaction of the management side. Configuration is written through <see cref="Db"/>; states, checks and periods
/// only through the methods here, because each engine keeps them in its own way. Nothing is visible to others before
/// the unit is committed.
/// </summary>
public abstract class WriteUnit
{
    private protected WriteUnit(ExemplarDb db) => Db = db;

    /// <summary>The context of this transaction.</summary>
    internal ExemplarDb Db { get; }

    /// <summary>Stores the first state and period of a monitor whose configuration has just been inserted.</summary>
    internal abstract Task AddAsync(MonitorDefinition definition, LifecycleDecision decision, CancellationToken cancellationToken);

    /// <summary>The state of a monitor, locked until the end of the unit; null when it does not exist.</summary>
    internal abstract Task<MonitorState?> LockAsync(int monitorNumber, CancellationToken cancellationToken);

    /// <summary>Stores what was decided on <paramref name="before"/>, the state that <see cref="LockAsync"/> gave, and makes the definition's schedule count.</summary>
    internal abstract Task ApplyAsync(
        MonitorDefinition definition, MonitorState before, LifecycleDecision decision, CancellationToken cancellationToken);

    /// <summary>Takes the state away and leaves the history to be removed in small steps.</summary>
    internal abstract Task RemoveAsync(int monitorNumber, CancellationToken cancellationToken);
}
