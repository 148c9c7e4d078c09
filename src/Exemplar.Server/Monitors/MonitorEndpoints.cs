using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Metrics;
using Exemplar.Server.Noise;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Outages;
using Exemplar.Server.Probes;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Monitors;

/// <summary>Monitors: what is watched. Their history and timeline have files of their own.</summary>
internal static class MonitorEndpoints
{
    public const string Path = "/api/monitoring/monitors";

    public static void MapMonitors(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Monitors");
        group.MapGet("", List).RequireScope(TokenScopes.Read)
            .Describe("listMonitors", "List monitors",
                "Oldest first, stable while monitors come and go. Filters may leave a page short although more follow: go on while there is a next_cursor.")
            .TakesQuery("kind", "status", "severity", "tag", "q", "limit", "cursor")
            .Answers(200, typeof(Page<MonitorResource>));
        group.MapPost("", Create).RequireScope(TokenScopes.Write)
            .Describe("createMonitor", "Make a monitor", "Its address is in Location.")
            .Takes(typeof(MonitorCreation))
            .Answers(201, typeof(MonitorResource));
        group.MapGet("{id}", Get).RequireScope(TokenScopes.Read)
            .Describe("getMonitor", "Read a monitor", "How it is configured and how it stands.")
            .AnswersMonitor();
        group.MapPatch("{id}", Edit).RequireScope(TokenScopes.Write)
            .Describe("updateMonitor", "Change a monitor",
                "Changes the fields that are given. A new timing holds at once and never makes a downtime of the past.")
            .Takes(typeof(MonitorEdit))
            .AnswersMonitor();
        group.MapDelete("{id}", Delete).RequireScope(TokenScopes.Write)
            .Describe("deleteMonitor", "Remove a monitor", "With all of its history, for good.")
            .AnswersNothing()
            .Fails(ProblemKind.MonitorNotFound);
        group.MapPost("{id}/pause", Pause).RequireScope(TokenScopes.Write)
            .Describe("pauseMonitor", "Pause a monitor", "Nothing is expected while it is paused; heartbeats go into its history. Pausing twice changes nothing.")
            .AnswersMonitor();
        group.MapPost("{id}/resume", Resume).RequireScope(TokenScopes.Write)
            .Describe("resumeMonitor", "Resume a monitor", "Starts a fresh interval. Resuming what is not paused changes nothing.")
            .AnswersMonitor();
    }

    /// <summary>The answer where an organization has no monitor with the id of the address.</summary>
    public static ProblemResult NotFound() => new(ProblemKind.MonitorNotFound, "The organization has no monitor with this id.");

    private static async Task<IResult> List(HttpContext context, MonitorStore monitors, TimeProvider clock)
    {
        var fields = new QueryFields(context.Request.Query);
        var query = new MonitorQuery(
            fields.Word<MonitorKind>("kind"),
            fields.Word<MonitorStatus>("status"),
            fields.Text("tag"),
            fields.Text("q"),
            fields.After(Cursor.OfMonitors),
            fields.Limit())
        {
            Severity = fields.Word<Severity>("severity"),
        };
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
        var now = clock.Moment();
        var page = await monitors.ListAsync(context.Token().OrganizationNumber, query, now, context.RequestAborted);
        return TypedResults.Json(
            new Page<MonitorResource>
            {
                Items = [.. page.Items.Select(m => MonitorResource.Of(m, now))],
                NextCursor = Cursor.OfMonitors.Write(page.NextAfter),
            },
            ApiJson.Wire.PageMonitorResource);
    }

