using System.Text.Json.Nodes;
using Exemplar.Cli.Spool;
using Exemplar.Cli.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Exemplar.Cli.Tests;

/// <summary>A server that is away costs no heartbeat and no exit code.</summary>
public sealed class SpoolTests(InstalledTool tool)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Heartbeats_of_an_outage_are_delivered_after_it_and_stand_at_the_moment_when_the_work_was_done()
    {
        using var folder = new TemporaryFolder();
        string monitor;
        Uri address;
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var api = new Api(server);
            (monitor, address) = ((await api.CreateAsync("outage", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id, server.Address);
        }
        using var user = new User(tool, address.ToString());
        var before = TimeProvider.System.GetUtcNow();
        // One after the other, so that their order is known; side by side is another test.
        var job = await user.RunAsync("exec", monitor, "-m", "n=1", "--", "sh", "-c", "echo worked");
        var sent = await user.RunAsync("send", monitor, "-m", "n=2");
        var after = TimeProvider.System.GetUtcNow();

        Assert.Equal((0, "worked\n", 0, ""), (job.Code, job.Output, sent.Code, sent.Output));
        Assert.Contains("It is kept", Assert.Single(job.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(2, user.Spool.Length);
        Assert.All(user.Spool, file =>
        {
            Assert.Equal(Owner, File.GetUnixFileMode(file));
            Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
            Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Path.GetDirectoryName(file))!));
            Assert.DoesNotContain(ServerProcess.AdminToken, File.ReadAllText(file), StringComparison.Ordinal);
        });

        await using var back = await ServerProcess.StartAsync(folder.Data, new ServerOptions { Urls = address.ToString() });
        using var again = new Api(back);
        await Eventually.TrueAsync("a moment passes", () => TimeProvider.System.GetUtcNow() > after.AddSeconds(1));
        Assert.Equal((0, ""), await SendAsync(user, monitor, "3"));

        Assert.Empty(user.Spool);
        var checks = (await again.ChecksAsync(monitor, "up")).OrderBy(check => check.At).ToList();
        Assert.Equal(["1", "2", "3"], checks.Select(check => check.Metadata!.Value.GetProperty("n").GetString()!).ToArray());
        Assert.All(checks[..2], check => Assert.InRange(check.At, before.AddMilliseconds(-1), after));
        Assert.True(checks[2].At > after);
    }

    [Fact]
    public async Task Many_at_once_lose_nothing_and_deliver_each_heartbeat_once()
    {
        using var user = new User(tool);
        var monitor = (await tool.Api.CreateAsync("many", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        var spool = Spool(user, tool.Server.Address, TimeProvider.System);
        await Parallel.ForAsync(0, 40, (n, _) =>
        {
            spool.Keep(monitor, new JsonObject { ["n"] = $"kept {n}" }, TimeProvider.System.GetUtcNow().AddSeconds(-100 + n));
            return ValueTask.CompletedTask;
        });
        Assert.Equal(40, user.Spool.Length);

        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => SendAsync(user, monitor, $"sent {n}")));

        Assert.All(runs, run => Assert.Equal((0, ""), run));
        Assert.Empty(user.Spool);
        var numbers = (await tool.Api.ChecksAsync(monitor, "up")).Select(check => check.Metadata!.Value.GetProperty("n").GetString()!).Order(StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(0, 40).Select(n => $"kept {n}").Concat(Enumerable.Range(0, 4).Select(n => $"sent {n}")).Order(StringComparer.Ordinal), numbers);
    }

    [Fact]
    public async Task Every_server_has_a_spool_of_its_own()
    {
        using var user = new User(tool, "http://127.0.0.1:9");
        var monitor = (await tool.Api.CreateAsync("own", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        Assert.Equal(0, (await user.RunAsync("send", monitor)).Code);
        user.Environment["EXEMPLAR_BASE_URL"] = tool.Server.Address.ToString();
        Assert.Equal(0, (await user.RunAsync("send", monitor)).Code);
        Assert.Single(user.Spool);
        Assert.Single(await tool.Api.ChecksAsync(monitor));
    }

    [Fact]
    public async Task A_kept_heartbeat_that_the_server_refuses_is_told_once_and_forgotten()
    {
        using var user = new User(tool);
        var monitor = (await tool.Api.CreateAsync("deleted", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
        Spool(user, tool.Server.Address, TimeProvider.System).Keep(new string('b', 24), null, TimeProvider.System.GetUtcNow());
        var run = await user.RunAsync("send", monitor);
        Assert.Equal(0, run.Code);
        Assert.Contains("was refused (404 monitor_not_found)", run.Errors, StringComparison.Ordinal);
        Assert.Equal("", (await user.RunAsync("send", monitor)).Errors);
    }

    [Theory]
    [InlineData("""{"problem": {"status": 503, "code": "storage_unavailable"}}""", true)]
    [InlineData("""{"problem": {"status": 429, "code": "rate_limited"}, "headers": {"Retry-After": "60"}}""", true)]
    [InlineData("""{"fault": "reset"}""", true)]
    [InlineData("""{"respond": {"status": 200, "text": "<html>Welcome to the hotel</html>"}}""", true)]
    [InlineData("""{"problem": {"status": 401, "code": "invalid_token"}}""", false)]
    [InlineData("""{"problem": {"status": 404, "code": "monitor_not_found"}}""", false)]
    public async Task What_is_not_the_servers_own_word_on_the_heartbeat_is_kept(string step, bool isKept)
    {
        using var http = new HttpClient { BaseAddress = new Uri(tool.Faults.Control) };
        using var content = new StringContent($$"""{"steps": [{{step}}], "repeat_last": true}""");
        using var made = await http.PostAsync("/__scenario", content);
        var scenario = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        using var user = new User(tool, scenario["base_url"]!.GetValue<string>(), "eis_contract_key_that_must_never_be_shown");

        var run = await user.RunAsync("send", new string('a', 24));

        Assert.Equal(isKept ? 0 : 1, run.Code);
        Assert.Equal(isKept ? 1 : 0, user.Spool.Length);
        Assert.DoesNotContain("eis_contract_key", run.Errors + run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_costs_the_heartbeat_and_not_the_jobs_exit_code()
    {
        using var user = new User(tool, "http://127.0.0.1:9");
        user.Environment["XDG_STATE_HOME"] = "/proc";
        var run = await user.RunAsync("exec", new string('a', 24), "--", "true");
        Assert.Equal(0, run.Code);
        Assert.Contains("could not be kept", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_oldest_make_room_and_what_is_too_old_for_the_server_goes()
    {
        using var folder = new TemporaryFolder();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero));
        var spool = new HeartbeatSpool(folder.Path, clock);
        var start = clock.GetUtcNow();
        for (var n = 0; n < HeartbeatSpool.MaxHeartbeats + 5; n++) spool.Keep("m", null, start.AddSeconds(n));

        Assert.Equal(HeartbeatSpool.MaxHeartbeats, spool.Waiting().Count());
        Assert.Equal(start.AddSeconds(5), spool.Waiting().First().OccurredAt);

        clock.Advance(HeartbeatSpool.MaxAge + TimeSpan.FromSeconds(15));
        Assert.Equal(start.AddSeconds(15), spool.Waiting().First().OccurredAt);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(spool.Waiting());
        Assert.Empty(Directory.GetFiles(folder.Path, "*.json"));
        Assert.Equal(HeartbeatSpool.MaxHeartbeats + 5, spool.GivenUp);
    }

    [Fact]
    public void Files_that_are_half_written_or_no_heartbeats_do_no_harm()
    {
        using var folder = new TemporaryFolder();
        var spool = new HeartbeatSpool(folder.Path, TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        spool.Keep("good", new JsonObject { ["a"] = 1 }, now);
        var name = now.AddSeconds(-1).ToUnixTimeMilliseconds().ToString("D14");
        File.WriteAllText(Path.Combine(folder.Path, name + "-1.json"), """{"monitor_id": "ha""");
        File.WriteAllText(Path.Combine(folder.Path, name + "-2.json"), "[]");
        File.WriteAllText(Path.Combine(folder.Path, name + "-3.json"), """{"monitor_id": 7, "occurred_at": "2026-11-23T05:00:00Z"}""");
        File.WriteAllText(Path.Combine(folder.Path, name + "-4.tmp"), "left by a process that died");
        File.SetLastWriteTimeUtc(Path.Combine(folder.Path, name + "-4.tmp"), now.UtcDateTime.AddHours(-1));

        var waiting = Assert.Single(spool.Waiting());

        Assert.Equal(("good", 1, now), (waiting.MonitorId, waiting.Metadata!["a"]!.GetValue<int>(), waiting.OccurredAt));
        Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Equal(3, spool.GivenUp);
    }

    [Fact]
    public void One_delivers_at_a_time()
    {
        using var folder = new TemporaryFolder();
        var spool = new HeartbeatSpool(folder.Path, TimeProvider.System);
        Assert.Null(spool.TryBegin());
        spool.Keep("m", null, TimeProvider.System.GetUtcNow());
        using (var first = spool.TryBegin())
        {
            Assert.NotNull(first);
            Assert.Null(spool.TryBegin());
        }
        using var second = spool.TryBegin();
        Assert.NotNull(second);
    }

    private static async Task<(int, string)> SendAsync(User user, string monitor, string n)
    {
        var run = await user.RunAsync("send", monitor, "-m", "n=" + n);
        return (run.Code, run.Errors);
    }

    /// <summary>The spool that the user's command looks into.</summary>
    private static HeartbeatSpool Spool(User user, Uri server, TimeProvider clock) =>
        new(Path.Combine(user.SpoolFolder, SpoolFolderOf(server, ServerProcess.AdminToken)), clock);

    /// <summary>Server and key, as they stand below the user's spool.</summary>
    private static string SpoolFolderOf(Uri server, string key)
    {
        var folder = new SpoolFolders(server, key, TimeProvider.System).Own.Folder;
        return Path.Combine(Path.GetFileName(Path.GetDirectoryName(folder)!), Path.GetFileName(folder));
    }
}
