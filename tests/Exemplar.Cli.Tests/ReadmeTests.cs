using Exemplar.Cli.Tests.Support;
using Markdig;
using Markdig.Syntax;

namespace Exemplar.Cli.Tests;

/// <summary>The README's first steps, run by bash as they are written.</summary>
public sealed class ReadmeTests(InstalledTool tool)
{
    [Fact]
    public async Task Five_minutes_end_with_a_monitor_that_is_up_and_two_checks()
    {
        using var user = new User(tool);
        var document = Markdown.Parse(await File.ReadAllTextAsync(Repository.File("src/Exemplar.Cli/README.md")));
        var mark = Assert.Single(document, block => block is HtmlBlock html && html.Lines.ToString().Trim() == "<!-- test: five-minutes -->");
        var script = Assert.IsType<FencedCodeBlock>(document[document.IndexOf(mark) + 1]).Lines.ToString();

        var run = await user.ShellAsync("set -e\n" + script);

        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.StartsWith("backed up 42 rows\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, run.Output.Split('\n').Count(line => line.Contains(" up ", StringComparison.Ordinal) && line.Contains(" heartbeat ", StringComparison.Ordinal)));
        Assert.Contains(run.Output.Split('\n'), line => line.Contains(" up ", StringComparison.Ordinal) && line.Contains("Nightly backup", StringComparison.Ordinal));
    }
}
