using Exemplar.Core.Audit;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Noise;

/// <summary>The policy and the dependencies of a monitor, in the transaction of its own edit.</summary>
internal static class MonitorNoise
{
    /// <summary>What one monitor depends on directly.</summary>
    public static async Task<IReadOnlyList<EntityId>> DependsOnAsync(ExemplarDb db, int monitorNumber, CancellationToken cancellationToken) =>
        [.. (await Dependencies.ReadAsync(db, [monitorNumber], cancellationToken))[monitorNumber]];

    /// <summary>What the audit log says about the dependencies of a new monitor.</summary>
    public static IReadOnlyList<AuditChange> Said(IReadOnlyList<EntityId> dependsOn) =>
        AuditChange.Of(("depends_on", null, dependsOn.Count == 0 ? null : string.Join(", ", dependsOn)));

    /// <summary>A monitor was made. Nothing can depend on it yet, so it cannot depend on itself.</summary>
    public static async Task CreatedAsync(
        WriteUnit unit, MonitorDefinition monitor, OrganizationRow organization, IReadOnlyList<EntityId> dependsOn, CancellationToken cancellationToken)
    {
        if (dependsOn.Count > 0) await Dependencies.SetAsync(unit, monitor.OrganizationNumber, monitor.Number, dependsOn, cancellationToken);
        await WatchLateAsync(unit.Db, monitor.Number, monitor.AlertPolicy, NoisePolicyText.Read(organization.AlertPolicy), cancellationToken);
    }

    /// <summary>A monitor is edited: what the audit log says beside its policy; null when it would come to depend on itself, and nothing was changed.</summary>
    public static async Task<IReadOnlyList<AuditChange>?> ChangeAsync(
        WriteUnit unit, MonitorRow row, MonitorChange change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<AuditChange> changes = [];
        if (change.DependsOn is { } dependsOn)
        {
            var before = await DependsOnAsync(unit.Db, row.Number, cancellationToken);
            if (!await Dependencies.SetAsync(unit, row.OrganizationNumber, row.Number, dependsOn, cancellationToken)) return null;
            var after = await DependsOnAsync(unit.Db, row.Number, cancellationToken);
            changes = AuditChange.Of(("depends_on", string.Join(", ", before), string.Join(", ", after)));
            if (changes.Count > 0) row.UpdatedAtMs = now.ToMs();
        }
        if (change.AlertPolicy is { } policy)
        {
            var after = policy(NoisePolicyText.Read(row.AlertPolicy));
            row.AlertPolicy = NoisePolicyText.Write(after);
            var organization = await unit.Db.Organizations.AsNoTracking().SingleAsync(o => o.Number == row.OrganizationNumber, cancellationToken);
            await WatchLateAsync(unit.Db, row.Number, after, NoisePolicyText.Read(organization.AlertPolicy), cancellationToken);
        }
        return changes;
    }

    private static Task WatchLateAsync(ExemplarDb db, int monitorNumber, NoisePolicy policy, NoisePolicy defaults, CancellationToken cancellationToken) =>
        policy.Over(defaults).AnnounceLate ? NoiseTimerStore.WatchLateAsync(db, monitorNumber, cancellationToken) : Task.CompletedTask;
}
