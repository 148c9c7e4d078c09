using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Checks;
using Exemplar.Server.Console.Layout;
using Exemplar.Storage.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Exemplar.Server.Console;

/// <summary>
/// The console's share of the pipeline. The API and above all the heartbeats never pass through it: authentication by cookie,
/// antiforgery and page headers are for requests of browsers alone.
/// </summary>
internal static class ConsoleRoutes
{
    // MudBlazor and Blazor set styles on elements, so styles may stand in the page; scripts may not.
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private static readonly string[] OtherPaths = ["/api", "/openapi", "/healthz", "/readyz", "/metrics", "/status"];

    public static void UseConsole(this IApplicationBuilder app)
    {
        // The host would put both in front of everything, heartbeats included, unless it believes that somebody has.
        app.Properties["__AuthenticationMiddlewareSet"] = true;
        app.Properties["__AuthorizationMiddlewareSet"] = true;
        app.UseWhen(IsConsole, console =>
        {
            console.Use(AddHeadersAsync);
            console.UseResponseCompression();
            console.UseMiddleware<NotFoundMiddleware>();
            console.UseMiddleware<FirstRunMiddleware>();
            console.UseAuthentication();
            console.UseAuthorization();
            console.UseAntiforgery();
        });
    }

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapStaticAssets(Path.Combine(AppContext.BaseDirectory, "Exemplar.Server.staticwebassets.endpoints.json"));
        routes.MapGet("/", () => Results.Redirect("/monitors")).ExcludeFromDescription();
        routes.MapGet("/settings", () => Results.Redirect("/settings/organization")).ExcludeFromDescription();
        routes.MapAccounts();
        routes.MapPost("/sign-out", SignOutAsync).ExcludeFromDescription();
        routes.MapCheckDownloads();
        routes.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    private static bool IsConsole(HttpContext context)
    {
        foreach (var path in OtherPaths)
            if (context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)) return false;
        return true;
    }

    private static Task AddHeadersAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        return next(context);
    }

    // The form parameter makes the framework check the antiforgery token.
    private static async Task<IResult> SignOutAsync(SignInManager<Account> signIn, [FromForm] string? to)
    {
        await signIn.SignOutAsync();
        return Results.LocalRedirect(to is null ? "/sign-in" : ReturnAddress.Of(to));
    }
}
