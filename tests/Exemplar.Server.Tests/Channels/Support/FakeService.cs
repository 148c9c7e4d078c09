using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>Somebody else's HTTP service on a real socket of this machine.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _arrived = new(0);

    private FakeService(WebApplication app, string scheme)
    {
        _app = app;
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Port = new Uri(bound).Port;
        Address = $"{scheme}://127.0.0.1:{Port}";
    }

    public string Address { get; }

    public int Port { get; }

    /// <summary>Everything that came, oldest first.</summary>
    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    /// <summary>How many requests were in work at once.</summary>
    public int MostAtOnce { get; private set; }

    public ReceivedRequest Only => Assert.Single(Requests);

    public static Task<FakeService> StartAsync(FakeAnswer answer, X509Certificate2? certificate = null) => StartAsync(_ => answer, certificate);

    public static async Task<FakeService> StartAsync(Func<ReceivedRequest, FakeAnswer> answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null) listen.UseHttps(certificate);
            });
        });
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        FakeService? service = null;
        app.Run(context => service!.HandleAsync(context, answer));
        await app.StartAsync();
        return service = new FakeService(app, certificate is null ? "http" : "https");
    }

    /// <summary>Waits until one more request has come.</summary>
    public async Task ArrivalAsync() => Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(20)), "No request came.");

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    private int _now;

    private async Task HandleAsync(HttpContext context, Func<ReceivedRequest, FakeAnswer> answer)
    {
        var now = Interlocked.Increment(ref _now);
        lock (Requests) MostAtOnce = Math.Max(MostAtOnce, now);
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var request = new ReceivedRequest(
                context.Request.Method, context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
            Requests.Enqueue(request);
            _arrived.Release();
            await GiveAsync(context, answer(request));
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }

    private static async Task GiveAsync(HttpContext context, FakeAnswer answer)
    {
        if (answer.Resets)
        {
            context.Abort();
            return;
        }
        if (answer.Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        if (answer.Takes > TimeSpan.Zero) await Task.Delay(answer.Takes, TimeProvider.System, context.RequestAborted);
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        // Not even nothing may be written into a 204.
        if (answer.Body.Length > 0) await context.Response.WriteAsync(answer.Body);
        if (answer.HangsAfterBody)
        {
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}

/// <summary>What a fake service got.</summary>
internal sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The fields of a web form.</summary>
    public Dictionary<string, string> Form => Text.Split('&').Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => WebUtility.UrlDecode(pair[0]), pair => WebUtility.UrlDecode(pair[1]), StringComparer.Ordinal);

    public string Header(string name) => Headers.TryGetValue(name, out var value) ? value : "";
}

/// <summary>What a fake service answers.</summary>
internal sealed record FakeAnswer(int Status, string Body = "")
{
    public static readonly FakeAnswer Ok = new(200, "ok");
    public static readonly FakeAnswer Reset = new(0) { Resets = true };
    public static readonly FakeAnswer Silence = new(0) { Hangs = true };

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public bool Resets { get; init; }

    public bool Hangs { get; init; }

    public bool HangsAfterBody { get; init; }

    public TimeSpan Takes { get; init; }
}
