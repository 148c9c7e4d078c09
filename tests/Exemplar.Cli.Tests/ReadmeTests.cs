using Exemplar.Cli.Tests.Support;
using Markdig;
using Markdig.Syntax;

namespace Exemplar.Cli.Tests;

/// <summary>The README's blocks, followed as they are written.</summary>
public sealed class ReadmeTests(InstalledTool tool)
{
    [Fact]
    public async Task Five_minutes_end_with_a_monitor_that_is_up_and_two_checks()
    {
        using var user = new User(tool);
        var mark = Assert.Single(Readme, block => block is HtmlBlock html && html.Lines.ToString().Trim() == "<!-- test: five-minutes -->");
        var script = Assert.IsType<FencedCodeBlock>(Readme[Readme.IndexOf(mark) + 1]).Lines.ToString();

        var run = await user.ShellAsync("set -e\n" + script);

        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.StartsWith("backed up 42 rows\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, run.Output.Split('\n').Count(line => line.Contains(" up ", StringComparison.Ordinal) && line.Contains(" heartbeat ", StringComparison.Ordinal)));
        Assert.Contains(run.Output.Split('\n'), line => line.Contains(" up ", StringComparison.Ordinal) && line.Contains("Nightly backup", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_line_that_installs_the_tool_installs_it()
    {
        using var user = new User(tool);
        await File.WriteAllTextAsync(Path.Combine(user.Home, "nuget.config"), $"""<configuration><packageSources><add key="packed" value="{tool.Feed}" /></packageSources></configuration>""");
        var run = await user.ShellAsync(Block("sh", "dotnet tool install") + " && .dotnet/tools/exemplar --version");
        Assert.True(run.Code == 0, run.Output + run.Errors);
        Assert.Matches(@"\n\d+\.\d+\.\d+\S*\n$", run.Output);
    }

    [Fact]
    public async Task The_configuration_file_is_read()
    {
        using var user = new User(tool);
        var yaml = Block("yaml", "api_key");
        Assert.Contains("eis_...", yaml, StringComparison.Ordinal);
        user.Configure(yaml.Replace("eis_...", user.Environment["EXEMPLAR_API_KEY"], StringComparison.Ordinal)
            .Replace("http://localhost:8080", user.Environment["EXEMPLAR_BASE_URL"], StringComparison.Ordinal));
        user.Environment["EXEMPLAR_API_KEY"] = user.Environment["EXEMPLAR_BASE_URL"] = "";
        var run = await user.RunAsync("monitors", "list");
        Assert.Equal((0, ""), (run.Code, run.Errors));
    }

    [Fact]
    public async Task The_line_of_the_crontab_runs_its_job_and_beats()
    {
        using var user = new User(tool);
        var monitor = (await tool.Api.CreateAsync("crontab", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        var line = Block("sh", "0 3 * * *");
        Assert.StartsWith("0 3 * * *  exemplar exec 69c3a0754e257b7d18094f9a -- /usr/local/bin/backup.sh --all", line, StringComparison.Ordinal);
        var command = line["0 3 * * *".Length..].Replace("69c3a0754e257b7d18094f9a", monitor, StringComparison.Ordinal).Replace("/usr/local/bin/backup.sh", "echo", StringComparison.Ordinal);
        Assert.Equal("--all\n", (await user.ShellAsync(command)).Output);
        Assert.Single(await tool.Api.ChecksAsync(monitor, "up"));
    }

    private static MarkdownDocument Readme { get; } = Markdown.Parse(File.ReadAllText(Repository.File("src/Exemplar.Cli/README.md")));

    private static string Block(string language, string beginning) => Assert.Single(
        Readme.OfType<FencedCodeBlock>().Where(block => block.Info == language).Select(block => block.Lines.ToString()), text => text.StartsWith(beginning, StringComparison.Ordinal));
}
