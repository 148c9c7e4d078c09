using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Exemplar.Docs.Tests.Support;

/// <summary>A registry that knows one package, so that <c>npm install NAME</c> is run as it is written and gets the packed file.</summary>
internal sealed class NpmFeed : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NpmFeed(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public static async Task<NpmFeed> StartAsync(string tarball, JsonNode manifest)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var bytes = await File.ReadAllBytesAsync(tarball);
        app.MapGet("/the-package.tgz", () => Results.Bytes(bytes));
        // The slash of a scope comes escaped and stays so in the path.
        app.MapFallback(context => Uri.UnescapeDataString(context.Request.Path.Value ?? "") == "/" + manifest["name"]!.GetValue<string>()
            ? context.Response.WriteAsync(Describe(manifest, bytes, app.Urls.Single()).ToJsonString())
            : NotFound(context));
        await app.StartAsync();
        return new NpmFeed(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static JsonObject Describe(JsonNode manifest, byte[] bytes, string address)
    {
        var version = manifest["version"]!.GetValue<string>();
        var described = manifest.DeepClone().AsObject();
        described["dist"] = new JsonObject
        {
            ["tarball"] = address + "/the-package.tgz", ["integrity"] = "sha512-" + Convert.ToBase64String(SHA512.HashData(bytes)),
        };
        return new JsonObject
        {
            ["name"] = manifest["name"]!.DeepClone(), ["dist-tags"] = new JsonObject { ["latest"] = version }, ["versions"] = new JsonObject { [version] = described },
        };
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return context.Response.WriteAsync("{}");
    }
}
