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
        var withToken = new Dictionary<string, string?>(StringComparer.Ordinal) { ["EXEMPLAR_ADMIN_TOKEN"] = token };
        _server = await ServerProcess.StartAsync(Path.Combine(_folder.FullName, "data"), new ServerOptions { Environment = withToken });
        Http.BaseAddress = _server.Address;
        Http.DefaultRequestHeaders.Add("X-API-Key", token);
        FreshMetrics = await Http.GetStringAsync("/metrics");

        var block = readme.MarkedCode("quick-start");
        Assert.Contains("http://localhost:8080", block, StringComparison.Ordinal);
        Run = await Programs.RunAsync(
            _folder.FullName, new Dictionary<string, string>(StringComparer.Ordinal) { ["EXEMPLAR_ADMIN_TOKEN"] = token },
            "bash", "-c", block.Replace("http://localhost:8080", _server.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
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
