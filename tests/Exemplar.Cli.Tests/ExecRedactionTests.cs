using System.Text;
using Exemplar.Cli.Jobs;
using Exemplar.Cli.Tests.Support;

namespace Exemplar.Cli.Tests;

/// <summary><c>--redact</c> finds a secret however the job's output arrives: in pieces, torn by the other stream, at the border of what is kept.</summary>
public sealed class ExecRedactionTests(InstalledTool tool)
{
    private static readonly Redaction Redaction = new([Redaction.TryParse("secret-[a-z]+", out _)!], "eis_the_key");

    [Fact]
    public async Task A_secret_that_is_written_in_pieces_is_redacted()
    {
        using var user = new User(tool);
        var monitor = (await tool.Api.CreateAsync("pieces", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        // Each piece waits until the one before was read by the command.
        const string Job = "printf 'a secr'; sleep 0.2; printf 'et-abc'; printf 'progress\\n' >&2; sleep 0.2; printf 'defgh.\\n'";
        var run = await user.RunAsync("exec", monitor, "--redact", "secret-[a-z]+", "--", "sh", "-c", Job);
        Assert.Equal((0, "a secret-abcdefgh.\n", "progress\n"), (run.Code, run.Output, run.Errors));
        Assert.Equal("progress\na [redacted].\n", Assert.Single(await tool.Api.ChecksAsync(monitor, "up")).Metadata!.Value.GetProperty("output").GetString());
    }

    [Fact]
    public void Wherever_the_pieces_begin_the_secret_and_the_key_are_found()
    {
        const string Said = "one secret-abcdefgh two eis_the_key three\n";
        for (var border = 1; border < Said.Length; border++)
        {
            var tail = new OutputTail();
            var (output, errors) = (tail.Open(), tail.Open());
            Add(output, Said[..border]);
            Add(errors, "noise\n");
            Add(output, Said[border..]);
            Assert.Equal("noise\none [redacted] two [redacted] three\n", tail.Show(Redaction));
        }
    }

    [Fact]
    public void A_line_without_end_is_kept_to_its_last_part()
    {
        var tail = new OutputTail();
        var (output, errors) = (tail.Open(), tail.Open());
        for (var n = 0; n < 100; n++)
        {
            Add(output, new string('x', 10_007));
            Add(errors, "line\n");
        }
        Add(output, " secret-abc");
        var shown = tail.Show(Redaction)!;
        Assert.EndsWith("x [redacted]", shown, StringComparison.Ordinal);
        Assert.Equal(OutputTail.ShownBytes, Encoding.UTF8.GetByteCount(shown));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    public void A_secret_that_was_torn_at_the_border_of_what_is_kept_is_not_shown_even_where_the_rest_is_colours(string end)
    {
        for (var border = 1; border < "secret-abcdefgh".Length; border++)
        {
            var tail = new OutputTail();
            var output = tail.Open();
            Add(output, "secret-abcdefgh" + end);
            // So many bytes of colours that the ring begins in the midst of the secret.
            var colours = 64 * 1024 - border - end.Length;
            Add(output, string.Concat(Enumerable.Repeat("\u001b[0m", colours / 4)) + new string('\u0001', colours % 4));
            Assert.DoesNotContain("h", tail.Show(Redaction) ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Two_streams_added_at_once_lose_no_line()
    {
        var tail = new OutputTail();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(stream => Task.Run(() =>
        {
            var writer = tail.Open();
            for (var n = 0; n < 100; n++) Add(writer, $"{stream}-{n:D2}\n");
        })));
        var lines = tail.Show(Redaction)!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(200, lines.Distinct(StringComparer.Ordinal).Count());
    }

    private static void Add(OutputTail.Writer writer, string text) => writer.Add(Encoding.UTF8.GetBytes(text));
}
