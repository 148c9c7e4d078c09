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

    private static async Task<IResult> Edit(HttpContext context, OrganizationStore organizations)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: false);
        var change = new OrganizationChange(
            fields.Line("name", 1, 200),
            fields.Minutes("default_expected_interval_minutes"),
            fields.Minutes("default_grace_period_minutes"),
            fields.Integer("check_retention_days", 1, 3_650),
            fields.Integer("check_retention_count", 100, 10_000_000),
            ReadReminders(fields));
        return fields.Errors.Any
            ? ProblemResult.Invalid(fields.Errors)
            : Answer(await organizations.UpdateAsync(context.Token().OrganizationNumber, change, context.RequestAborted));
    }

    private static ReminderChange? ReadReminders(JsonFields fields)
    {
        const string name = "reminder_minutes";
        if (!fields.Has(name)) return null;
        if (fields.IsNull(name)) return new ReminderChange(Every: null);
        if (fields.Minutes(name) is not { } every) return null;
        if (every < TimeSpan.FromMinutes(1)) fields.Errors.Add(name, "must be at least 1 minute");
        return new ReminderChange(every);
    }

    private static IResult Answer(Core.Organizations.Organization? organization) => organization is null
        ? new ProblemResult(ProblemKind.NotFound, "The organization of this token does not exist any more.")
        : TypedResults.Json(OrganizationResource.Of(organization), ApiJson.Wire.OrganizationResource);
}
