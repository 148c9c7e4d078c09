using System.Text.Json.Nodes;
using Exemplar.Cli.Spool;
using Exemplar.Cli.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Exemplar.Cli.Tests;

/// <summary>A kept heartbeat belongs to the key under which it was kept; when that key is gone, it is not lost in silence.</summary>
public sealed class SpoolKeyTests(InstalledTool tool)
{
    private const string First = "eis_key_of_the_first_organization_0123";
    private const string Second = "eis_key_of_the_second_organization_456";

    private static readonly string Monitor = new('a', 24);

    [Fact]
    public async Task Two_organizations_on_one_server_never_send_each_others_heartbeats()
    {
        await using var server = await ScenarioAsync("""{"problem": {"status": 503, "code": "storage_unavailable"}, "headers": {"Retry-After": "60"}}""", """{"accept": true}""");
        using var user = new User(tool, server.Address, First);
        Assert.Equal(0, (await user.RunAsync("send", Monitor, "-m", "of=first")).Code);
        Assert.Single(user.Spool);

        user.Environment["EXEMPLAR_API_KEY"] = Second;
        Assert.Equal((0, ""), await SendAsync(user, "of=second"));
        Assert.Single(user.Spool);

        user.Environment["EXEMPLAR_API_KEY"] = First;
        Assert.Equal((0, ""), await SendAsync(user, "of=first again"));
        Assert.Empty(user.Spool);

        Assert.Equal(
            [(First, "first"), (Second, "second"), (First, "first again"), (First, "first")],
            (await server.RequestsAsync()).Select(request => (request["headers"]!["x-api-key"]!.GetValue<string>(), Metadata(request))));
    }

