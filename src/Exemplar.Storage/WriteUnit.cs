using Exemplar.Core.Monitors;
using Exemplar.Storage.Schema;

namespace Exemplar.Storage;

/// <summary>
/// One transaction of the management side. Configuration is written through <see cref="Db"/>; states, checks and periods
/// only through the methods here, because each engine keeps them in its own way. What a mass outage writes by the
/// ten thousand goes through <see cref="Rows"/>. Nothing is visible to others before the unit is committed.
/// </summary>
public abstract class WriteUnit
{
    private protected WriteUnit(ExemplarDb db) => Db = db;

    /// <summary>The context of this transaction.</summary>
    internal ExemplarDb Db { get; }

    /// <summary>Writes many rows at once, in this transaction.</summary>
    internal abstract RowWriter Rows { get; }

    /// <summary>Stores the first state and period of a monitor whose configuration has just been inserted.</summary>
    internal abstract Task AddAsync(MonitorDefinition definition, LifecycleDecision decision, CancellationToken cancellationToken);

    /// <summary>The state of a monitor, locked until the end of the unit; null when it does not exist.</summary>
    internal abstract Task<MonitorState?> LockAsync(int monitorNumber, CancellationToken cancellationToken);

    /// <summary>Stores what was decided on <paramref name="before"/>, the state that <see cref="LockAsync"/> gave, and makes the definition's schedule count.</summary>
    /// <param name="definition">The monitor as it is configured from now on.</param>
    /// <param name="before">The state that the decision was made on.</param>
    /// <param name="decision">What to store.</param>
    /// <param name="now">The moment of the unit: missed deadlines in the decision are recorded at it.</param>
    /// <param name="cancellationToken">Gives up the unit.</param>
    internal abstract Task ApplyAsync(
        MonitorDefinition definition, MonitorState before, LifecycleDecision decision, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes the state away and leaves the history to be removed in small steps.</summary>
    internal abstract Task RemoveAsync(int monitorNumber, DateTimeOffset now, CancellationToken cancellationToken);
}
