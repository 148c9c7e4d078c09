using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Storage.Tokens;

namespace Exemplar.Server.Tokens;

/// <summary>The organization's API access tokens.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/tokens").WithTags("Tokens").RequireScope(TokenScopes.Admin);
        group.MapGet("", List)
            .Describe("listTokens", "List tokens", "The tokens that are not revoked, oldest first.")
            .TakesQuery("limit", "cursor")
            .Answers(200, typeof(Page<TokenResource>));
        group.MapPost("", Create)
            .Describe("createToken", "Make a token", "The answer is the only one that holds the token's text.")
            .Takes(typeof(TokenCreation))
            .Answers(201, typeof(CreatedTokenResource));
        group.MapDelete("{id}", Revoke)
            .Describe("revokeToken", "Revoke a token",
                "For good. On this node it is refused at once, on others within 30 seconds. The last usable admin token cannot be revoked.")
            .AnswersNothing()
            .Fails(ProblemKind.TokenNotFound, ProblemKind.LastAdminToken);
    }

    private static async Task<IResult> List(HttpContext context, TokenStore tokens)
    {
        var query = new QueryFields(context.Request.Query);
        var (limit, after) = (query.Limit(), query.After(Cursor.OfTokens));
        if (query.Errors.Any) return ProblemResult.Invalid(query.Errors);
        var page = await tokens.ListAsync(context.Token().OrganizationNumber, after, limit, context.RequestAborted);
        return TypedResults.Json(
            new Page<TokenResource>
            {
                Items = [.. page.Items.Select(TokenResource.Of)],
                NextCursor = Cursor.OfTokens.Write(page.NextAfter),
            },
            ApiJson.Wire.PageTokenResource);
    }

    private static async Task<IResult> Create(HttpContext context, TokenStore tokens, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var now = clock.Moment();
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        var (name, scopes, expiresAt) = TokenFields.Read(fields, now);
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);

        var created = await tokens.CreateAsync(
            context.Actor(), name!, scopes, expiresAt, now, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = $"/api/tokens/{created.Token.Id}";
        return TypedResults.Json(CreatedTokenResource.Of(created), ApiJson.Wire.CreatedTokenResource, statusCode: 201);
    }

    private static async Task<IResult> Revoke(string id, HttpContext context, TokenStore tokens, TokenCache cache, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var tokenId)) return NotFound();
        var revocation = await tokens.RevokeAsync(
            context.Actor(), tokenId, clock.Moment(), context.RequestAborted);
        if (revocation == TokenRevocation.NotFound) return NotFound();
        if (revocation == TokenRevocation.LastAdminToken)
            return new ProblemResult(
                ProblemKind.LastAdminToken, "Without it nobody could make another. Make a new admin token first, then revoke this one.");
        cache.Forget(tokenId);
        return TypedResults.NoContent();
    }

    private static ProblemResult NotFound() => new(ProblemKind.TokenNotFound, "The organization has no such token, or it is revoked already.");
}
