using System.Reflection;

namespace Exemplar.Testing;

/// <summary>
/// The packages of this repository as they would be published, in a folder that serves as a feed, and projects elsewhere that
/// use them. Nothing of it is seen by the machine's own package cache, so that yesterday's build is never tested.
/// </summary>
public sealed class PackedFiles : IDisposable
{
    private static readonly string Configuration = typeof(PackedFiles).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static readonly Dictionary<string, string> Quiet = new(StringComparer.Ordinal)
    {
        ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en",
    };

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder with the packages.</summary>
    public string Feed => Path.Combine(_folder.Path, "feed");

    /// <summary>Packs a project that is built already.</summary>
    /// <returns>The package's file.</returns>
    public async Task<string> PackAsync(string project)
    {
        await DotnetAsync(Repository.Root, "pack", Repository.File(project), "-c", Configuration, "--no-build", "-o", Feed);
        var name = Path.GetFileName(project);
        return Directory.GetFiles(Feed, name + ".*.nupkg").Single(file => char.IsAsciiDigit(Path.GetFileName(file)[name.Length + 1]));
    }

    /// <summary>Packs a project for one platform; what it builds stays outside of the repository.</summary>
    /// <param name="project">The project, as seen from the repository's root.</param>
    /// <param name="platform">The platform's name, or <c>any</c>.</param>
    /// <param name="published">Where to publish it before; null for nowhere.</param>
    /// <returns>The package's file.</returns>
    public async Task<string> PackForAsync(string project, string platform, string? published = null)
    {
        // The analyzers looked at this code when all of it was built.
        string[] shared = [Repository.File(project), "-c", Configuration, "-r", platform, "--artifacts-path", Path.Combine(_folder.Path, "artifacts-" + platform), "--nologo", "-p:RunAnalyzers=false"];
        if (published is not null) PublishOutput = await DotnetAsync(Repository.Root, ["publish", .. shared, "-o", published]);
        await DotnetAsync(Repository.Root, ["pack", .. shared, "-o", Feed]);
        return Directory.GetFiles(Feed, $"{Path.GetFileName(project)}.{platform}.*.nupkg").Single();
    }

    /// <summary>What the build said when it published last.</summary>
    public string PublishOutput { get; private set; } = "";

    /// <summary>Copies a project out of the repository, so that nothing of the repository's build applies to it.</summary>
    /// <returns>Its folder.</returns>
    public string CopyOut(string project)
    {
        // More than one test may want the same one.
        var target = Path.Combine(_folder.Path, Guid.NewGuid().ToString("N")[..8], Path.GetFileName(project));
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(Repository.File(project))) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        return target;
    }

    /// <summary>Builds or publishes a project that restores the packages from the feed.</summary>
    /// <returns>What the build wrote.</returns>
    public Task<string> BuildAsync(string folder, string verb, params string[] arguments) => DotnetAsync(
        folder, [verb, "-c", "Release", "--nologo", "-v", "minimal", .. Restoring(), .. arguments]);

    /// <summary>Installs a tool from its package.</summary>
    /// <returns>The folder with the command.</returns>
    public async Task<string> InstallToolAsync(string id)
    {
        var tools = Path.Combine(_folder.Path, "tools");
        await DotnetAsync(_folder.Path, "tool", "install", id, "--tool-path", tools, "--source", Feed, "--prerelease");
        return tools;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>In an environment with these, what somebody types restores the packages from the feed too.</summary>
    public IReadOnlyDictionary<string, string> RestoreEnvironment => new Dictionary<string, string>(Quiet, StringComparer.Ordinal)
    {
        ["RestoreAdditionalProjectSources"] = Feed,
        ["RestorePackagesPath"] = Path.Combine(_folder.Path, "packages"),
        ["RestoreFallbackFolders"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
    };

    private IEnumerable<string> Restoring() =>
        RestoreEnvironment.Where(setting => setting.Key.StartsWith("Restore", StringComparison.Ordinal)).Select(setting => $"-p:{setting.Key}={setting.Value}");

    private static async Task<string> DotnetAsync(string folder, params string[] arguments)
    {
        var run = await Programs.RunAsync(folder, Quiet, "dotnet", arguments);
        return run.Code == 0
            ? run.Output
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {run.Code}:\n{run.Output}{run.Errors}");
    }
}
