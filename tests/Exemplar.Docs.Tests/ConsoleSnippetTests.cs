using System.Net.Http.Json;
using System.Text.Json;
using Exemplar.Docs.Tests.Support;
using Exemplar.Server.Console.Monitors;

namespace Exemplar.Docs.Tests;

/// <summary>
/// What the console shows under Developer integration, followed by somebody new: a token that may send heartbeats and nothing else,
/// an empty folder, the packed SDK. The texts are the console's own; nothing of them is changed.
/// </summary>
public sealed class ConsoleSnippetTests(SnippetServer server) : IClassFixture<SnippetServer>, IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Api _api = server.Api;
    private string _monitor = "";
    private Snippets _snippets = default!;

    public async ValueTask InitializeAsync()
    {
        _monitor = (await _api.CreateAsync("job", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        using var made = await _api.PostAsync("/api/tokens", new { name = "job", scopes = new[] { "heartbeat" } });
        var token = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        _snippets = new Snippets(server.Address.GetLeftPart(UriPartial.Authority), _monitor, token, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Every_way_is_followed_here() => Assert.Equal(
        ["curl: curl, JSON body", "crontab: crontab", "TypeScript: Install, TypeScript", "Python: Install, Python", ".NET: Install, C#"],
        _snippets.Ways.Select(way => $"{way.Name}: {string.Join(", ", way.Snippets.Select(snippet => snippet.Title))}"));

    [Fact]
    public async Task The_curl_line_beats_and_shows_the_answer()
    {
        var run = await ShellAsync("bash", Text("curl", "curl"));
        Assert.True(JsonDocument.Parse(run.Output).RootElement.GetProperty("success").GetBoolean());
        await HasBeatenAsync();
    }

    [Fact]
    public async Task The_body_beats()
    {
        using var body = new StringContent(Text("curl", "JSON body"));
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Add("X-API-Key", _snippets.Token);
        using var answer = await http.PostAsync("/api/monitoring/heartbeat", body);
        Assert.True(answer.IsSuccessStatusCode);
        await HasBeatenAsync();
    }

    [Fact]
    public async Task The_line_of_the_crontab_beats_after_a_job_that_succeeds_and_only_then()
    {
        var line = Text("crontab", "crontab");
        Assert.Matches(@"^\*/5 \* \* \* \* /path/to/job && ", line);
        // cron makes line breaks of these, and gives a line to sh.
        Assert.DoesNotContain("%", line, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", line, StringComparison.Ordinal);
        var command = string.Join(' ', line.Split(' ').Skip(5));

        var failed = await Programs.RunAsync(_folder.Path, Environment(), "sh", "-c", command.Replace("/path/to/job", "false", StringComparison.Ordinal));
        Assert.Equal((1, "", ""), (failed.Code, failed.Output, failed.Errors));
        Assert.Empty(await _api.ChecksAsync(_monitor));

        // Whatever it wrote, cron would send by mail.
        var run = await ShellAsync("sh", command.Replace("/path/to/job", "true", StringComparison.Ordinal));
        Assert.Equal("", run.Output);
        Assert.Single(await _api.ChecksAsync(_monitor, "up"));
    }

    [Fact]
    public async Task The_typescript_is_installed_compiled_and_beats()
    {
        var (tarball, manifest, modules) = await Packed.TypeScriptAsync(_folder.Path);
        await using var feed = await NpmFeed.StartAsync(tarball, manifest);
        var job = Directory.CreateDirectory(Path.Combine(_folder.Path, "job")).FullName;
        await File.WriteAllTextAsync(Path.Combine(job, "package.json"), """{ "name": "job", "private": true }""");
        await File.WriteAllTextAsync(Path.Combine(job, "job.mts"), Text("TypeScript", "TypeScript"));
        await File.WriteAllTextAsync(Path.Combine(job, "tsconfig.json"), $$"""
            {
              "compilerOptions": {
                "target": "ES2022", "module": "NodeNext", "strict": true, "exactOptionalPropertyTypes": true, "noUncheckedIndexedAccess": true,
                "types": ["node"], "typeRoots": ["{{modules}}/@types"]
              },
              "files": ["job.mts"]
            }
            """);
        await ShellAsync(
            "bash", $"cd job\n{Text("TypeScript", "Install")}\nnode '{modules}/typescript/bin/tsc' -p .\nnode job.mjs",
            ("NPM_CONFIG_REGISTRY", feed.Address), ("NPM_CONFIG_CACHE", Path.Combine(_folder.Path, "npm")), ("NPM_CONFIG_AUDIT", "false"), ("NPM_CONFIG_UPDATE_NOTIFIER", "false"));
        await HasBeatenAsync();
    }

    [Fact]
    public async Task The_python_is_installed_and_beats()
    {
        var wheels = await Packed.PythonAsync(_folder.Path);
        var venv = Path.Combine(_folder.Path, "venv");
        await Packed.DoneAsync(_folder.Path, "/usr/bin/python3", "-m", "venv", venv);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "job.py"), Text("Python", "Python"));
        await ShellAsync(
            "bash", $"{Text("Python", "Install")}\npython -W error -X dev job.py",
            ("PATH", $"{venv}/bin:{System.Environment.GetEnvironmentVariable("PATH")}"), ("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", wheels), ("PIP_DISABLE_PIP_VERSION_CHECK", "1"));
        await HasBeatenAsync();
    }

    [Fact]
    public async Task The_csharp_is_installed_compiled_and_beats()
    {
        using var files = new PackedFiles();
        await files.PackAsync("src/Exemplar.Client");
        await Packed.DoneAsync(_folder.Path, "dotnet", "new", "console", "-o", "job", "--no-restore");
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "job", "Program.cs"), Text(".NET", "C#"));
        await ShellAsync(
            "bash", $"cd job\n{Text(".NET", "Install")}\ndotnet run -p:TreatWarningsAsErrors=true", [.. files.RestoreEnvironment.Select(setting => (setting.Key, setting.Value))]);
        await HasBeatenAsync();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    private string Text(string way, string title) => _snippets.Ways.Single(w => w.Name == way).Snippets.Single(snippet => snippet.Title == title).Text;

    /// <summary>Runs lines as somebody types them; all of them must end well.</summary>
    private async Task<Run> ShellAsync(string shell, string lines, params (string Name, string Value)[] environment)
    {
        var run = await Programs.RunAsync(_folder.Path, Environment(environment), shell, "-c", "set -e\n" + lines);
        Assert.True(run.Code == 0, $"It ended with {run.Code}:\n{run.Output}{run.Errors}");
        Assert.DoesNotContain("[exemplar]", run.Output + run.Errors, StringComparison.Ordinal);
        return run;
    }

    private static Dictionary<string, string> Environment(params (string Name, string Value)[] more) => more.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    private async Task HasBeatenAsync() =>
        Assert.Equal("worker-01", Assert.Single(await _api.ChecksAsync(_monitor, "up")).Metadata!.Value.GetProperty("hostname").GetString());
}
