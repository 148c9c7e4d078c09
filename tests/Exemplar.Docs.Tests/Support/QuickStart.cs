using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Exemplar.Docs.Tests.Support;

[assembly: AssemblyFixture(typeof(QuickStart))]

namespace Exemplar.Docs.Tests.Support;

/// <summary>
/// The README's quick start, followed once for all tests: a fresh server, started with the token that the README makes, and
/// the marked block run by bash as it is written. Only host and port differ.
/// </summary>
public sealed class QuickStart : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exemplar-docs-");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private ServerProcess? _server;

    /// <summary>A client of the server, with the token.</summary>
    public HttpClient Http { get; } = new();

    /// <summary><c>/metrics</c> before anything was asked of the server.</summary>
    public string FreshMetrics { get; private set; } = "";

    internal Run Run { get; private set; } = new(-1, "", "");

    public async ValueTask InitializeAsync()
    {
        var readme = Document.Read("README.md");
        var token = await MakeTokenAsync(readme);
        var withToken = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["EXEMPLAR_ADMIN_TOKEN"] = token, ["EXEMPLAR_ALLOW_PRIVATE_ADDRESSES"] = "127.0.0.0/8",
        };
        _server = await ServerProcess.StartAsync(Path.Combine(_folder.FullName, "data"), new ServerOptions { Environment = withToken });
        Http.BaseAddress = _server.Address;
        Http.DefaultRequestHeaders.Add("X-API-Key", token);
        FreshMetrics = await Http.GetStringAsync("/metrics");
        await ListenAsync();

        var block = readme.MarkedCode("quick-start");
        Assert.Contains("http://localhost:8080", block, StringComparison.Ordinal);
        Run = await Programs.RunAsync(
            _folder.FullName, new Dictionary<string, string>(StringComparer.Ordinal) { ["EXEMPLAR_ADMIN_TOKEN"] = token },
            "bash", "-c", block.Replace("http://localhost:8080", _server.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
    }

    /// <summary>Somebody who takes every alert, so that there is a delivery to measure.</summary>
    private async Task ListenAsync()
    {
        _listener.Start();
        _ = TakeAsync();
        using var made = await Http.PostAsJsonAsync("/api/monitoring/channels", new
        {
            kind = "webhook", name = "listener", config = new { url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/" },
        });
        made.EnsureSuccessStatusCode();
    }

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await client.GetStream().ReadExactlyAsync(new byte[1]);
                await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            // The tests are over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Http.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<string> MakeTokenAsync(Document readme)
    {
        var export = readme.Code("Quick start")[0].Split('\n')[0];
        Assert.StartsWith("export EXEMPLAR_ADMIN_TOKEN=", export, StringComparison.Ordinal);
        var made = await Programs.RunAsync(
            _folder.FullName, new Dictionary<string, string>(StringComparer.Ordinal), "bash", "-c", export + "\nprintf %s \"$EXEMPLAR_ADMIN_TOKEN\"");
        Assert.Matches("^[0-9a-f]{48}$", made.Output);
        return made.Output;
    }
}
