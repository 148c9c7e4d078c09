using System.Text.Json.Nodes;
using Exemplar.Client.Tests.Support;

[assembly: AssemblyFixture(typeof(PackedClient))]

namespace Exemplar.Client.Tests.Support;

/// <summary>The package, and a customer's program that was built from it, once for all tests.</summary>
public sealed class PackedClient : IAsyncLifetime
{
    private readonly PackedFiles _files = new();
    private readonly Dictionary<string, Task<IReadOnlyDictionary<string, JsonNode>>> _seen = new(StringComparer.Ordinal);
    private FaultServer? _faults;

    /// <summary>The package's file.</summary>
    public string Package { get; private set; } = "";

    /// <summary>The customer's program.</summary>
    public string Program { get; private set; } = "";

    /// <summary>The same program on the library for older frameworks.</summary>
    public string ProgramOnNetStandard { get; private set; } = "";

    /// <summary>The server that misbehaves.</summary>
    public FaultServer Faults => _faults!;

    public async ValueTask InitializeAsync()
    {
        Package = await _files.PackAsync("src/Exemplar.Client");
        var programs = await Task.WhenAll(BuildConsumerAsync(), BuildConsumerAsync("-p:LibraryFor=netstandard2.0"));
        (Program, ProgramOnNetStandard) = (programs[0], programs[1]);
        _faults = await FaultServer.StartAsync();
        // They wait more than they work: two at a time, beside all other tests.
        foreach (var program in programs) _ = SeenAsync(program, "injected");
    }

    /// <summary>What the program saw of every shared vector, by name.</summary>
    /// <param name="program">One of the two programs.</param>
    /// <param name="shape"><c>injected</c> or <c>plain</c>: where the client comes from.</param>
    public Task<IReadOnlyDictionary<string, JsonNode>> SeenAsync(string program, string shape)
    {
        lock (_seen)
        {
            if (!_seen.TryGetValue(program + shape, out var seen)) _seen[program + shape] = seen = RunVectorsAsync("dotnet", [program], shape, SharedVectors.Files);
            return seen;
        }
    }

    /// <summary>
    /// What is not as a vector expects. One that failed beside the others is run once more alone: what a busy machine made late does
    /// not come late twice, and what is broken stays so.
    /// </summary>
    public async Task<IReadOnlyList<string>> FaultsAsync(string program, string shape, string name)
    {
        if (Verdict.Faults((await SeenAsync(program, shape))[name]) is not { Count: > 0 }) return [];
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "alone.json");
        await File.WriteAllTextAsync(file, new JsonObject { ["vectors"] = new JsonArray(SharedVectors.Read(name)) }.ToJsonString());
        return Verdict.Faults((await RunVectorsAsync("dotnet", [program], shape, [file]))[name]);
    }

    /// <summary>Runs vectors with a program.</summary>
    public static async Task<IReadOnlyDictionary<string, JsonNode>> RunVectorsAsync(string program, string[] arguments, string shape, IEnumerable<string> files)
    {
        // Of its own: one that others keep busy would answer late, and lateness is what many of them are about.
        using var faults = await FaultServer.StartAsync();
        var run = await RunAsync(program, [.. arguments, "vectors", faults.Control, shape, .. files.Select(Repository.File)], ("SSL_CERT_FILE", faults.Authority));
        Assert.True(run.Code == 0, run.Errors);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .ToDictionary(seen => seen["name"]!.GetValue<string>(), StringComparer.Ordinal);
    }

    /// <summary>A program with nothing of Exemplar in its environment but what is given.</summary>
    public static Task<Run> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment) => Programs.RunAsync(
        Path.GetTempPath(), environment.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal), program, arguments);

    /// <summary>Builds another program of a customer from the package.</summary>
    public async Task<(string Folder, string Output)> BuildAsync(string project, string verb, params string[] arguments)
    {
        var folder = _files.CopyOut(project);
        return (folder, await _files.BuildAsync(folder, verb, arguments));
    }

    private async Task<string> BuildConsumerAsync(params string[] arguments)
    {
        var consumer = _files.CopyOut("tests/Exemplar.Client.Tests/Consumer");
        await Snippets.WriteAsync("src/Exemplar.Client/README.md", consumer);
        await _files.BuildAsync(consumer, "build", arguments);
        return Path.Combine(consumer, "bin", "Release", "net10.0", "Consumer.dll");
    }

    public ValueTask DisposeAsync()
    {
        _faults?.Dispose();
        _files.Dispose();
        return default;
    }
}
