using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.Monitors;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage;
using Exemplar.Storage.Checks;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Checks;

/// <summary>One line of a monitor's history.</summary>
internal sealed record CheckResource
{
    public required EntityId Id { get; init; }

    /// <summary>When it happened: for a missed heartbeat its deadline, for a delayed one its occurred_at.</summary>
    public required DateTimeOffset At { get; init; }

    public required CheckOutcome Outcome { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public required string? Error { get; init; }

    /// <summary>How long a probe took; null for heartbeats.</summary>
    public required int? LatencyMs { get; init; }

    /// <summary>The object that the job sent; null when it sent none.</summary>
    public required RawJson? Metadata { get; init; }

    public required CheckSource Source { get; init; }

    /// <summary>When it arrived or was recorded.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public static CheckResource Of(Check check) => new()
    {
        Id = check.Id,
        At = check.At,
        Outcome = check.Outcome,
        Error = check.Error,
        LatencyMs = check.LatencyMs,
        Metadata = RawJson.Of(check.Metadata),
        Source = check.Source,
        ReceivedAt = check.ReceivedAt,
    };
}

/// <summary>The history of a monitor.</summary>
internal static class CheckEndpoints
{
    public static void MapChecks(this IEndpointRouteBuilder routes) =>
        routes.MapGet(MonitorEndpoints.Path + "/{id}/checks", List).RequireScope(TokenScopes.Read).WithTags("History")
            .Describe("listChecks", "Read a monitor's history",
                "Newest first. Checks that arrive meanwhile never shift a page that a cursor points to.")
            .TakesQuery("outcome", "from", "to", "limit", "cursor")
            .Answers(200, typeof(Page<CheckResource>))
            .Fails(ProblemKind.MonitorNotFound);

    private static async Task<IResult> List(string id, HttpContext context, MonitorStore monitors, StorageEngine engine)
    {
        if (!EntityId.TryParse(id, out var monitorId)
            || await monitors.FindAsync(context.Token().OrganizationNumber, monitorId, context.RequestAborted) is not { } monitor)
            return MonitorEndpoints.NotFound();
        var fields = new QueryFields(context.Request.Query);
        var query = new CheckQuery(
            fields.Word<CheckOutcome>("outcome"), fields.Moment("from"), fields.Moment("to"), fields.Limit(), fields.Text("cursor"));
        if (query.From >= query.To) fields.Errors.Add("from", "must be before to");
        var page = fields.Errors.Any
            ? null
            : await engine.Checks.ReadAsync(monitor.Definition.Number, query, context.RequestAborted);
        if (page is null && !fields.Errors.Any) fields.Errors.Add("cursor", "is none of ours");
        return page is null
            ? ProblemResult.Invalid(fields.Errors)
            : TypedResults.Json(
                new Page<CheckResource> { Items = [.. page.Items.Select(CheckResource.Of)], NextCursor = page.NextCursor },
                ApiJson.Wire.PageCheckResource);
    }
}
