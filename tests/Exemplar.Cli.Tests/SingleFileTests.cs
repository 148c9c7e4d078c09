using System.Diagnostics;
using System.IO.Compression;
using Exemplar.Cli.Tests.Support;

namespace Exemplar.Cli.Tests;

/// <summary>The command as one native file, as a tool, and as a tool for platforms without native code: it starts in no time.</summary>
public sealed class SingleFileTests(InstalledTool tool)
{
    [Fact]
    public async Task The_single_file_is_built_without_a_warning_and_does_its_work_alone()
    {
        Assert.DoesNotContain("warning", tool.PublishOutput, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("exemplar", Path.GetFileName(Assert.Single(Directory.GetFiles(tool.Published))));

        using var user = new User(tool);
        var command = Path.Combine(tool.Published, "exemplar");
        var monitor = (await tool.Api.CreateAsync("single file", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        user.Configure($"api_key: {user.Environment["EXEMPLAR_API_KEY"]}\nbase_url: {user.Environment["EXEMPLAR_BASE_URL"]}\n");
        user.Environment["EXEMPLAR_API_KEY"] = user.Environment["EXEMPLAR_BASE_URL"] = "";
        // It needs no .NET on the machine.
        user.Environment["PATH"] = "/usr/bin:/bin";
        user.Environment["DOTNET_ROOT"] = "/nowhere";
        var run = await Programs.RunAsync(user.Home, user.Environment, command, "exec", monitor, "--redact", "s.cret", "--", "echo", "a secret");
        Assert.Equal((0, "a secret\n", ""), (run.Code, run.Output, run.Errors));
        var checks = await Programs.RunAsync(user.Home, user.Environment, command, "checks", monitor);
        Assert.Contains("a [redacted]", checks.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_single_file_starts_in_under_100_ms() => Assert.InRange(await StartsInAsync(Path.Combine(tool.Published, "exemplar")), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));

    [Fact]
    public async Task The_tool_starts_in_under_100_ms() => Assert.InRange(await StartsInAsync(Path.Combine(tool.Folder, "exemplar")), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));

    [Fact]
    public async Task The_tool_for_platforms_without_native_code_does_the_same()
    {
        using var folder = new TemporaryFolder();
        await ZipFile.ExtractToDirectoryAsync(await tool.PackForAnyAsync(), folder.Path);
        var program = Path.Combine(folder.Path, "tools", "net10.0", "any", "exemplar.dll");
        using var user = new User(tool);
        var monitor = (await tool.Api.CreateAsync("any", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        var run = await Programs.RunAsync(user.Home, user.Environment, "dotnet", program, "exec", monitor, "-m", "a=ü", "--", "sh", "-c", "echo worked; exit 0");
        Assert.Equal((0, "worked\n", ""), (run.Code, run.Output, run.Errors));
        Assert.Equal("ü", Assert.Single(await tool.Api.ChecksAsync(monitor, "up")).Metadata!.Value.GetProperty("a").GetString());
        var shown = await Programs.RunAsync(user.Home, user.Environment, "dotnet", program, "monitors", "show", monitor, "--json");
        Assert.Contains(monitor, shown.Output, StringComparison.Ordinal);
    }

    /// <summary>The middle of several starts, beside whatever else this machine does.</summary>
    private async Task<TimeSpan> StartsInAsync(string command)
    {
        using var user = new User(tool);
        var times = new List<TimeSpan>();
        for (var n = 0; n < 11; n++)
        {
            var startedAt = Stopwatch.GetTimestamp();
            Assert.Equal(0, (await Programs.RunAsync(user.Home, user.Environment, command, "--version")).Code);
            times.Add(Stopwatch.GetElapsedTime(startedAt));
        }
        return times.Order().ElementAt(times.Count / 2);
    }
}
