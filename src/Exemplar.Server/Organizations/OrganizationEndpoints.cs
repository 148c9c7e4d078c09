using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Organizations;

namespace Exemplar.Server.Organizations;

/// <summary>The organization of the token.</summary>
internal static class OrganizationEndpoints
{
    public static void MapOrganization(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/organization").WithTags("Organization");
        group.MapGet("", Get).RequireScope(TokenScopes.Read)
            .Describe("getOrganization", "Read the organization", "The organization that the token belongs to.")
            .Answers(200, typeof(OrganizationResource));
        group.MapPatch("", Edit).RequireScope(TokenScopes.Admin)
            .Describe("updateOrganization", "Change the organization",
                "Changes the fields that are given. New defaults hold for monitors that are made from now on.")
            .Takes(typeof(OrganizationEdit))
            .Answers(200, typeof(OrganizationResource));
    }

    private static async Task<IResult> Get(HttpContext context, OrganizationStore organizations) =>
        Answer(await organizations.FindAsync(context.Token().OrganizationNumber, context.RequestAborted));

    private static async Task<IResult> Edit(HttpContext context, OrganizationStore organizations, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: false);
        var change = OrganizationFields.Read(fields);
        return fields.Errors.Any
            ? ProblemResult.Invalid(fields.Errors)
            : Answer(await organizations.UpdateAsync(context.Actor(), change, clock.Moment(), context.RequestAborted));
    }

    private static IResult Answer(Core.Organizations.Organization? organization) => organization is null
        ? new ProblemResult(ProblemKind.NotFound, "The organization of this token does not exist any more.")
        : TypedResults.Json(OrganizationResource.Of(organization), ApiJson.Wire.OrganizationResource);
}
