using Exemplar.Core.Incidents;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Incidents;

/// <summary>Which open incident a monitor is down in.</summary>
public sealed class DownIncidents(StorageEngine engine)
{
    /// <summary>By monitor number; a monitor that is down in none is not there.</summary>
    public async Task<IReadOnlyDictionary<int, Incident>> OfAsync(
        int organizationNumber, IReadOnlyCollection<int> monitorNumbers, CancellationToken cancellationToken)
    {
        if (monitorNumbers.Count == 0) return new Dictionary<int, Incident>();
        await using var db = engine.Read();
        var members = await db.IncidentMonitors.AsNoTracking()
            .Where(m => monitorNumbers.Contains(m.MonitorNumber) && m.LeftAtMs == null)
            .Select(m => new { m.MonitorNumber, m.IncidentNumber }).ToListAsync(cancellationToken);
        int[] numbers = [.. members.Select(m => m.IncidentNumber).Distinct()];
        var incidents = (await db.Incidents.AsNoTracking()
            .Where(i => numbers.Contains(i.RowNumber) && i.OrganizationNumber == organizationNumber && i.ResolvedAtMs == null).ToListAsync(cancellationToken))
            .ToDictionary(i => i.RowNumber, IncidentWrites.State);
        return members.Where(m => incidents.ContainsKey(m.IncidentNumber)).ToDictionary(m => m.MonitorNumber, m => incidents[m.IncidentNumber]);
    }
}
