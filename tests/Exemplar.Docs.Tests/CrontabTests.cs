using Exemplar.Server.Console.Monitors;

namespace Exemplar.Docs.Tests;

/// <summary>The console's crontab line calls in at least as often as its monitor expects, as evenly as cron can.</summary>
public sealed class CrontabTests
{
    [Theory]
    [InlineData(0.05, "* * * * *")]
    [InlineData(1, "* * * * *")]
    [InlineData(2, "*/2 * * * *")]
    [InlineData(7, "*/6 * * * *")]
    [InlineData(15, "*/15 * * * *")]
    [InlineData(45, "*/30 * * * *")]
    [InlineData(60, "0 * * * *")]
    [InlineData(90, "0 * * * *")]
    [InlineData(300, "0 */4 * * *")]
    [InlineData(720, "0 */12 * * *")]
    [InlineData(1_440, "0 3 * * *")]
    [InlineData(10_080, "0 3 * * *")]
    public void It_is_the_longest_that_is_not_longer_than_expected(double minutes, string expected)
    {
        var line = new Snippets("http://localhost:8080", new string('a', 24), "eis_token", TimeSpan.FromMinutes(minutes)).Crontab;
        Assert.StartsWith(expected + " /path/to/job && curl ", line, StringComparison.Ordinal);
    }
}
