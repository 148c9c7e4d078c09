using Exemplar.Core.Monitors;

namespace Exemplar.Bench.Seeding;

/// <summary>A column, and what a seeded monitor has in it.</summary>
internal sealed record SeedColumn(string Name, Func<SeededMonitor, object?> Value);

/// <summary>A column as the database describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MustBeGiven">True when a row without it is refused.</param>
internal sealed record ActualColumn(string Name, bool MustBeGiven);

/// <summary>
/// What goes into the tables of either engine. The engines have some columns of their own: those that a database does not
/// have are left out.
/// </summary>
internal sealed record SeedTable(string Name, IReadOnlyList<SeedColumn> Columns)
{
    public static SeedTable Monitors(int organization) => new("monitors",
    [
        new("number", m => m.Number),
        new("id", m => m.Id.ToBytes()),
        new("organization_number", _ => organization),
        new("kind", _ => (int)MonitorKind.Heartbeat),
        new("name", m => "Job " + m.Number),
        new("description", _ => ""),
        new("tags", _ => Array.Empty<string>()),
        new("interval_ms", m => m.IntervalMs),
        new("grace_ms", m => m.GraceMs),
        new("starts", _ => (int)FirstDeadline.Creation),
        new("created_at_ms", m => m.CreatedAtMs),
        new("updated_at_ms", m => m.CreatedAtMs),
    ]);

    public static SeedTable Periods { get; } = new("periods",
    [
        new("monitor_number", m => m.Number),
        new("from_ms", m => m.CreatedAtMs),
        new("to_ms", _ => null),
        new("status", _ => (int)MonitorStatus.Up),
        new("error", _ => null),
    ]);

    public static SeedTable States(int organization) => new("monitor_states",
    [
        new("monitor_number", m => m.Number),
        new("organization_number", _ => organization),
        new("status", _ => (int)MonitorStatus.Up),
        new("since_ms", m => m.CreatedAtMs),
        new("last_heartbeat_at_ms", m => m.LastHeartbeatAtMs),
        new("counts_from_ms", m => m.LastHeartbeatAtMs),
        new("next_expected_at_ms", m => m.NextExpectedAtMs),
        new("due_at_ms", m => m.DeadlineAtMs),
        new("kind", _ => (int)MonitorKind.Heartbeat),
        new("interval_ms", m => m.IntervalMs),
        new("grace_ms", m => m.GraceMs),
        // History is empty: the last heartbeat is known, its row has been removed as too old.
        new("check_count", _ => 0L),
        new("head_seq", _ => 0L),
        new("head_at_ms", _ => 0L),
        new("head_ordinal", _ => 0L),
        new("anchor_seq", _ => 0L),
        new("pruned_ordinal", _ => 0L),
        new("other_check_count", _ => 0L),
    ]);

    /// <summary>The columns to fill.</summary>
    /// <exception cref="BenchException">The database asks for one that the bench knows nothing about.</exception>
    public SeedColumn[] For(IReadOnlyList<ActualColumn> actual)
    {
        foreach (var column in actual)
        {
            if (column.MustBeGiven && !Columns.Any(c => c.Name == column.Name))
                throw new BenchException($"{Name}.{column.Name} is new to the bench: say in SeedTable.cs what a seeded monitor has there.");
        }
        return [.. Columns.Where(c => actual.Any(a => a.Name == c.Name))];
    }
}
