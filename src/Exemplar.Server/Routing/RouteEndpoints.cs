using Exemplar.Core.Ids;
using Exemplar.Core.Routing;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Routing;

/// <summary>Routes: who is told of what, and who next.</summary>
internal static class RouteEndpoints
{
    private const string Path = "/api/monitoring/routes";

    public static void MapRoutes(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Path).WithTags("Routing");
        group.MapGet("", List).RequireScope(TokenScopes.Admin)
            .Describe("listRoutes", "List routes", "Oldest first.")
            .TakesQuery("limit", "cursor")
            .Answers(200, typeof(Page<RouteResource>));
        group.MapPost("", Create).RequireScope(TokenScopes.Admin)
            .Describe("createRoute", "Make a route", "Its address is in Location. It takes what goes down from now on. An organization has at most 100.")
            .Takes(typeof(RouteCreation))
            .Answers(201, typeof(RouteResource))
            .Fails(ProblemKind.TooManyRoutes);
        group.MapPost("preview", Preview).RequireScope(TokenScopes.Read)
            .Describe("previewRoutes", "Ask who would be told", "Who would be told, and when, if a monitor went down and nobody acknowledged. Tells nobody anything.")
            .Takes(typeof(RoutePreviewQuestion))
            .Answers(200, typeof(RoutePreviewResource));
        group.MapGet("{id}", Get).RequireScope(TokenScopes.Admin)
            .Describe("getRoute", "Read a route", "Its monitors, hours and steps.")
            .AnswersRoute();
        group.MapPatch("{id}", Edit).RequireScope(TokenScopes.Admin)
            .Describe("updateRoute", "Change a route", "Changes the fields that are given. Incidents that escalate already go on by the new steps.")
            .Takes(typeof(RouteEdit))
            .AnswersRoute();
        group.MapDelete("{id}", Delete).RequireScope(TokenScopes.Admin)
            .Describe("deleteRoute", "Remove a route", "What escalates by it does so no further.")
            .AnswersNothing()
            .Fails(ProblemKind.RouteNotFound);
    }

    private static async Task<IResult> List(HttpContext context, RouteStore routes)
    {
        var fields = new QueryFields(context.Request.Query);
        var (after, limit) = (fields.After(Cursor.OfRoutes), fields.Limit());
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
        var organization = context.Token().OrganizationNumber;
        var page = await routes.ListAsync(organization, after, limit, context.RequestAborted);
        var names = await routes.NamesAsync(organization, [.. page.Items.SelectMany(r => r.Route.Monitors.MonitorIds)], context.RequestAborted);
        return TypedResults.Json(
            new Page<RouteResource> { Items = [.. page.Items.Select(r => RouteResource.Of(r, names))], NextCursor = Cursor.OfRoutes.Write(page.NextAfter) },
            ApiJson.Wire.PageRouteResource);
    }

    private static async Task<IResult> Create(HttpContext context, RouteStore routes, RouteFields reader, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        if (await reader.ReadNewAsync(fields, context.Token().OrganizationNumber, context.RequestAborted) is not { } route)
            return ProblemResult.Invalid(fields.Errors);
        if (await routes.CreateAsync(context.Actor(), route, clock.Moment(), context.RequestAborted) is not { } created)
            return new ProblemResult(ProblemKind.TooManyRoutes, $"An organization has at most {RoutingLimits.Routes} routes.");
        context.Response.Headers.Location = $"{Path}/{created.Route.Id}";
        return await AnswerAsync(created, routes, 201, context.RequestAborted);
    }

    private static async Task<IResult> Get(string id, HttpContext context, RouteStore routes) =>
        await FindAsync(id, context, routes) is { } route ? await AnswerAsync(route, routes, 200, context.RequestAborted) : NotFound();

    private static async Task<IResult> Edit(string id, HttpContext context, RouteStore routes, RouteFields reader, TimeProvider clock)
    {
        if (await FindAsync(id, context, routes) is not { } stored) return NotFound();
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        // Somebody else may change it between the read and the write; then it is read again.
        while (true)
        {
            var fields = new JsonFields(body.Root, nullIsAbsent: false);
            if (await reader.ReadEditAsync(fields, stored, context.RequestAborted) is not { } change) return ProblemResult.Invalid(fields.Errors);
            if (await routes.UpdateAsync(context.Actor(), stored.Route.Id, change, clock.Moment(), context.RequestAborted) is not { } route) return NotFound();
            if (!route.ChangedMeanwhile) return await AnswerAsync(route, routes, 200, context.RequestAborted);
            stored = route;
        }
    }

    private static async Task<IResult> Delete(string id, HttpContext context, RouteStore routes, TimeProvider clock) =>
        EntityId.TryParse(id, out var routeId) && await routes.DeleteAsync(context.Actor(), routeId, clock.Moment(), context.RequestAborted)
            ? TypedResults.NoContent()
            : NotFound();

    private static async Task<IResult> Preview(HttpContext context, RoutePreview preview, MonitorStore monitors, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        fields.Require("monitor_id");
        var (text, at) = (fields.Line("monitor_id", 1, 100), fields.NearMoment("at") ?? clock.Moment());
        var monitor = text is not null && EntityId.TryParse(text, out var id)
            ? await monitors.FindAsync(context.Token().OrganizationNumber, id, context.RequestAborted)
            : null;
        if (text is not null && monitor is null) fields.Errors.Add("monitor_id", "is no monitor of the organization");
        if (fields.Errors.Any || monitor is null) return ProblemResult.Invalid(fields.Errors);
        var steps = await preview.OfAsync(monitor.Definition, at, context.RequestAborted);
        return TypedResults.Json(RoutePreviewResource.Of(monitor.Definition.Id, at, steps), ApiJson.Wire.RoutePreviewResource);
    }

    private static async Task<StoredRoute?> FindAsync(string id, HttpContext context, RouteStore routes) =>
        EntityId.TryParse(id, out var routeId) ? await routes.FindAsync(context.Token().OrganizationNumber, routeId, context.RequestAborted) : null;

    private static async Task<IResult> AnswerAsync(StoredRoute route, RouteStore routes, int status, CancellationToken cancellationToken)
    {
        var names = await routes.NamesAsync(route.OrganizationNumber, route.Route.Monitors.MonitorIds, cancellationToken);
        return TypedResults.Json(RouteResource.Of(route, names), ApiJson.Wire.RouteResource, statusCode: status);
    }

    private static ProblemResult NotFound() => new(ProblemKind.RouteNotFound, "The organization has no route with this id.");

    private static void AnswersRoute(this RouteHandlerBuilder endpoint) => endpoint.Answers(200, typeof(RouteResource)).Fails(ProblemKind.RouteNotFound);
}
