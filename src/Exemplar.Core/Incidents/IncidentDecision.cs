using Exemplar.Core.Deliveries;

namespace Exemplar.Core.Incidents;

/// <summary>What follows for an incident: how it is now, what its timeline says, and what people are to be told.</summary>
/// <param name="Next">The incident from now on.</param>
/// <param name="Events">New lines of its timeline.</param>
/// <param name="Tell">What to tell about the monitor of the event; null when nothing.</param>
public sealed record IncidentDecision(Incident Next, IReadOnlyList<IncidentEvent> Events, AlertEvent? Tell = null)
{
    /// <summary>Nothing follows.</summary>
    public static IncidentDecision Unchanged(Incident incident) => new(incident, []);
}