    [Fact]
    public async Task The_key_is_neither_in_the_files_nor_in_their_names()
    {
        using var user = new User(tool, "http://127.0.0.1:9", First);
        Assert.Equal(0, (await user.RunAsync("send", Monitor)).Code);
        var kept = Assert.Single(user.Spool);
        foreach (var file in Directory.GetFileSystemEntries(user.Home, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(First, file, StringComparison.Ordinal);
            if (File.Exists(file)) Assert.DoesNotContain(First, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        }
        Assert.Matches("/[0-9a-f]{16}/[0-9a-f]{16}/[^/]+$", kept);
    }

    [Fact]
    public async Task After_a_key_was_replaced_what_waits_is_told_once_a_day_and_goes_when_somebody_says_so()
    {
        await using var server = await ScenarioAsync("""{"accept": true}""");
        using var user = new User(tool, server.Address, Second);
        var replaced = Spool(user, server.Address, First, TimeProvider.System);
        var twoDaysAgo = TimeProvider.System.GetUtcNow().AddDays(-2);
        replaced.Keep(Monitor, new JsonObject { ["of"] = "the old key" }, twoDaysAgo);

        var told = await user.RunAsync("send", Monitor, "-m", "of=the new key");
        Assert.Equal(0, told.Code);
        Assert.Contains("exemplar spool deliver --other-keys", told.Errors, StringComparison.Ordinal);
        Assert.Equal((0, ""), await SendAsync(user, "of=the new key"));
        Assert.Single(user.Spool);

        var listed = JsonNode.Parse((await user.RunAsync("spool", "list", "--json")).Output)!["items"]!.AsArray();
        Assert.Equal((Monitor, "another"), (listed[0]!["monitor_id"]!.GetValue<string>(), listed[0]!["token"]!.GetValue<string>()));
        Assert.Equal("0 delivered, 0 waiting\n", (await user.RunAsync("spool", "deliver")).Output);
        Assert.Equal("1 delivered, 0 waiting\n", (await user.RunAsync("spool", "deliver", "--other-keys")).Output);

        Assert.Empty(user.Spool);
        var last = (await server.RequestsAsync())[^1];
        Assert.Equal((Second, "the old key"), (last["headers"]!["x-api-key"]!.GetValue<string>(), Metadata(last)));
        Assert.Equal(twoDaysAgo.ToUnixTimeMilliseconds(), JsonNode.Parse(last["body"]!.GetValue<string>())!["occurred_at"]!.GetValue<DateTimeOffset>().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_heartbeat_of_another_organization_that_the_present_key_does_not_know_stays_for_its_own()
    {
        await using var server = await ScenarioAsync("""{"problem": {"status": 404, "code": "monitor_not_found"}}""");
        using var user = new User(tool, server.Address, Second);
        Spool(user, server.Address, First, TimeProvider.System).Keep(Monitor, null, TimeProvider.System.GetUtcNow());
        var run = await user.RunAsync("spool", "deliver", "--other-keys");
        Assert.Equal((1, "0 delivered, 1 waiting\n"), (run.Code, run.Output));
        Assert.Contains("was refused (404 monitor_not_found)", run.Errors, StringComparison.Ordinal);
        Assert.Single(user.Spool);
    }

    [Fact]
    public async Task What_is_too_old_for_the_server_is_given_up_with_a_word_also_under_another_key()
    {
        await using var server = await ScenarioAsync("""{"accept": true}""");
        using var user = new User(tool, server.Address, Second);
        var longAgo = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-8));
        foreach (var key in new[] { First, Second }) Spool(user, server.Address, key, longAgo).Keep(Monitor, null, longAgo.GetUtcNow());
        var run = await user.RunAsync("send", Monitor);
        Assert.Equal(0, run.Code);
        Assert.Equal(2, run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.Contains("heartbeats that were given up: 1.", StringComparison.Ordinal)));
        Assert.Empty(user.Spool);
    }

    [Theory]
    [InlineData("""{"problem": {"status": 503, "code": "storage_unavailable"}}""", "503 storage_unavailable")]
    [InlineData("""{"problem": {"status": 401, "code": "invalid_token"}}""", "401 invalid_token")]
    [InlineData("""{"fault": "reset"}""", "connection_failed")]
    public async Task Asked_to_deliver_it_says_why_it_cannot_and_keeps_all(string step, string reason)
    {
        await using var server = await ScenarioAsync(step);
        using var user = new User(tool, server.Address, First);
        for (var n = 0; n < 3; n++) Spool(user, server.Address, First, TimeProvider.System).Keep(Monitor, null, TimeProvider.System.GetUtcNow().AddSeconds(-n));
        var run = await user.RunAsync("spool", "deliver");
        Assert.Equal((1, "0 delivered, 3 waiting\n"), (run.Code, run.Output));
        Assert.Contains($"could not be delivered ({reason})", Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(3, user.Spool.Length);
    }

    [Fact]
    public async Task What_would_be_too_old_at_once_is_not_kept_and_says_so()
    {
        using var user = new User(tool, "http://127.0.0.1:9", First);
        var run = await user.RunAsync("send", Monitor, "--occurred-at", "2020-01-01T00:00:00Z");
        Assert.Equal(1, run.Code);
        Assert.DoesNotContain("It is kept", run.Errors, StringComparison.Ordinal);
        Assert.Empty(user.Spool);
    }

    [Fact]
    public void What_waits_under_another_key_for_a_moment_only_is_not_told()
    {
        using var folder = new TemporaryFolder();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero));
        var spool = new HeartbeatSpool(folder.Path, clock);
        spool.Keep("m", null, clock.GetUtcNow());
        Assert.False(spool.TakeTurnToTell(clock.GetUtcNow().AddHours(-36)));
        clock.Advance(TimeSpan.FromHours(37));
        Assert.True(spool.TakeTurnToTell(clock.GetUtcNow().AddHours(-36)));
        Assert.False(spool.TakeTurnToTell(clock.GetUtcNow().AddHours(-36)));
        clock.Advance(TimeSpan.FromHours(25));
        Assert.True(spool.TakeTurnToTell(clock.GetUtcNow().AddHours(-36)));
    }

    private static async Task<(int, string)> SendAsync(User user, string pair)
    {
        var run = await user.RunAsync("send", Monitor, "-m", pair);
        return (run.Code, run.Errors);
    }

    private static string Metadata(JsonNode request) => JsonNode.Parse(request["body"]!.GetValue<string>())!["metadata"]!["of"]!.GetValue<string>();

    private static HeartbeatSpool Spool(User user, string server, string key, TimeProvider clock)
    {
        // The command reads its base address with a slash at its end.
        var folder = new SpoolFolders(new Uri(server + "/"), key, clock).Own.Folder;
        return new HeartbeatSpool(Path.Combine(user.SpoolFolder, Path.GetFileName(Path.GetDirectoryName(folder)!), Path.GetFileName(folder)), clock);
    }

    private Task<Scenario> ScenarioAsync(params string[] steps) => Scenario.StartAsync(tool.Faults, steps);
}
