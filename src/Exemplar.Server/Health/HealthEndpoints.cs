namespace Exemplar.Server.Health;

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it can store heartbeats, judges, and tells of what it finds.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n")).ExcludeFromDescription();
        routes.MapGet("/readyz", (SelfWatch watch) =>
            !watch.IsOpen ? NotReady("starting or stopping")
            : watch.Look() is { Count: > 0 } stalls ? NotReady(string.Join('\n', stalls.Select(stall => stall.Reason)))
            : Results.Text("ready\n")).ExcludeFromDescription();
    }

    private static IResult NotReady(string reason) =>
        Results.Text(reason + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
