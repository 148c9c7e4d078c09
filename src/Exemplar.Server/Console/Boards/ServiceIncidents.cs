using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Server.Boards;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Console.Boards;

/// <summary>The open incidents of the services of a board, for members. Public pages never see them.</summary>
internal sealed class ServiceIncidents(DownIncidents incidents)
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<Incident>> None = new Dictionary<string, IReadOnlyList<Incident>>(StringComparer.Ordinal);

    /// <summary>By the service's slug, oldest first. A service without one is not there.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Incident>>> OfAsync(
        int organizationNumber, BoardStanding? standing, CancellationToken cancellationToken)
    {
        var down = standing?.Services.SelectMany(Down).Distinct().ToList();
        if (down is not { Count: > 0 }) return None;
        var open = await incidents.OfAsync(organizationNumber, down, cancellationToken);
        return standing!.Services
            .Select(service => (service.Service.Slug, Incidents: (IReadOnlyList<Incident>)
                [.. Down(service).Where(open.ContainsKey).Select(number => open[number]).DistinctBy(incident => incident.Id).OrderBy(incident => incident.OpenedAt)]))
            .Where(service => service.Incidents.Count > 0)
            .ToDictionary(service => service.Slug, service => service.Incidents, StringComparer.Ordinal);
    }

    private static IEnumerable<int> Down(ServiceStanding service) =>
        service.Monitors.Where(m => m.Status == MonitorStatus.Down).Select(m => m.Monitor.Definition.Number);
}
