using Microsoft.AspNetCore.Components.Endpoints;

namespace Exemplar.Server.Console.Accounts;

/// <summary>Before the first owner is there every page leads to the set-up; afterwards the set-up is not there.</summary>
internal sealed class FirstRunMiddleware(RequestDelegate next, FirstRun firstRun)
{
    public const string SetupPath = "/setup";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is null)
        {
            await next(context);
            return;
        }
        var isSetup = context.Request.Path.Equals(SetupPath, StringComparison.OrdinalIgnoreCase);
        if (await firstRun.IsOverAsync(context.RequestAborted) != isSetup) await next(context);
        else if (isSetup) context.Response.StatusCode = StatusCodes.Status404NotFound;
        else context.Response.Redirect(SetupPath);
    }
}
