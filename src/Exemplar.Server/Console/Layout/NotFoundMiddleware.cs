using Microsoft.AspNetCore.Http.HttpResults;

namespace Exemplar.Server.Console.Layout;

/// <summary>A browser that asks for what is not there gets a page; everybody else gets the API's problem.</summary>
internal sealed class NotFoundMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        var response = context.Response;
        if (response.StatusCode != StatusCodes.Status404NotFound || response.HasStarted || response.ContentType is not null || !IsBrowser(context.Request)) return;
        var page = new RazorComponentResult<NotFoundDocument>(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(NotFoundDocument.IsLight)] = string.Equals(context.Request.Cookies["exemplar_theme"], "light", StringComparison.Ordinal),
        }) { StatusCode = StatusCodes.Status404NotFound };
        await page.ExecuteAsync(context);
    }

    private static bool IsBrowser(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
