using Exemplar.Core.Ids;
using Exemplar.Server.Requests;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Incidents;

/// <summary>Incidents for the API, with what their monitors say of them now.</summary>
internal sealed class IncidentReader(IncidentStore incidents, MonitorStore monitors)
{
    /// <summary>One incident; null when the organization has none with this id.</summary>
    public async Task<IncidentResource?> FindAsync(int organizationNumber, EntityId id, CancellationToken cancellationToken) =>
        await incidents.FindAsync(organizationNumber, id, cancellationToken) is { } incident
            ? IncidentResource.Of(incident, await RunbooksAsync(organizationNumber, [incident], cancellationToken))
            : null;

    public async Task<Page<IncidentResource>> ListAsync(int organizationNumber, IncidentQuery query, CancellationToken cancellationToken)
    {
        var page = await incidents.ListAsync(organizationNumber, query, cancellationToken);
        var runbooks = await RunbooksAsync(organizationNumber, page.Items, cancellationToken);
        return new Page<IncidentResource>
        {
            Items = [.. page.Items.Select(incident => IncidentResource.Of(incident, runbooks))],
            NextCursor = Cursor.OfIncidents.Write(page.NextBefore),
        };
    }

    private Task<IReadOnlyDictionary<EntityId, string>> RunbooksAsync(
        int organizationNumber, IReadOnlyList<IncidentDetail> details, CancellationToken cancellationToken) =>
        monitors.RunbooksAsync(organizationNumber, [.. details.SelectMany(d => d.View.Members).Select(m => m.Member.MonitorId).Distinct()], cancellationToken);
}
