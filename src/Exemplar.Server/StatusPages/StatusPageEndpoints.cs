using System.Text;

namespace Exemplar.Server.StatusPages;

/// <summary>
/// What everybody may read. None of it passes through the console's pipeline: there is no session here to look at and no cookie
/// to set.
/// </summary>
internal static class StatusPageEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    private static readonly PublicFile Nothing = new(
        "text/html; charset=utf-8",
        $"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src '{StatusPageStyle.Hash}'",
        Encoding.UTF8.GetBytes(
            $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
            <title>No status page</title><style>{StatusPageStyle.Text.Value}</style></head>
            <body><main class="none"><h1>There is no status page at this address</h1><p>It may have moved, or it is not published.</p></main></body></html>
            """));

    public static void MapStatusPages(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/status/").ExcludeFromDescription();
        group.MapMethods("{slug}", Methods, (string slug, HttpContext context, PublicPages pages) => SendAsync(context, pages, slug, page => page.HtmlAsync()!));
        group.MapMethods("{slug}.json", Methods, (string slug, HttpContext context, PublicPages pages) => SendAsync(context, pages, slug, page => Done(page.Json)));
        group.MapMethods("{slug}/feed.atom", Methods, (string slug, HttpContext context, PublicPages pages) => SendAsync(context, pages, slug, page => Done(page.Feed)));
        group.MapMethods("{slug}/logo", Methods, (string slug, HttpContext context, PublicPages pages) => SendAsync(context, pages, slug, page => Done(page.Logo)));
        group.MapMethods("{slug}/badge.svg", Methods, (string slug, HttpContext context, PublicPages pages) => SendAsync(context, pages, slug, page => Done(page.Badge)));
        group.MapMethods("{slug}/card.png", Methods, (string slug, HttpContext context, PublicPages pages) => SendAsync(context, pages, slug, page => Done(page.Card)));
        group.MapMethods("{slug}/{service}/{monitor}.svg", Methods, (string slug, string service, string monitor, HttpContext context, PublicPages pages) =>
            SendAsync(context, pages, slug, page => Done(page.BadgeOf(service, monitor))));
        group.MapMethods("{slug}/{service}.svg", Methods, (string slug, string service, HttpContext context, PublicPages pages) =>
            SendAsync(context, pages, slug, page => Done(page.BadgeOf(service))));
    }

    private static Task<PublicFile?> Done(PublicFile? file) => Task.FromResult(file);

    private static async Task SendAsync(HttpContext context, PublicPages pages, string slug, Func<PublicPage, Task<PublicFile?>> choose)
    {
        if (await pages.FindAsync(slug) is { } page && await choose(page) is { } file) await file.SendAsync(context);
        else await Nothing.SendAsync(context, StatusCodes.Status404NotFound);
    }
}
