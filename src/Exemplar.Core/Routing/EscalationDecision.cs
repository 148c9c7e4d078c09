using System.Globalization;
using Exemplar.Core.Incidents;

namespace Exemplar.Core.Routing;

/// <summary>What becomes of a step whose moment may have come.</summary>
/// <param name="Next">What is due next; null when nothing is any more.</param>
/// <param name="Tell">The step to tell now; null when none.</param>
public sealed record EscalationDecision(Escalation? Next, RouteStep? Tell)
{
    /// <summary>
    /// Decides: (incident, step, route, now). An acknowledged incident escalates no further; a snoozed one waits, and the time between
    /// two steps is kept however late the first of them was told.
    /// </summary>
    /// <param name="incident">The incident as it stands.</param>
    /// <param name="escalation">The step.</param>
    /// <param name="route">Its route; null when it was removed.</param>
    /// <param name="now">The present moment.</param>
    public static EscalationDecision OnDue(Incident incident, Escalation escalation, Route? route, DateTimeOffset now)
    {
        if (!incident.IsOpen || incident.AcknowledgedAt is not null || route is null || escalation.Step >= route.Steps.Count) return new(null, null);
        if (incident.SnoozedUntil is { } until && until > now) return new(escalation with { DueAt = until }, null);
        if (escalation.DueAt > now) return new(escalation, null);
        return new(RoutePlan.After(route, escalation.Step, now), route.Steps[escalation.Step]);
    }

    /// <summary>Why a step is told: "nobody acknowledged within 10 min".</summary>
    public static string Reason(Route route, int step) => step == 0
        ? "the hours of the route began"
        : $"nobody acknowledged within {route.Steps[step].After.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture)} min";

    /// <summary>The line of the incident's timeline.</summary>
    /// <param name="route">The route.</param>
    /// <param name="step">Which step, from 0.</param>
    /// <param name="told">Who is told and was not told before.</param>
    /// <param name="now">When.</param>
    public static IncidentEvent Event(Route route, int step, IReadOnlyList<Recipient> told, DateTimeOffset now)
    {
        var who = told.Count == 0 ? "nobody who was not told already" : string.Join(", ", told.Select(t => t.Words));
        return new IncidentEvent(now, IncidentEventKind.Escalated, $"step {step + 1} of route {route.Name}: told {who}, because {Reason(route, step)}");
    }
}
