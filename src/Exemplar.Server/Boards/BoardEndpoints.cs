using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.Maintenance;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Routing;
using Exemplar.Server.StatusPages;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Boards;

namespace Exemplar.Server.Boards;

/// <summary>Boards: chosen monitors in named services.</summary>
internal static class BoardEndpoints
{
    public const string Path = "/api/monitoring/boards";

    public static void MapBoards(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Boards");
        group.MapGet("", List).RequireScope(TokenScopes.Read)
            .Describe("listBoards", "List boards", "Oldest first, stable while boards come and go.")
            .TakesQuery("limit", "cursor")
            .Answers(200, typeof(Page<BoardResource>));
        group.MapPost("", Create).RequireScope(TokenScopes.Write)
            .Describe("createBoard", "Make a board", "Its address is in Location. An organization has at most 200.")
            .Takes(typeof(BoardCreation))
            .Answers(201, typeof(BoardResource))
            .Fails(ProblemKind.TooManyBoards);
        group.MapGet("{id}", Get).RequireScope(TokenScopes.Read)
            .Describe("getBoard", "Read a board", "Its services, and whether it is published.")
            .AnswersBoard();
        group.MapGet("{id}/status", GetStatus).RequireScope(TokenScopes.Read)
            .Describe("getBoardStatus", "Read how a board stands", "Every service with the worst status of its monitors, and the maintenance windows that touch it. Not older than a second.")
            .Answers(200, typeof(BoardStatusResource))
            .Fails(ProblemKind.BoardNotFound);
        group.MapPatch("{id}", Edit).RequireScope(TokenScopes.Write)
            .Describe("updateBoard", "Change a board", "Changes the fields that are given; services are replaced as a whole.")
            .Takes(typeof(BoardEdit))
            .AnswersBoard();
        group.MapDelete("{id}", Delete).RequireScope(TokenScopes.Write)
            .Describe("deleteBoard", "Remove a board", "With its status page. Its monitors stay as they are. Refused while a route follows it.")
            .AnswersNothing()
            .Fails(ProblemKind.BoardNotFound, ProblemKind.BoardInUse);
        group.MapLogos();
    }

    private static async Task<IResult> List(HttpContext context, BoardStore boards)
    {
        var query = new QueryFields(context.Request.Query);
        var (limit, after) = (query.Limit(), query.After(Cursor.OfBoards));
        if (query.Errors.Any) return ProblemResult.Invalid(query.Errors);
        var page = await boards.ListAsync(context.Token().OrganizationNumber, after, limit, context.RequestAborted);
        return TypedResults.Json(
            new Page<BoardResource> { Items = [.. page.Items.Select(BoardResource.Of)], NextCursor = Cursor.OfBoards.Write(page.NextAfter) },
            ApiJson.Wire.PageBoardResource);
    }

    private static async Task<IResult> Create(HttpContext context, BoardStore boards, PublishedBoards published, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var organization = context.Token().OrganizationNumber;
        var fields = new BoardFields(body.Root, nullIsAbsent: true, present: []);
        var board = fields.ReadNew();
        if (fields.Errors.Any)
        {
            // One answer names what the store would object to as well.
            fields.Add(await boards.FaultsAsync(organization, present: null, board.Slug, board.Services, context.RequestAborted));
            return ProblemResult.Invalid(fields.Errors);
        }
        var write = await boards.CreateAsync(context.Actor(), board, clock.Moment(), context.RequestAborted);
        if (write.Board is not { } created) return Refused(fields, write.Faults);
        published.Forget();
        context.Response.Headers.Location = $"{Path}/{created.Id}";
        return TypedResults.Json(BoardResource.Of(created), ApiJson.Wire.BoardResource, statusCode: 201);
    }

    private static async Task<IResult> Get(string id, HttpContext context, BoardStore boards) =>
        EntityId.TryParse(id, out var boardId)
        && await boards.FindAsync(context.Token().OrganizationNumber, boardId, context.RequestAborted) is { } board
            ? TypedResults.Json(BoardResource.Of(board), ApiJson.Wire.BoardResource)
            : NotFound();

    private static async Task<IResult> GetStatus(string id, HttpContext context, LiveBoards live, MaintenanceBanners banners)
    {
        var organization = context.Token().OrganizationNumber;
        if (!EntityId.TryParse(id, out var boardId) || await live.OfAsync(organization, boardId) is not { } standing) return NotFound();
        var maintenance = await banners.OfAsync(organization, standing.MonitorNumbers, upcoming: true, standing.At, context.RequestAborted);
        return TypedResults.Json(BoardStatusResource.Of(standing, maintenance), ApiJson.Wire.BoardStatusResource);
    }

    private static async Task<IResult> Edit(string id, HttpContext context, BoardStore boards, PublishedBoards published, TimeProvider clock)
    {
        var organization = context.Token().OrganizationNumber;
        if (!EntityId.TryParse(id, out var boardId)
            || await boards.FindAsync(organization, boardId, context.RequestAborted) is not { } present) return NotFound();
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new BoardFields(body.Root, nullIsAbsent: false, present.Services);
        var change = fields.ReadChange();
        if (fields.Errors.Any)
        {
            fields.Add(await boards.FaultsAsync(organization, boardId, change.Slug, change.Services, context.RequestAborted));
            return ProblemResult.Invalid(fields.Errors);
        }
        var write = await boards.UpdateAsync(context.Actor(), boardId, change, clock.Moment(), context.RequestAborted);
        if (write.Board is not { } changed) return Refused(fields, write.Faults);
        published.Forget();
        return TypedResults.Json(BoardResource.Of(changed), ApiJson.Wire.BoardResource);
    }

    private static async Task<IResult> Delete(string id, HttpContext context, BoardStore boards, PublishedBoards published, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var boardId)) return NotFound();
        var removal = await boards.DeleteAsync(context.Actor(), boardId, clock.Moment(), context.RequestAborted);
        if (!removal.IsDone) return removal.WasFound ? InUse.Problem(ProblemKind.BoardInUse, removal) : NotFound();
        published.Forget();
        return TypedResults.NoContent();
    }

    private static ProblemResult Refused(BoardFields fields, BoardFaults faults)
    {
        // Changed meanwhile, on PostgreSQL, can only mean that it was removed: no version was asked for.
        if (faults.NotFound || faults.ChangedMeanwhile) return NotFound();
        if (faults.TooMany) return new ProblemResult(ProblemKind.TooManyBoards, "An organization has at most 200 boards. Remove one that is not needed any more.");
        fields.Add(faults);
        return ProblemResult.Invalid(fields.Errors);
    }

    /// <summary>The answer where an organization has no board with the id of the address.</summary>
    public static ProblemResult NotFound() => new(ProblemKind.BoardNotFound, "The organization has no board with this id.");

    private static void AnswersBoard(this RouteHandlerBuilder endpoint) =>
        endpoint.Answers(200, typeof(BoardResource)).Fails(ProblemKind.BoardNotFound);
}
