using System.Text.Json.Nodes;
using Exemplar.Cli.Tests.Support;

namespace Exemplar.Cli.Tests;

/// <summary>Monitors, their history, and tokens.</summary>
public sealed class ManageTests(InstalledTool tool)
{
    [Fact]
    public async Task A_monitor_is_created_shown_listed_paused_resumed_and_deleted()
    {
        using var user = new User(tool);
        var name = "Nightly [red]backup[/] " + Guid.NewGuid().ToString("N");

        var created = await JsonAsync(user, "monitors", "create", name, "--interval", "1h30m", "--grace", "90s", "--tag", "db", "--tag", "night", "--starts", "first_heartbeat");
        var id = created["id"]!.GetValue<string>();
        Assert.Equal((90, 1.5), (created["expected_interval_minutes"]!.GetValue<double>(), created["grace_period_minutes"]!.GetValue<double>()));

        var shown = await user.RunAsync("monitors", "show", id);
        Assert.Contains(name, shown.Output, StringComparison.Ordinal);
        Assert.Contains("db,night", shown.Output, StringComparison.Ordinal);
        var list = await user.RunAsync("monitors", "list", "--tag", "db", "--search", name[^8..]);
        Assert.Equal(2, list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(id, list.Output, StringComparison.Ordinal);

        Assert.Equal("paused", (await JsonAsync(user, "monitors", "pause", id))["status"]!.GetValue<string>());
        Assert.Equal("new", (await JsonAsync(user, "monitors", "resume", id))["status"]!.GetValue<string>());

        var asked = await user.RunAsync("monitors", "delete", id);
        Assert.Equal(2, asked.Code);
        Assert.Contains("--yes", asked.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await user.RunAsync("monitors", "delete", id, "--yes")).Code);
        var gone = await user.RunAsync("monitors", "show", id);
        Assert.Equal(1, gone.Code);
        Assert.Contains("404 monitor_not_found", gone.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_bad_field_of_a_monitor_is_named()
    {
        using var user = new User(tool);
        var run = await user.RunAsync("monitors", "create", new string('n', 300), "--interval", "500d");
        Assert.Equal(1, run.Code);
        Assert.Contains("name", run.Errors, StringComparison.Ordinal);
        Assert.Contains("expected_interval_minutes", run.Errors, StringComparison.Ordinal);
        Assert.Contains("not 'soon'", (await user.RunAsync("monitors", "create", "n", "--interval", "soon")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_goes_over_pages_and_shows_no_control_characters()
    {
        using var user = new User(tool);
        var monitor = (await tool.Api.CreateAsync("history", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        for (var n = 0; n < 130; n++) await tool.Api.BeatAsync(monitor, n);
        Assert.Equal(125, (await JsonAsync(user, "checks", monitor, "--limit", "125"))["items"]!.AsArray().Count);

        await user.RunAsync("send", monitor, "-m", "evil=\u001b[2J\u0007");
        var run = await user.RunAsync("checks", monitor, "--limit", "1");
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.Contains("evil", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_created_used_listed_and_revoked()
    {
        using var user = new User(tool);
        var created = await user.RunAsync("tokens", "create", "cron of worker-01", "--expires-in", "30d");
        Assert.Equal(0, created.Code);
        var token = created.Output.Trim();
        Assert.Matches("^eis_[0-9A-Za-z_-]+$", token);
        Assert.Contains("heartbeat", created.Errors, StringComparison.Ordinal);

        using var job = new User(tool, null, token);
        var monitor = (await tool.Api.CreateAsync("token", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        Assert.Equal(0, (await job.RunAsync("send", monitor)).Code);
        Assert.Contains("403 insufficient_scope", (await job.RunAsync("monitors", "list")).Errors, StringComparison.Ordinal);

        var item = (await JsonAsync(user, "tokens", "list"))["items"]!.AsArray().Single(t => t!["name"]!.GetValue<string>() == "cron of worker-01")!;
        Assert.Equal(["heartbeat"], item["scopes"]!.AsArray().Select(s => s!.GetValue<string>()).ToArray());
        Assert.Equal(0, (await user.RunAsync("tokens", "revoke", item["id"]!.GetValue<string>(), "--yes")).Code);
        Assert.Contains("401 invalid_token", (await job.RunAsync("send", monitor)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_away_is_a_failure_in_one_line()
    {
        using var user = new User(tool, "http://127.0.0.1:9");
        var run = await user.RunAsync("monitors", "list");
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Contains("could not be reached", Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static async Task<JsonNode> JsonAsync(User user, params string[] arguments)
    {
        var run = await user.RunAsync([.. arguments, "--json"]);
        Assert.True(run.Code == 0, run.Errors);
        return JsonNode.Parse(run.Output)!;
    }
}
