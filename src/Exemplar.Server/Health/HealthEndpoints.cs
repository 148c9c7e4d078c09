using Exemplar.Server.Heartbeats;
using Exemplar.Server.Outages;

namespace Exemplar.Server.Health;

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it can store heartbeats.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n")).ExcludeFromDescription();
        routes.MapGet("/readyz", (OutageWatch outages, HeartbeatIntake intake) =>
            !intake.IsOpen ? NotReady("starting or stopping")
            : outages.StorageFailsSince is not null ? NotReady("the database cannot be written")
            : Results.Text("ready\n")).ExcludeFromDescription();
    }

    private static IResult NotReady(string reason) =>
        Results.Text(reason + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
