using System.Text.Json.Nodes;
using Exemplar.Cli.Tests.Support;

namespace Exemplar.Cli.Tests;

/// <summary><c>exemplar send</c> to a real server.</summary>
public sealed class SendTests(InstalledTool tool)
{
    [Fact]
    public async Task A_heartbeat_stands_in_the_history_with_its_metadata_and_the_monitor_goes_down_when_no_other_follows()
    {
        using var user = new User(tool);
        var monitor = await tool.Api.CreateAsync("send", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));

        var run = await user.RunAsync("send", monitor.Id, "--metadata", "hostname=worker-01", "note=a=b ü", "-m", "empty=");
        Assert.Equal((0, "", ""), (run.Code, run.Output, run.Errors));
        var check = Assert.Single(await tool.Api.ChecksAsync(monitor.Id, "up"));
        Assert.Equal("""{"hostname":"worker-01","note":"a=b ü","empty":""}""", check.Metadata!.Value.GetRawText());

        await Eventually.TrueAsync("the monitor is down", async () => (await tool.Api.MonitorAsync(monitor.Id)).Status == "down", tool.Server);
    }

    [Fact]
    public async Task As_json_it_tells_what_the_server_answered()
    {
        using var user = new User(tool);
        var monitor = await tool.Api.CreateAsync("json", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));

        var answer = JsonNode.Parse((await user.RunAsync("send", monitor.Id, "--json")).Output)!;

        Assert.True(answer["ok"]!.GetValue<bool>());
        Assert.Equal(("up", monitor.Id), (answer["monitor_status"]!.GetValue<string>(), answer["monitor_id"]!.GetValue<string>()));
        Assert.Equal(Assert.Single(await tool.Api.ChecksAsync(monitor.Id)).Id, answer["check_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_heartbeat_that_had_to_wait_stands_at_its_moment()
    {
        using var user = new User(tool);
        var monitor = await tool.Api.CreateAsync("waited", TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(1));
        var moment = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().AddMinutes(-30).ToUnixTimeSeconds());
        foreach (var text in new[] { moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), moment.AddMilliseconds(5).ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz") })
            Assert.Equal((0, ""), await SendAsync(user, monitor.Id, text));
        Assert.Equal([moment.AddMilliseconds(5), moment], (await tool.Api.ChecksAsync(monitor.Id, "up")).Select(check => check.At));

        var (code, errors) = await SendAsync(user, monitor.Id, moment.AddDays(-8).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
        Assert.Equal(1, code);
        Assert.Contains("occurred_at", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_a_failure_in_one_line_and_is_not_kept()
    {
        using var user = new User(tool);
        var run = await user.RunAsync("send", new string('a', 24));
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Contains("404 monitor_not_found", Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(user.Spool);
    }

    [Theory]
    [InlineData("ID must be 24 hex digits", "send", "nightly")]
    [InlineData("--metadata takes NAME=VALUE", "send", "69c3a0754e257b7d18094f9a", "--metadata", "host")]
    [InlineData("--occurred-at takes a moment with its offset", "send", "69c3a0754e257b7d18094f9a", "--occurred-at", "2026-11-23T05:00:00")]
    [InlineData("Required argument missing", "send")]
    [InlineData("Unrecognized command or argument 'sned'", "sned")]
    [InlineData("http or https address", "send", "69c3a0754e257b7d18094f9a", "--base-url", "ftp://a")]
    [InlineData("Write the command after --", "exec", "69c3a0754e257b7d18094f9a")]
    [InlineData("--redact takes a regular expression", "exec", "69c3a0754e257b7d18094f9a", "--redact", "(", "--", "true")]
    public async Task Misuse_ends_with_2_and_says_what_is_wrong(string expected, params string[] arguments)
    {
        using var user = new User(tool);
        var run = await user.RunAsync(arguments);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_beyond_the_limit_is_misuse()
    {
        using var user = new User(tool);
        var run = await user.RunAsync("send", new string('a', 24), "-m", "k=" + new string('x', 17_000));
        Assert.Equal(2, run.Code);
        Assert.Contains("the limit is 16384", run.Errors, StringComparison.Ordinal);
    }

    private static async Task<(int, string)> SendAsync(User user, string monitor, string occurredAt)
    {
        var run = await user.RunAsync("send", monitor, "--occurred-at", occurredAt);
        return (run.Code, run.Errors);
    }
}
