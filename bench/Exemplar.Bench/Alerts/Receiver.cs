using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Bench.Alerts;

/// <summary>Takes webhooks: each answer takes 50 ms, those to <c>/hang</c> a minute. Keeps when each was answered.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTakes = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan HangTakes = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>When each monitor's alert was answered, Unix milliseconds; by delivery, so that a repeat shows.</summary>
    public ConcurrentDictionary<string, (string MonitorId, long AtMs, int Times)> Answered { get; } = new(StringComparer.Ordinal);

    public static async Task<Receiver> StartAsync()
    {
        // Empty: nothing is logged.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        receiver.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var monitor = body.RootElement.GetProperty("monitor").GetProperty("id").GetString()!;
        var delivery = context.Request.Headers["X-Exemplar-Delivery"].ToString();
        if (context.Request.Path == "/hang")
        {
            await Task.Delay(HangTakes, TimeProvider.System, context.RequestAborted);
            return;
        }
        await Task.Delay(AnswerTakes, TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Answered.AddOrUpdate(delivery, _ => (monitor, now, 1), (_, before) => before with { Times = before.Times + 1 });
    }
}
