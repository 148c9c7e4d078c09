using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.StatusPages;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Boards;

namespace Exemplar.Server.Boards;

/// <summary>The logo of a board. The body is the image itself; what it is follows from its bytes, see <see cref="Logo"/>.</summary>
internal static class LogoEndpoints
{
    public static void MapLogos(this RouteGroupBuilder boards)
    {
        boards.MapGet("{id}/logo", Get).RequireScope(TokenScopes.Read)
            .Describe("getBoardLogo", "Read a board's logo", "The image as it was sent.")
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(byte[]), [.. Logo.ContentTypes]))
            .Fails(ProblemKind.BoardNotFound, ProblemKind.NotFound);
        boards.MapPut("{id}/logo", Put).RequireScope(TokenScopes.Write)
            .Describe("setBoardLogo", "Set a board's logo",
                "The body is the image itself: PNG, JPEG or WebP, at most 256 KiB and 4096 pixels wide and high. SVG is not taken: it can carry scripts.")
            .WithMetadata(new TakenImage(Logo.ContentTypes))
            .AnswersNothing()
            .Fails(ProblemKind.InvalidRequest, ProblemKind.BodyTooLarge, ProblemKind.BoardNotFound);
        boards.MapDelete("{id}/logo", Delete).RequireScope(TokenScopes.Write)
            .Describe("deleteBoardLogo", "Remove a board's logo", "Removing what is not there changes nothing.")
            .AnswersNothing()
            .Fails(ProblemKind.BoardNotFound);
    }

    private static async Task<IResult> Get(string id, HttpContext context, BoardStore boards)
    {
        if (!EntityId.TryParse(id, out var boardId)
            || await boards.FindAsync(context.Token().OrganizationNumber, boardId, context.RequestAborted) is not { } board) return BoardEndpoints.NotFound();
        if (await boards.LogoAsync(board.Number, context.RequestAborted) is not { } logo)
            return new ProblemResult(ProblemKind.NotFound, "The board has no logo.");
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Bytes(logo.Bytes, logo.ContentType);
    }

    private static async Task<IResult> Put(string id, HttpContext context, BoardStore boards, TimeProvider clock)
    {
        var organization = context.Token().OrganizationNumber;
        if (!EntityId.TryParse(id, out var boardId) || await boards.FindAsync(organization, boardId, context.RequestAborted) is null) return BoardEndpoints.NotFound();
        if (await ReadAsync(context) is not { } bytes)
            return new ProblemResult(ProblemKind.BodyTooLarge, $"A logo has at most {BoardLimits.LargestLogo / 1024} KiB.");
        if (Logo.Read(bytes, out var fault) is not { } logo) return ProblemResult.Invalid(FieldErrors.Of("logo", fault));
        return await boards.SetLogoAsync(context.Actor(), boardId, logo, clock.Moment(), context.RequestAborted) ? TypedResults.NoContent() : BoardEndpoints.NotFound();
    }

    private static async Task<IResult> Delete(string id, HttpContext context, BoardStore boards, TimeProvider clock) =>
        EntityId.TryParse(id, out var boardId)
        && await boards.SetLogoAsync(context.Actor(), boardId, logo: null, clock.Moment(), context.RequestAborted)
            ? TypedResults.NoContent()
            : BoardEndpoints.NotFound();

    // Null as soon as it is more than a logo may have, whatever was announced.
    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > BoardLimits.LargestLogo) return null;
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > BoardLimits.LargestLogo) return null;
        }
        return bytes.ToArray();
    }
}
