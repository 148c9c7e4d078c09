using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Routing;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Deliveries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Exemplar.Server.Channels;

/// <summary>Channels: where alerts go. Only admins see and change them, for whoever can point one somewhere reads every alert.</summary>
internal static class ChannelEndpoints
{
    private const string Path = "/api/monitoring/channels";

    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Channels");
        group.MapGet("", List).RequireScope(TokenScopes.Admin)
            .Describe("listChannels", "List channels", "Oldest first.")
            .TakesQuery("limit", "cursor")
            .Answers(200, typeof(Page<ChannelResource>));
        group.MapPost("", Create).RequireScope(TokenScopes.Admin)
            .Describe("createChannel", "Make a channel", "Its address is in Location. It tells of what happens from now on.")
            .Takes(typeof(ChannelCreation))
            .Answers(201, typeof(ChannelResource))
            .Fails(ProblemKind.TooManyChannels);
        group.MapGet("{id}", Get).RequireScope(TokenScopes.Admin)
            .Describe("getChannel", "Read a channel", "Its secrets never come back.")
            .AnswersChannel();
        group.MapPatch("{id}", Edit).RequireScope(TokenScopes.Admin)
            .Describe("updateChannel", "Change a channel", "Changes the fields that are given. With a new config, what waits for it is tried again at once.")
            .Takes(typeof(ChannelEdit))
            .AnswersChannel();
        group.MapDelete("{id}", Delete).RequireScope(TokenScopes.Admin)
            .Describe("deleteChannel", "Remove a channel", "What waits for it is not delivered any more. Refused while a route or a rotation names it.")
            .AnswersNothing()
            .Fails(ProblemKind.ChannelNotFound, ProblemKind.ChannelInUse);
        group.MapPost("{id}/test", Test).RequireScope(TokenScopes.Admin)
            .Describe("testChannel", "Send a test", "Tries once, at most 15 seconds, and says what the other side answered.")
            .Answers(200, typeof(ChannelTestResource))
            .Fails(ProblemKind.ChannelNotFound);
    }

    private static async Task<IResult> List(HttpContext context, ChannelStore channels, ChannelKinds kinds, ChannelSecrets secrets)
    {
        var fields = new QueryFields(context.Request.Query);
        var (after, limit) = (fields.After(Cursor.OfChannels), fields.Limit());
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
        var page = await channels.ListAsync(context.Token().OrganizationNumber, after, limit, context.RequestAborted);
        return TypedResults.Json(
            new Page<ChannelResource>
            {
                Items = [.. page.Items.Select(c => ChannelResource.Of(c, kinds, secrets))],
                NextCursor = Cursor.OfChannels.Write(page.NextAfter),
            },
            ApiJson.Wire.PageChannelResource);
    }

    private static async Task<IResult> Create(
        HttpContext context, ChannelStore channels, ChannelFields reader, ChannelKinds kinds, ChannelSecrets secrets, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        var fields = new JsonFields(body.Root, nullIsAbsent: true);
        var (organization, now) = (context.Token().OrganizationNumber, clock.Moment());
        var id = ChannelStore.NewId(now);
        if (await reader.ReadNewAsync(fields, organization, id, context.RequestAborted) is not var (kind, channel))
            return ProblemResult.Invalid(fields.Errors);
        if (await channels.CreateAsync(context.Actor(), id, kind, channel, now, context.RequestAborted) is not { } created)
            return new ProblemResult(ProblemKind.TooManyChannels, $"An organization has at most {ChannelStore.MostChannels} channels.");
        context.Response.Headers.Location = $"{Path}/{created.Id}";
        return TypedResults.Json(ChannelResource.Of(created, kinds, secrets), ApiJson.Wire.ChannelResource, statusCode: 201);
    }

    private static async Task<IResult> Get(string id, HttpContext context, ChannelStore channels, ChannelKinds kinds, ChannelSecrets secrets) =>
        await FindAsync(id, context, channels) is { } channel ? Answer(channel, kinds, secrets) : NotFound();

    private static async Task<IResult> Edit(
        string id, HttpContext context, ChannelStore channels, ChannelFields reader, ChannelKinds kinds, ChannelSecrets secrets, TimeProvider clock)
    {
        if (await FindAsync(id, context, channels) is not { } stored) return NotFound();
        using var body = await JsonBody.ReadAsync(context);
        if (body.Problem is { } problem) return problem;
        // Somebody else may change it between the read and the write; then it is read again.
        while (true)
        {
            var fields = new JsonFields(body.Root, nullIsAbsent: false);
            if (await reader.ReadEditAsync(fields, stored, context.RequestAborted) is not { } change) return ProblemResult.Invalid(fields.Errors);
            if (await channels.UpdateAsync(context.Actor(), stored.Id, change, clock.Moment(), context.RequestAborted) is not { } channel) return NotFound();
            if (!channel.ChangedMeanwhile) return Answer(channel, kinds, secrets);
            stored = channel;
        }
    }

    private static async Task<IResult> Delete(string id, HttpContext context, ChannelStore channels, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var channelId)) return NotFound();
        var removal = await channels.DeleteAsync(context.Actor(), channelId, clock.Moment(), context.RequestAborted);
        if (removal.IsDone) return TypedResults.NoContent();
        return removal.WasFound ? InUse.Problem(ProblemKind.ChannelInUse, removal) : NotFound();
    }

    private static async Task<IResult> Test(string id, HttpContext context, ChannelStore channels, Sender sender, TimeProvider clock)
    {
        if (await FindAsync(id, context, channels) is not { } channel) return NotFound();
        var outcome = await sender.SendAsync(channel, TestAlert.At(clock.Moment()), context.RequestAborted);
        return TypedResults.Json(
            new ChannelTestResource
            {
                Outcome = outcome switch
                {
                    DeliveryOutcome.Delivered => AttemptOutcome.Delivered,
                    DeliveryOutcome.Retry => AttemptOutcome.Retry,
                    _ => AttemptOutcome.Refused,
                },
                Detail = outcome.Detail,
            },
            ApiJson.Wire.ChannelTestResource);
    }

    private static async Task<StoredChannel?> FindAsync(string id, HttpContext context, ChannelStore channels) =>
        EntityId.TryParse(id, out var channelId)
            ? await channels.FindAsync(context.Token().OrganizationNumber, channelId, context.RequestAborted)
            : null;

    private static JsonHttpResult<ChannelResource> Answer(StoredChannel channel, ChannelKinds kinds, ChannelSecrets secrets) =>
        TypedResults.Json(ChannelResource.Of(channel, kinds, secrets), ApiJson.Wire.ChannelResource);

    private static ProblemResult NotFound() => new(ProblemKind.ChannelNotFound, "The organization has no channel with this id.");

    private static void AnswersChannel(this RouteHandlerBuilder endpoint) =>
        endpoint.Answers(200, typeof(ChannelResource)).Fails(ProblemKind.ChannelNotFound);
}
