using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Incidents;

/// <summary>Incidents: what is or was wrong, who was told, and what people did about it.</summary>
internal static class IncidentEndpoints
{
    private const string Path = "/api/monitoring/incidents";

    public static void MapIncidents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Incidents");
        group.MapGet("", List).RequireScope(TokenScopes.Read)
            .Describe("listIncidents", "List incidents", "Newest first, stable while incidents come.")
            .TakesQuery("incident.status", "monitor_id", "limit", "cursor")
            .Answers(200, typeof(Page<IncidentResource>));
        group.MapGet("{id}", Get).RequireScope(TokenScopes.Read)
            .Describe("getIncident", "Read an incident", "With everything that happened in it.")
            .AnswersIncident();
        group.MapPost("{id}/acknowledge", Acknowledge).RequireScope(TokenScopes.Write)
            .Describe("acknowledgeIncident", "Acknowledge an incident", "Somebody is at it: no more reminders. Doing it twice changes nothing.")
            .AnswersIncident();
        group.MapPost("{id}/snooze", Snooze).RequireScope(TokenScopes.Write)
            .Describe("snoozeIncident", "Snooze an incident", "No reminders until a moment.")
            .Takes(typeof(SnoozeBody))
            .AnswersIncident();
        group.MapPost("{id}/resolve", Resolve).RequireScope(TokenScopes.Write)
            .Describe("resolveIncident", "Resolve an incident",
                "It is over, whatever its monitors say: channels that were told of the downtime close what they opened. A monitor that is still down opens another incident when it goes down anew.")
            .AnswersIncident();
        group.MapPost("{id}/notes", Note).RequireScope(TokenScopes.Write)
            .Describe("addIncidentNote", "Add a note", "Also to an incident that is over.")
            .Takes(typeof(NoteBody))
            .AnswersIncident();
    }

    private static async Task<IResult> List(HttpContext context, IncidentReader incidents)
    {
        var fields = new QueryFields(context.Request.Query);
        var status = fields.Word<IncidentStatus>("status");
        EntityId? monitorId = null;
        if (fields.Text("monitor_id") is { } text)
        {
            if (EntityId.TryParse(text, out var id)) monitorId = id;
            else fields.Errors.Add("monitor_id", "must be 24 hex digits");
        }
        var query = new IncidentQuery(
            status is { } wanted ? wanted == IncidentStatus.Open : null, monitorId, fields.After(Cursor.OfIncidents), fields.Limit());
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
        return TypedResults.Json(await incidents.ListAsync(context.Token().OrganizationNumber, query, context.RequestAborted), ApiJson.Wire.PageIncidentResource);
    }

    private static Task<IResult> Get(string id, HttpContext context, IncidentReader incidents) =>
        EntityId.TryParse(id, out var incidentId) ? AnswerAsync(context, incidents, incidentId) : Task.FromResult<IResult>(NotFound());

    private static Task<IResult> Acknowledge(string id, HttpContext context, IncidentStore incidents, IncidentReader reader, TimeProvider clock) =>
        ChangeAsync(id, context, incidents, reader, incident => IncidentLifecycle.OnAcknowledged(incident, Actor(context), clock.Moment()));

    private static async Task<IResult> Snooze(string id, HttpContext context, IncidentStore incidents, IncidentReader reader, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        var now = clock.Moment();
        var until = IncidentFields.ReadSnooze(fields, now);
        return fields.Errors.Any
            ? ProblemResult.Invalid(fields.Errors)
            : await ChangeAsync(id, context, incidents, reader, incident => IncidentLifecycle.OnSnoozed(incident, until!.Value, Actor(context), now));
    }

    private static async Task<IResult> Resolve(string id, HttpContext context, IncidentReader reader, IncidentResolution resolution) =>
        EntityId.TryParse(id, out var incidentId)
        && await resolution.ResolveAsync(context.Token().OrganizationNumber, incidentId, Actor(context), context.RequestAborted)
            ? await AnswerAsync(context, reader, incidentId)
            : NotFound();

    private static async Task<IResult> Note(string id, HttpContext context, IncidentStore incidents, IncidentReader reader, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        var text = IncidentFields.ReadNote(fields);
        return fields.Errors.Any
            ? ProblemResult.Invalid(fields.Errors)
            : await ChangeAsync(id, context, incidents, reader, incident => IncidentLifecycle.OnNote(incident, text!, Actor(context), clock.Moment()));
    }

    private static async Task<IResult> ChangeAsync(
        string id, HttpContext context, IncidentStore incidents, IncidentReader reader, Func<Incident, IncidentDecision> decide) =>
        EntityId.TryParse(id, out var incidentId)
        && await incidents.ChangeAsync(context.Token().OrganizationNumber, incidentId, decide, context.RequestAborted)
            ? await AnswerAsync(context, reader, incidentId)
            : NotFound();

    private static async Task<IResult> AnswerAsync(HttpContext context, IncidentReader reader, EntityId id) =>
        await reader.FindAsync(context.Token().OrganizationNumber, id, context.RequestAborted) is { } incident
            ? TypedResults.Json(incident, ApiJson.Wire.IncidentResource)
            : NotFound();

    /// <summary>Who is named in an incident's timeline when a program did something: its token.</summary>
    private static string Actor(HttpContext context) => context.Token().Name;

    private static ProblemResult NotFound() => new(ProblemKind.IncidentNotFound, "The organization has no incident with this id.");

    private static void AnswersIncident(this RouteHandlerBuilder endpoint) =>
        endpoint.Answers(200, typeof(IncidentResource)).Fails(ProblemKind.IncidentNotFound);
}
