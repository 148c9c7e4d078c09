using Exemplar.Core.Ids;
using Exemplar.Core.Routing;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Routing;

/// <summary>Rotations: who is on call when.</summary>
internal static class RotationEndpoints
{
    private const string Path = "/api/monitoring/rotations";

    public static void MapRotations(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(Path).WithTags("Routing");
        group.MapGet("", List).RequireScope(TokenScopes.Admin)
            .Describe("listRotations", "List rotations", "Oldest first.")
            .TakesQuery("limit", "cursor")
            .Answers(200, typeof(Page<RotationResource>));
        group.MapPost("", Create).RequireScope(TokenScopes.Admin)
            .Describe("createRotation", "Make a rotation", "Its address is in Location. An organization has at most 100.")
            .Takes(typeof(RotationCreation))
            .Answers(201, typeof(RotationResource))
            .Fails(ProblemKind.TooManyRotations);
        group.MapGet("{id}", Get).RequireScope(TokenScopes.Admin)
            .Describe("getRotation", "Read a rotation", "Its participants, overrides and hand-over.")
            .AnswersRotation();
        group.MapPatch("{id}", Edit).RequireScope(TokenScopes.Admin)
            .Describe("updateRotation", "Change a rotation", "Changes the fields that are given; participants and overrides are replaced as a whole.")
            .Takes(typeof(RotationEdit))
            .AnswersRotation();
        group.MapDelete("{id}", Delete).RequireScope(TokenScopes.Admin)
            .Describe("deleteRotation", "Remove a rotation", "Refused while a route tells it.")
            .AnswersNothing()
            .Fails(ProblemKind.RotationNotFound, ProblemKind.RotationInUse);
        group.MapGet("{id}/on-call", OnCall).RequireScope(TokenScopes.Read)
            .Describe("getOnCall", "Ask who is on call", "At a moment, now when none is given, and who takes over.")
            .TakesQuery("at")
            .Answers(200, typeof(OnCallResource))
            .Fails(ProblemKind.RotationNotFound);
    }

    private static async Task<IResult> List(HttpContext context, RotationStore rotations, RouteStore routes, TimeProvider clock)
    {
        var fields = new QueryFields(context.Request.Query);
        var (after, limit) = (fields.After(Cursor.OfRotations), fields.Limit());
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
        var organization = context.Token().OrganizationNumber;
        var page = await rotations.ListAsync(organization, after, limit, context.RequestAborted);
        var (names, now) = (await routes.NamesAsync(organization, [], context.RequestAborted), clock.Moment());
        return TypedResults.Json(
            new Page<RotationResource> { Items = [.. page.Items.Select(r => RotationResource.Of(r, names, now))], NextCursor = Cursor.OfRotations.Write(page.NextAfter) },
            ApiJson.Wire.PageRotationResource);
    }

    private static async Task<IResult> Create(HttpContext context, RotationStore rotations, RouteStore routes, RotationFields reader, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        if (await reader.ReadNewAsync(fields, context.Token().OrganizationNumber, context.RequestAborted) is not { } rotation)
            return ProblemResult.Invalid(fields.Errors);
        var now = clock.Moment();
        if (await rotations.CreateAsync(context.Actor(), rotation, now, context.RequestAborted) is not { } created)
            return new ProblemResult(ProblemKind.TooManyRotations, $"An organization has at most {RoutingLimits.Rotations} rotations.");
        context.Response.Headers.Location = $"{Path}/{created.Rotation.Id}";
        return await AnswerAsync(created, routes, now, 201, context.RequestAborted);
    }

    private static async Task<IResult> Get(string id, HttpContext context, RotationStore rotations, RouteStore routes, TimeProvider clock) =>
        await FindAsync(id, context, rotations) is { } rotation
            ? await AnswerAsync(rotation, routes, clock.Moment(), 200, context.RequestAborted)
            : NotFound();

    private static async Task<IResult> Edit(
        string id, HttpContext context, RotationStore rotations, RouteStore routes, RotationFields reader, TimeProvider clock)
    {
        if (await FindAsync(id, context, rotations) is not { } stored) return NotFound();
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        // Somebody else may change it between the read and the write; then it is read again.
        while (true)
        {
            var fields = new JsonFields(body.Root, nullIsAbsent: false);
            if (await reader.ReadEditAsync(fields, stored, context.RequestAborted) is not { } change) return ProblemResult.Invalid(fields.Errors);
            var now = clock.Moment();
            if (await rotations.UpdateAsync(context.Actor(), stored.Rotation.Id, change, now, context.RequestAborted) is not { } rotation) return NotFound();
            if (!rotation.ChangedMeanwhile) return await AnswerAsync(rotation, routes, now, 200, context.RequestAborted);
            stored = rotation;
        }
    }

    private static async Task<IResult> Delete(string id, HttpContext context, RotationStore rotations, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var rotationId)) return NotFound();
        var removal = await rotations.DeleteAsync(context.Actor(), rotationId, clock.Moment(), context.RequestAborted);
        if (removal.IsDone) return TypedResults.NoContent();
        return removal.WasFound ? InUse.Problem(ProblemKind.RotationInUse, removal) : NotFound();
    }

    private static async Task<IResult> OnCall(string id, HttpContext context, RotationStore rotations, TimeProvider clock)
    {
        var fields = new QueryFields(context.Request.Query);
        var at = fields.Moment("at") ?? clock.Moment();
        if (!LocalFields.IsNear(at)) fields.Errors.Add("at", "must lie between the years 2000 and 2100");
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
        return await FindAsync(id, context, rotations) is { } rotation
            ? TypedResults.Json(OnCallResource.Of(rotation.Rotation, at), ApiJson.Wire.OnCallResource)
            : NotFound();
    }

    private static async Task<StoredRotation?> FindAsync(string id, HttpContext context, RotationStore rotations) =>
        EntityId.TryParse(id, out var rotationId)
            ? await rotations.FindAsync(context.Token().OrganizationNumber, rotationId, context.RequestAborted)
            : null;

    private static async Task<IResult> AnswerAsync(
        StoredRotation rotation, RouteStore routes, DateTimeOffset now, int status, CancellationToken cancellationToken)
    {
        var names = await routes.NamesAsync(rotation.OrganizationNumber, [], cancellationToken);
        return TypedResults.Json(RotationResource.Of(rotation, names, now), ApiJson.Wire.RotationResource, statusCode: status);
    }

    private static ProblemResult NotFound() => new(ProblemKind.RotationNotFound, "The organization has no rotation with this id.");

    private static void AnswersRotation(this RouteHandlerBuilder endpoint) =>
        endpoint.Answers(200, typeof(RotationResource)).Fails(ProblemKind.RotationNotFound);
}