    private static async Task<IResult> Create(HttpContext context, MonitorStore monitors, MonitorChangeContext changes)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        var now = changes.Clock.Moment();
        var monitor = changes.Probes.Complete(
            MonitorFields.ReadNew(fields, context.Token().OrganizationNumber, changes.Probes.Kinds), fields, now);
        await DependencyFields.CheckAsync(fields, monitors, monitor.OrganizationNumber, monitor.DependsOn, self: null, context.RequestAborted);
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);

        if (await monitors.CreateAsync(context.Actor(), monitor, now, context.RequestAborted) is not { } created)
            return new ProblemResult(ProblemKind.NotFound, "The organization of this token does not exist any more.");
        await changes.Quiet.ChangedAsync(context.RequestAborted);
        context.Response.Headers.Location = $"{Path}/{created.Definition.Id}";
        return TypedResults.Json(MonitorResource.Of(created, now), ApiJson.Wire.MonitorResource, statusCode: 201);
    }

    private static async Task<IResult> Get(string id, HttpContext context, MonitorStore monitors, TimeProvider clock) =>
        EntityId.TryParse(id, out var monitorId)
            ? Answer(await monitors.FindAsync(context.Token().OrganizationNumber, monitorId, context.RequestAborted), clock.Moment())
            : NotFound();

    private static async Task<IResult> Edit(
        string id, HttpContext context, MonitorStore monitors, MonitorChangeContext changes)
    {
        var organization = context.Token().OrganizationNumber;
        if (!EntityId.TryParse(id, out var monitorId)
            || await monitors.FindAsync(organization, monitorId, context.RequestAborted) is not { } present) return NotFound();
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        // Somebody else may change it between the read and the write; then it is read again.
        while (true)
        {
            var fields = new JsonFields(body.Root, nullIsAbsent: false);
            var change = await changes.Probes.CompleteAsync(MonitorFields.ReadEdit(fields, present.Definition.Kind), fields, present.Definition, context.RequestAborted);
            await DependencyFields.CheckAsync(fields, monitors, organization, change.DependsOn, monitorId, context.RequestAborted);
            if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
            var now = changes.Clock.Moment();
            var changed = await monitors.UpdateAsync(context.Actor(), monitorId, change, changes.Outages.LogToNow(), now, context.RequestAborted);
            if (changed is { ChangedMeanwhile: true })
            {
                changes.Metrics.DeadlinesJudged(changed.Missed);
                if (await monitors.FindAsync(organization, monitorId, context.RequestAborted) is not { } newer) return NotFound();
                present = newer;
                continue;
            }
            await changes.Quiet.ChangedAsync(context.RequestAborted);
            return changed is { DependsOnItself: true }
                ? ProblemResult.Invalid(FieldErrors.Of(DependencyFields.Name, DependencyFields.Circle))
                : Answer(changed, now, changes.Metrics);
        }
    }

    private static async Task<IResult> Delete(string id, HttpContext context, MonitorStore monitors, TimeProvider clock) =>
        EntityId.TryParse(id, out var monitorId)
        && await monitors.DeleteAsync(context.Actor(), monitorId, clock.Moment(), context.RequestAborted)
            ? TypedResults.NoContent()
            : NotFound();

    private static async Task<IResult> Pause(
        string id, HttpContext context, MonitorStore monitors, OutageWatch outages, ServerMetrics metrics, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var monitorId)) return NotFound();
        var now = clock.Moment();
        return Answer(await monitors.PauseAsync(context.Actor(), monitorId, outages.LogToNow(), now, context.RequestAborted), now, metrics);
    }

    private static async Task<IResult> Resume(
        string id, HttpContext context, MonitorStore monitors, OutageWatch outages, ServerMetrics metrics, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var monitorId)) return NotFound();
        var now = clock.Moment();
        return Answer(await monitors.ResumeAsync(context.Actor(), monitorId, outages.LogToNow(), now, context.RequestAborted), now, metrics);
    }

    private static IResult Answer(MonitorView? changed, DateTimeOffset now, ServerMetrics metrics)
    {
        if (changed is not null) metrics.DeadlinesJudged(changed.Missed);
        return Answer(changed, now);
    }

    private static IResult Answer(MonitorView? monitor, DateTimeOffset now) => monitor is null
        ? NotFound()
        : TypedResults.Json(MonitorResource.Of(monitor, now), ApiJson.Wire.MonitorResource);

    private static void AnswersMonitor(this RouteHandlerBuilder endpoint) =>
        endpoint.Answers(200, typeof(MonitorResource)).Fails(ProblemKind.MonitorNotFound);
}
