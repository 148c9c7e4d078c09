using System.Text.Json.Nodes;

namespace Exemplar.Docs.Tests.Support;

/// <summary>The SDKs for other languages as they would be published, built from copies: their own tests build in their folders.</summary>
internal static class Packed
{
    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    /// <summary>Packs the SDK for TypeScript. Beside the tarball stand the compiler and the types of Node.js, as its lock file names them.</summary>
    /// <returns>The tarball, what its package.json says, and the folder of the tools.</returns>
    public static async Task<(string Tarball, JsonNode Manifest, string Modules)> TypeScriptAsync(string folder)
    {
        var source = Path.Combine(folder, "typescript");
        Copy(Repository.File("sdks/typescript"), source, "src", "build.mjs", "package.json", "package-lock.json", ".npmrc", "tsconfig.json", "tsconfig.cjs.json", "README.md", "CHANGELOG.md", "LICENSE");
        // The tools of the SDK's own tests will do, when those have run; they are only read.
        var installed = Repository.File("sdks/typescript/node_modules");
        if (File.Exists(Path.Combine(installed, ".package-lock.json"))) Directory.CreateSymbolicLink(Path.Combine(source, "node_modules"), installed);
        else await DoneAsync(source, "npm", "ci", "--silent", "--no-audit", "--no-fund");
        await DoneAsync(source, "npm", "pack", "--silent", "--pack-destination", folder);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(source, "package.json")))!;
        return (Directory.GetFiles(folder, "*.tgz").Single(), manifest, Path.Combine(source, "node_modules"));
    }

    /// <summary>Builds the wheel of the SDK for Python.</summary>
    /// <returns>The folder with it.</returns>
    public static async Task<string> PythonAsync(string folder)
    {
        var (source, feed) = (Path.Combine(folder, "python"), Path.Combine(folder, "wheels"));
        Copy(Repository.File("sdks/python"), source, "src", "pyproject.toml", "MANIFEST.in", "README.md", "CHANGELOG.md", "LICENSE");
        Directory.CreateDirectory(feed);
        await DoneAsync(source, "/usr/bin/python3", "-c", "import setuptools.build_meta as b, sys; b.build_wheel(sys.argv[1])", feed);
        return feed;
    }

    /// <summary>Runs a program that must end well.</summary>
    public static async Task DoneAsync(string folder, string program, params string[] arguments)
    {
        var run = await Programs.RunAsync(folder, Nothing, program, arguments);
        Assert.True(run.Code == 0, $"{program} {string.Join(' ', arguments)} ended with {run.Code}:\n{run.Output}{run.Errors}");
    }

    private static void Copy(string from, string to, params string[] names)
    {
        foreach (var name in names)
        {
            var source = Path.Combine(from, name);
            var files = Directory.Exists(source) ? Directory.GetFiles(source, "*", SearchOption.AllDirectories).Where(file => !file.Contains("__pycache__", StringComparison.Ordinal) && !file.Contains(".egg-info", StringComparison.Ordinal)) : [source];
            foreach (var file in files)
            {
                var target = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }
}
