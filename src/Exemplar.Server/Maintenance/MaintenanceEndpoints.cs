using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Maintenance;

namespace Exemplar.Server.Maintenance;

/// <summary>Maintenance windows: planned work, in which nothing that is missed is anybody's failure.</summary>
internal static class MaintenanceEndpoints
{
    public const string Path = "/api/monitoring/maintenance";

    public static void MapMaintenance(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Maintenance");
        group.MapGet("", List).RequireScope(TokenScopes.Read)
            .Describe("listMaintenance", "List maintenance windows", "Newest first. Those that are over are kept.")
            .TakesQuery("maintenance.state", "limit", "cursor")
            .Answers(200, typeof(Page<MaintenanceResource>));
        group.MapPost("", Create).RequireScope(TokenScopes.Write)
            .Describe("createMaintenance", "Make a maintenance window", "Once or recurring, for chosen monitors, for tags, or for all. Its address is in Location.")
            .Takes(typeof(MaintenanceCreation))
            .Answers(201, typeof(MaintenanceResource))
            .Fails(ProblemKind.TooManyMaintenanceWindows);
        group.MapGet("{id}", Get).RequireScope(TokenScopes.Read)
            .Describe("getMaintenance", "Read a maintenance window", "With what was told about it and its next times.")
            .AnswersWindow();
        group.MapPatch("{id}", Edit).RequireScope(TokenScopes.Write)
            .Describe("updateMaintenance", "Change a maintenance window", "Changes the fields that are given, of a window that is not over. Downtimes of before are not taken back.")
            .Takes(typeof(MaintenanceEdit))
            .Fails(ProblemKind.MaintenanceOver)
            .AnswersWindow();
        group.MapDelete("{id}", Delete).RequireScope(TokenScopes.Write)
            .Describe("deleteMaintenance", "Take a maintenance window away", "One that has begun is called off and kept, because history names it; one that has not is gone.")
            .AnswersNothing()
            .Fails(ProblemKind.MaintenanceNotFound);
        group.MapPost("{id}/updates", AddUpdate).RequireScope(TokenScopes.Write)
            .Describe("addMaintenanceUpdate", "Tell something about a window", "Shown on boards and status pages.")
            .Takes(typeof(MaintenanceUpdateBody))
            .Fails(ProblemKind.TooManyMaintenanceUpdates)
            .AnswersWindow();
        group.MapPost("{id}/end", End).RequireScope(TokenScopes.Write)
            .Describe("endMaintenance", "End a window now", "What is expected from now on counts again. A window that recurs goes on with its next time.")
            .Fails(ProblemKind.MaintenanceNotCurrent)
            .AnswersWindow();
    }

    private static async Task<IResult> List(HttpContext context, MaintenanceStore windows, TimeProvider clock)
    {
        var fields = new QueryFields(context.Request.Query);
        var (state, before, limit) = (fields.Word<MaintenanceState>("state"), fields.After(Cursor.OfMaintenance), fields.Limit());
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
        var now = clock.Moment();
        var page = await windows.ListAsync(context.Token().OrganizationNumber, state, before, limit, now, context.RequestAborted);
        return TypedResults.Json(
            new Page<MaintenanceResource>
            {
                Items = [.. page.Items.Select(w => MaintenanceResource.Of(w, now))],
                NextCursor = Cursor.OfMaintenance.Write(page.NextBefore),
            },
            ApiJson.Wire.PageMaintenanceResource);
    }

    private static async Task<IResult> Create(
        HttpContext context, MaintenanceStore windows, MaintenanceFields reader, QuietTimesCache cache, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        var now = clock.Moment();
        if (await reader.ReadNewAsync(fields, context.Token().OrganizationNumber, now, context.RequestAborted) is not { } window)
            return ProblemResult.Invalid(fields.Errors);
        var write = await windows.CreateAsync(context.Actor(), window, now, context.RequestAborted);
        if (write.View is not { } created) return Refused(write.Faults);
        await cache.ChangedAsync(context.RequestAborted);
        context.Response.Headers.Location = $"{Path}/{created.Window.Id}";
        return TypedResults.Json(MaintenanceResource.Of(created, now), ApiJson.Wire.MaintenanceResource, statusCode: 201);
    }

