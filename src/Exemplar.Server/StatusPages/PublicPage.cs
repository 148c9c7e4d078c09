using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Exemplar.Core.Boards;
using Exemplar.Server.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Exemplar.Server.StatusPages;

/// <summary>One status page in all of its forms, each made when somebody first asks for it.</summary>
internal sealed class PublicPage(StatusPageView view, Logo? logo, IServiceProvider services, ILoggerFactory loggers)
{
    private const string NothingMay = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private const string ImagePolicy = "default-src 'none'; sandbox";

    private static readonly string PagePolicy = $"{NothingMay}; img-src 'self'; style-src '{StatusPageStyle.Hash}'";

    private readonly ConcurrentDictionary<string, Lazy<PublicFile?>> _badges = new(StringComparer.Ordinal);
    private readonly Lazy<PublicFile> _feed = new(() => new PublicFile("application/atom+xml; charset=utf-8", NothingMay, StatusFeed.Write(view)));
    private readonly Lazy<PublicFile> _json = new(() => new PublicFile(
        "application/json", NothingMay, JsonSerializer.SerializeToUtf8Bytes(StatusPageResource.Of(view), ApiJson.Wire.StatusPageResource)));
    private readonly Lazy<PublicFile> _badge = new(() => BadgeFile(view.Title, view.Status));
    private readonly Lazy<PublicFile> _card = new(() => new PublicFile("image/png", ImagePolicy, StatusCard.Write(view)));
    private readonly Lazy<Task<PublicFile>> _html = new(() => RenderAsync(view, services, loggers));

    public PublicFile Feed => _feed.Value;

    public PublicFile Json => _json.Value;

    public PublicFile Badge => _badge.Value;

    /// <summary>What a link to the page is shown with.</summary>
    public PublicFile Card => _card.Value;

    /// <summary>Null where the board has none.</summary>
    public PublicFile? Logo { get; } = logo is null ? null : new PublicFile(logo.ContentType, ImagePolicy, logo.Bytes);

    public Task<PublicFile> HtmlAsync() => _html.Value;

    /// <summary>The badge of one service; null where the board has no such service.</summary>
    public PublicFile? BadgeOf(string serviceSlug) =>
        view.Services.FirstOrDefault(s => string.Equals(s.Slug, serviceSlug, StringComparison.Ordinal)) is { } service
            ? _badges.GetOrAdd(service.Slug, _ => new Lazy<PublicFile?>(() => BadgeFile(service.Name, service.Status))).Value
            : null;

    /// <summary>The badge of one monitor of a service; null where there is none, and where the board does not name its monitors.</summary>
    public PublicFile? BadgeOf(string serviceSlug, string monitorSlug) =>
        view.Services.FirstOrDefault(s => string.Equals(s.Slug, serviceSlug, StringComparison.Ordinal)) is { } service
        && service.Monitors.FirstOrDefault(m => string.Equals(m.Slug, monitorSlug, StringComparison.Ordinal)) is { } monitor
            ? _badges.GetOrAdd($"{service.Slug}/{monitor.Slug}", _ => new Lazy<PublicFile?>(() => BadgeFile(monitor.Name, monitor.Status))).Value
            : null;

    private static PublicFile BadgeFile(string name, PublicStatus status) => new("image/svg+xml", ImagePolicy, StatusBadge.Write(name, status));

    private static async Task<PublicFile> RenderAsync(StatusPageView view, IServiceProvider services, ILoggerFactory loggers)
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal) 
            {
                [nameof(StatusPage.Page)] = view, [nameof(StatusPage.PublicUrl)] = services.GetRequiredService<ServerSettings>().PublicUrl,
            });
            return (await renderer.RenderComponentAsync<StatusPage>(parameters)).ToHtmlString();
        });
        return new PublicFile("text/html; charset=utf-8", PagePolicy, Encoding.UTF8.GetBytes(html));
    }
}
