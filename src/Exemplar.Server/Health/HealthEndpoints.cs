using Exemplar.Server.Deliveries;
using Exemplar.Server.Heartbeats;
using Exemplar.Server.Outages;

namespace Exemplar.Server.Health;

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it can store heartbeats and tells of what it finds.</summary>
internal static class HealthEndpoints
{
    /// <summary>Following up looks ten times a second; after so long it has stalled.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n")).ExcludeFromDescription();
        routes.MapGet("/readyz", (OutageWatch outages, HeartbeatIntake intake, DeliveryMetrics deliveries, TimeProvider clock) =>
            !intake.IsOpen ? NotReady("starting or stopping")
            : outages.StorageFailsSince is not null ? NotReady("the database cannot be written")
            : clock.GetUtcNow() - deliveries.FollowedUpAt > LongestSilence ? NotReady("nobody is told of changes of status")
            : Results.Text("ready\n")).ExcludeFromDescription();
    }

    private static IResult NotReady(string reason) =>
        Results.Text(reason + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