    private static async Task<IResult> Get(string id, HttpContext context, MaintenanceStore windows, TimeProvider clock) =>
        EntityId.TryParse(id, out var windowId)
        && await windows.FindAsync(context.Token().OrganizationNumber, windowId, context.RequestAborted) is { } view
            ? TypedResults.Json(MaintenanceResource.Of(view, clock.Moment()), ApiJson.Wire.MaintenanceResource)
            : NotFound();

    private static async Task<IResult> Edit(
        string id, HttpContext context, MaintenanceStore windows, MaintenanceFields reader, QuietTimesCache cache, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var windowId)
            || await windows.FindAsync(context.Token().OrganizationNumber, windowId, context.RequestAborted) is not { } present) return NotFound();
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        // Somebody else may change it between the read and the write; then it is read again.
        while (true)
        {
            var fields = new JsonFields(body.Root, nullIsAbsent: false);
            var now = clock.Moment();
            if (await reader.ReadEditAsync(fields, present, now, context.RequestAborted) is not { } change) return ProblemResult.Invalid(fields.Errors);
            var write = await windows.UpdateAsync(context.Actor(), windowId, change, now, context.RequestAborted);
            if (!write.Faults.ChangedMeanwhile) return await AnswerAsync(write, cache, now, context);
            if (await windows.FindAsync(context.Token().OrganizationNumber, windowId, context.RequestAborted) is not { } newer) return NotFound();
            present = newer;
        }
    }

    private static async Task<IResult> Delete(string id, HttpContext context, MaintenanceStore windows, QuietTimesCache cache, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var windowId)
            || !await windows.DeleteAsync(context.Actor(), windowId, clock.Moment(), context.RequestAborted)) return NotFound();
        await cache.ChangedAsync(context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> AddUpdate(string id, HttpContext context, MaintenanceStore windows, QuietTimesCache cache, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        if (!EntityId.TryParse(id, out var windowId)) return NotFound();
        if (MaintenanceFields.ReadUpdate(fields) is not { } text) return ProblemResult.Invalid(fields.Errors);
        var now = clock.Moment();
        return await AnswerAsync(await windows.AddUpdateAsync(context.Actor(), windowId, text, now, context.RequestAborted), cache, now, context);
    }

    private static async Task<IResult> End(string id, HttpContext context, MaintenanceStore windows, QuietTimesCache cache, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var windowId)) return NotFound();
        var now = clock.Moment();
        return await AnswerAsync(await windows.EndAsync(context.Actor(), windowId, now, context.RequestAborted), cache, now, context);
    }

    private static async Task<IResult> AnswerAsync(MaintenanceWrite write, QuietTimesCache cache, DateTimeOffset now, HttpContext context)
    {
        if (write.View is not { } view) return Refused(write.Faults);
        await cache.ChangedAsync(context.RequestAborted);
        return TypedResults.Json(MaintenanceResource.Of(view, now), ApiJson.Wire.MaintenanceResource);
    }

    private static ProblemResult Refused(MaintenanceFaults faults) => faults switch
    {
        { TooMany: true } => new(
            ProblemKind.TooManyMaintenanceWindows, $"An organization has at most {MaintenanceWindow.MostOpen} windows that are not over. Take away one that is not needed."),
        { TooManyUpdates: true } => new(ProblemKind.TooManyMaintenanceUpdates, $"A window has at most {MaintenanceWindow.MostUpdates} updates."),
        { Over: true } => new(ProblemKind.MaintenanceOver, "The window is over and stays as it was. Make another one."),
        { NotCurrent: true } => new(ProblemKind.MaintenanceNotCurrent, "The window does not take place now. Delete it to call it off."),
        // A monitor was removed between the reading of the request and its storing.
        { UnknownMonitors: { Count: > 0 } ids } => ProblemResult.Invalid(FieldErrors.Of("monitor_ids", $"holds {ids.First()}, which is no monitor of this organization")),
        _ => NotFound(),
    };

    private static ProblemResult NotFound() => new(ProblemKind.MaintenanceNotFound, "The organization has no maintenance window with this id.");

    private static void AnswersWindow(this RouteHandlerBuilder endpoint) =>
        endpoint.Answers(200, typeof(MaintenanceResource)).Fails(ProblemKind.MaintenanceNotFound);
}
