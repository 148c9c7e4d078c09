using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Exemplar.Faults.Tests.Support;

/// <summary>Takes webhooks on a socket of its own and keeps what they told. Each answer takes a while, as answers do.</summary>
internal sealed class Receiver : IDisposable
{
    private static readonly TimeSpan AnswerTakes = TimeSpan.FromMilliseconds(50);

    private readonly HttpListener _listener = new();

    public Receiver()
    {
        var port = FreePort();
        Address = $"http://127.0.0.1:{port}/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = RunAsync();
    }

    public string Address { get; }

    public ConcurrentBag<Told> All { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task RunAsync()
    {
        try
        {
            while (true) _ = TakeAsync(await _listener.GetContextAsync());
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }

    private async Task TakeAsync(HttpListenerContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
            var root = body.RootElement;
            All.Add(new Told(
                context.Request.Headers["X-Exemplar-Delivery"]!, root.GetProperty("event").GetString()!,
                root.GetProperty("monitor").GetProperty("id").GetString()!, root.GetProperty("at").GetDateTimeOffset()));
            await Task.Delay(AnswerTakes, TimeProvider.System);
            context.Response.StatusCode = 200;
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or JsonException or IOException)
        {
            // The sender was killed in the middle.
        }
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>One webhook.</summary>
/// <param name="DeliveryId">The id in its header.</param>
/// <param name="Event">What it told.</param>
/// <param name="MonitorId">Of which monitor.</param>
/// <param name="At">When that happened.</param>
internal sealed record Told(string DeliveryId, string Event, string MonitorId, DateTimeOffset At);
