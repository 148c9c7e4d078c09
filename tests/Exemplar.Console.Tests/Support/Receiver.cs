using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Exemplar.Console.Tests.Support;

/// <summary>What came in.</summary>
internal sealed record Received(IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Somebody's web server on this machine, where a webhook may be sent. Answers as it is told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _work;

    private Receiver(int port)
    {
        Address = $"http://127.0.0.1:{port}/hook";
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _work = AnswerAsync();
    }

    public string Address { get; }

    public volatile int Status = 200;

    public ConcurrentQueue<Received> All { get; } = new();

    public static Receiver Start()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        return new Receiver(port);
    }

    /// <summary>The first that matches, as soon as it is there.</summary>
    public async Task<Received> WaitForAsync(Func<Received, bool> wanted, TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (true)
        {
            if (All.FirstOrDefault(wanted) is { } found) return found;
            try
            {
                await timer.WaitForNextTickAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail("What was expected did not come; this did:\n" + string.Join('\n', All.Select(r => r.Body)));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _work;
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var body = await reader.ReadToEndAsync();
                All.Enqueue(new Received(context.Request.Headers.AllKeys.ToDictionary(k => k!, k => context.Request.Headers[k]!, StringComparer.OrdinalIgnoreCase), body));
                context.Response.StatusCode = Status;
                await context.Response.OutputStream.WriteAsync("taken by the night shift"u8.ToArray());
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
