using Exemplar.Server.Outages;

namespace Exemplar.Server.Health;

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it can store heartbeats.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n")).ExcludeFromDescription();
        routes.MapGet("/readyz", (OutageWatch outages) => outages.StorageFailsSince is null
            ? Results.Text("ready\n")
            : Results.Text("the database cannot be written\n", statusCode: StatusCodes.Status503ServiceUnavailable)).ExcludeFromDescription();
    }
}
