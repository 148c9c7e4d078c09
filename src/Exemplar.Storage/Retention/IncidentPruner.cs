using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Retention;

/// <summary>
/// Removes incidents and alerts that nobody keeps any more, in steps of some hundred rows. One sweep goes through what is old
/// enough once, oldest first, so that what has to stay is not looked at again and again.
/// <para>Invariant: an open incident keeps everything that belongs to it, because its alerts say who is to hear of its end; a
/// delivery that waits keeps its alert. Used by one caller at a time.</para>
/// </summary>
public sealed class IncidentPruner(StorageEngine engine)
{
    private const int AlertsPerStep = 50;
    private const int IncidentsPerStep = 20;
    private const int RowsPerStep = 500;

    private (long AtMs, long Number) _alertsAfter;
    private (long AtMs, int Number) _incidentsAfter;

    /// <summary>Removes some alerts with their deliveries and attempts. A sweep has ended when there is no more.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public async Task<UpkeepStep> PruneAlertsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<OldAlert> looked;
        long[] old;
        await using (var db = engine.Read())
        {
            var kept = await ReadKeptAsync(db, cancellationToken);
            var beforeMs = kept.Before(now, k => k.AlertDays);
            var (afterMs, afterNumber) = _alertsAfter;
            looked = await db.Alerts.AsNoTracking()
                .Where(a => a.AtMs < beforeMs && a.AtMs >= afterMs && (a.AtMs > afterMs || a.Number > afterNumber))
                .OrderBy(a => a.AtMs).ThenBy(a => a.Number).Take(AlertsPerStep)
                .Select(a => new OldAlert(a.Number, a.OrganizationNumber, a.IncidentNumber, a.AtMs))
                .ToListAsync(cancellationToken);
            int[] incidents = [.. looked.Select(a => a.IncidentNumber).OfType<int>().Distinct()];
            var open = await db.Incidents.Where(i => incidents.Contains(i.RowNumber) && i.ResolvedAtMs == null)
                .Select(i => (int?)i.RowNumber).ToListAsync(cancellationToken);
            old =
            [
                .. looked.Where(a => a.AtMs < kept.Of(a.OrganizationNumber).AlertsBefore(now) && (a.IncidentNumber is null || !open.Contains(a.IncidentNumber)))
                    .Select(a => a.Number),
            ];
        }
        var removed = old.Length == 0 ? 0 : await engine.WriteAsync(unit => RemoveAlertsAsync(unit.Db, old, cancellationToken), cancellationToken);
        var more = looked.Count == AlertsPerStep;
        _alertsAfter = more ? (looked[^1].AtMs, looked[^1].Number) : default;
        return new UpkeepStep(removed, more);
    }

    /// <summary>Removes some incidents that ended long ago, with their events and monitors. A sweep has ended when there is no more.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public async Task<UpkeepStep> PruneIncidentsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<EndedIncident> looked;
        int[] old;
        await using (var db = engine.Read())
        {
            var kept = await ReadKeptAsync(db, cancellationToken);
            var beforeMs = kept.Before(now, k => k.IncidentDays);
            var (afterMs, afterNumber) = _incidentsAfter;
            looked = await db.Incidents.AsNoTracking()
                .Where(i => i.ResolvedAtMs != null && i.ResolvedAtMs < beforeMs && i.ResolvedAtMs >= afterMs && (i.ResolvedAtMs > afterMs || i.RowNumber > afterNumber))
                .OrderBy(i => i.ResolvedAtMs).ThenBy(i => i.RowNumber).Take(IncidentsPerStep)
                .Select(i => new EndedIncident(i.RowNumber, i.OrganizationNumber, i.ResolvedAtMs!.Value)).ToListAsync(cancellationToken);
            old = [.. looked.Where(i => i.ResolvedAtMs < kept.Of(i.OrganizationNumber).IncidentsBefore(now)).Select(i => i.RowNumber)];
        }
        var removal = old.Length == 0
            ? new Removal(0, IsWhole: true)
            : await engine.WriteAsync(unit => RemoveIncidentsAsync(unit.Db, old, cancellationToken), cancellationToken);
        // A large one takes several steps; the sweep does not go past it before it is gone.
        if (!removal.IsWhole) return new UpkeepStep(removal.Rows, More: true);
        var more = looked.Count == IncidentsPerStep;
        _incidentsAfter = more ? (looked[^1].ResolvedAtMs, looked[^1].RowNumber) : default;
        return new UpkeepStep(removal.Rows, more);
    }

    private static async Task<int> RemoveAlertsAsync(ExemplarDb db, long[] alerts, CancellationToken cancellationToken)
    {
        var deliveries = await db.Deliveries.Where(d => alerts.Contains(d.AlertNumber) && d.State != (int)DeliveryState.Pending)
            .Select(d => d.Number).ToListAsync(cancellationToken);
        var removed = await db.DeliveryAttempts.Where(a => deliveries.Contains(a.DeliveryNumber)).ExecuteDeleteAsync(cancellationToken);
        // Asked again: somebody may have sent one anew meanwhile.
        removed += await db.Deliveries.Where(d => deliveries.Contains(d.Number) && d.State != (int)DeliveryState.Pending).ExecuteDeleteAsync(cancellationToken);
        removed += await db.Alerts.Where(a => alerts.Contains(a.Number) && !db.Deliveries.Any(d => d.AlertNumber == a.Number)).ExecuteDeleteAsync(cancellationToken);
        return removed;
    }

    private static async Task<Removal> RemoveIncidentsAsync(ExemplarDb db, int[] incidents, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var incident in incidents)
        {
            var events = await db.IncidentEvents.Where(v => v.IncidentNumber == incident).OrderBy(v => v.Number)
                .Select(v => v.Number).Take(RowsPerStep - removed).ToListAsync(cancellationToken);
            removed += await db.IncidentEvents.Where(v => events.Contains(v.Number)).ExecuteDeleteAsync(cancellationToken);
            if (removed >= RowsPerStep) return new Removal(removed, IsWhole: false);
            var monitors = await db.IncidentMonitors.Where(m => m.IncidentNumber == incident)
                .Select(m => m.MonitorNumber).Distinct().OrderBy(m => m).Take(RowsPerStep - removed).ToListAsync(cancellationToken);
            removed += await db.IncidentMonitors.Where(m => m.IncidentNumber == incident && monitors.Contains(m.MonitorNumber)).ExecuteDeleteAsync(cancellationToken);
            if (removed >= RowsPerStep) return new Removal(removed, IsWhole: false);
            removed += await db.Incidents.Where(i => i.RowNumber == incident && i.ResolvedAtMs != null).ExecuteDeleteAsync(cancellationToken);
        }
        return new Removal(removed, IsWhole: true);
    }

    private static async Task<KeptByOrganization> ReadKeptAsync(ExemplarDb db, CancellationToken cancellationToken) => new(
        await db.Organizations.AsNoTracking().Select(o => new { o.Number, o.IncidentDays, o.AlertDays })
            .ToDictionaryAsync(o => o.Number, o => Kept.Of(o.IncidentDays, o.AlertDays), cancellationToken));

    private readonly record struct Removal(int Rows, bool IsWhole);

    private sealed record OldAlert(long Number, int OrganizationNumber, int? IncidentNumber, long AtMs);

    private sealed record EndedIncident(int RowNumber, int OrganizationNumber, long ResolvedAtMs);

    private readonly record struct Kept(int IncidentDays, int AlertDays)
    {
        public static Kept Of(int? incidentDays, int? alertDays)
        {
            var incidents = incidentDays ?? Core.Organizations.Retention.OutOfTheBox.IncidentDays;
            // What an incident told is of no use without it.
            return new Kept(incidents, Math.Min(incidents, alertDays ?? Core.Organizations.Retention.OutOfTheBox.AlertDays));
        }

        public long AlertsBefore(DateTimeOffset now) => now.AddDays(-AlertDays).ToMs();

        public long IncidentsBefore(DateTimeOffset now) => now.AddDays(-IncidentDays).ToMs();
    }

    private sealed record KeptByOrganization(Dictionary<int, Kept> Kept)
    {
        private static readonly Kept OfNobody = IncidentPruner.Kept.Of(null, null);

        public Kept Of(int organizationNumber) => Kept.GetValueOrDefault(organizationNumber, OfNobody);

        /// <summary>What is younger is kept by everybody.</summary>
        public long Before(DateTimeOffset now, Func<Kept, int> days) =>
            now.AddDays(-Kept.Values.Append(OfNobody).Min(days)).ToMs();
    }
}
