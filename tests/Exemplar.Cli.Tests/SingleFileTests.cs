using System.Diagnostics;
using System.Runtime.InteropServices;
using Exemplar.Cli.Tests.Support;

namespace Exemplar.Cli.Tests;

/// <summary>The command as one native file.</summary>
public sealed class SingleFileTests(InstalledTool tool)
{
    [Fact]
    public async Task It_is_built_without_a_warning_starts_in_under_100_ms_and_does_its_work()
    {
        using var folder = new TemporaryFolder();
        var artifacts = Path.Combine(folder.Path, "artifacts");
        var built = await Programs.RunAsync(
            Repository.Root, new Dictionary<string, string>(StringComparer.Ordinal) { ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en" }, "dotnet", "publish", "src/Exemplar.Cli", "-c", "Release",
            "-r", "linux-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), "--artifacts-path", artifacts, "-o", folder.Path + "/out", "--nologo");
        Assert.True(built.Code == 0, built.Output + built.Errors);
        Assert.DoesNotContain("warning", built.Output, StringComparison.OrdinalIgnoreCase);
        // Beside it only what nobody needs to run it: symbols and documentation.
        Assert.Single(Directory.GetFiles(folder.Path + "/out"), file => Path.GetExtension(file) is not (".dbg" or ".pdb" or ".xml"));

        using var user = new User(tool);
        var command = Path.Combine(folder.Path, "out", "exemplar");
        var times = new List<TimeSpan>();
        for (var n = 0; n < 11; n++)
        {
            var startedAt = Stopwatch.GetTimestamp();
            Assert.Equal(0, (await Programs.RunAsync(user.Home, user.Environment, command, "--version")).Code);
            times.Add(Stopwatch.GetElapsedTime(startedAt));
        }
        Assert.InRange(times.Order().ElementAt(times.Count / 2), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));

        var monitor = (await tool.Api.CreateAsync("single file", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        user.Configure($"api_key: {user.Environment["EXEMPLAR_API_KEY"]}\nbase_url: {user.Environment["EXEMPLAR_BASE_URL"]}\n");
        user.Environment["EXEMPLAR_API_KEY"] = user.Environment["EXEMPLAR_BASE_URL"] = "";
        var run = await Programs.RunAsync(user.Home, user.Environment, command, "exec", monitor, "--redact", "s.cret", "--", "echo", "a secret");
        Assert.Equal((0, "a secret\n", ""), (run.Code, run.Output, run.Errors));
        var checks = await Programs.RunAsync(user.Home, user.Environment, command, "checks", monitor);
        Assert.Contains("a [redacted]", checks.Output, StringComparison.Ordinal);
    }
}
