using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Deliveries;

/// <summary>Deliveries: who was told what, every attempt, and what the other side answered.</summary>
internal static class DeliveryEndpoints
{
    private const string Path = "/api/monitoring/deliveries";

    public static void MapDeliveries(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("Deliveries");
        group.MapGet("", List).RequireScope(TokenScopes.Read)
            .Describe("listDeliveries", "List deliveries", "Those of an incident, or those to a channel, newest first, with every attempt. One of the two must be named.")
            .TakesQuery("incident_id", "channel_id", "limit", "cursor")
            .Answers(200, typeof(Page<DeliveryResource>));
        group.MapGet("{id}", Get).RequireScope(TokenScopes.Read)
            .Describe("getDelivery", "Read a delivery", "With every attempt.")
            .AnswersDelivery();
        group.MapPost("{id}/send-again", SendAgain).RequireScope(TokenScopes.Write)
            .Describe("sendDeliveryAgain", "Send a delivery again",
                "One that was refused or given up is tried again at once, under the same delivery id. It is tried once when it is older than a day.")
            .AnswersDelivery()
            .Fails(ProblemKind.DeliveryNotFailed);
    }

    private static async Task<IResult> List(HttpContext context, DeliveryRecordStore deliveries)
    {
        var fields = new QueryFields(context.Request.Query);
        var (incident, channel) = (Id(fields, "incident_id"), Id(fields, "channel_id"));
        var (before, limit) = (fields.After(Cursor.OfDeliveries), fields.Limit());
        if (!fields.Errors.Any && incident is null && channel is null) fields.Errors.Add("incident_id", "is required where channel_id is not given");
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);
        var page = await deliveries.ListAsync(
            context.Token().OrganizationNumber, new DeliveryQuery(incident, channel, before, limit), context.RequestAborted);
        return TypedResults.Json(
            new Page<DeliveryResource>
            {
                Items = [.. page.Items.Select(DeliveryResource.Of)],
                NextCursor = Cursor.OfDeliveries.Write(checked((int?)page.NextBefore)),
            },
            ApiJson.Wire.PageDeliveryResource);
    }

    private static async Task<IResult> Get(string id, HttpContext context, DeliveryRecordStore deliveries) =>
        EntityId.TryParse(id, out var deliveryId) ? await AnswerAsync(context, deliveries, deliveryId) : NotFound();

    private static async Task<IResult> SendAgain(
        string id, HttpContext context, DeliveryRecordStore deliveries, DeliveryWorker worker, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var deliveryId)) return NotFound();
        switch (await deliveries.SendAgainAsync(context.Actor(), deliveryId, clock.Moment(), context.RequestAborted))
        {
            case SendAgainResult.NotFound:
                return NotFound();
            case SendAgainResult.NotFailed:
                return new ProblemResult(ProblemKind.DeliveryNotFailed, "The delivery was delivered, or is still being tried.");
            case SendAgainResult.ChannelRemoved:
                return new ProblemResult(ProblemKind.DeliveryNotFailed, "The channel of the delivery was removed.");
            default:
                worker.Wake();
                return await AnswerAsync(context, deliveries, deliveryId);
        }
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, DeliveryRecordStore deliveries, EntityId id) =>
        await deliveries.FindAsync(context.Token().OrganizationNumber, id, context.RequestAborted) is { } delivery
            ? TypedResults.Json(DeliveryResource.Of(delivery), ApiJson.Wire.DeliveryResource)
            : NotFound();

    private static EntityId? Id(QueryFields fields, string name)
    {
        if (fields.Text(name) is not { } text) return null;
        if (EntityId.TryParse(text, out var id)) return id;
        fields.Errors.Add(name, "must be 24 hex digits");
        return null;
    }

    private static ProblemResult NotFound() => new(ProblemKind.DeliveryNotFound, "The organization has no delivery with this id.");

    private static RouteHandlerBuilder AnswersDelivery(this RouteHandlerBuilder endpoint) =>
        endpoint.Answers(200, typeof(DeliveryResource)).Fails(ProblemKind.DeliveryNotFound);
}
