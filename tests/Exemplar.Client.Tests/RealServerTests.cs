using System.Diagnostics;
using Exemplar.Client.Tests.Support;

namespace Exemplar.Client.Tests;

/// <summary>A customer's program, a real server, and a monitor that goes down when the program falls silent.</summary>
public sealed class RealServerTests(PackedClient client) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess _server = default!;
    private Api _api = default!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync(_folder.Data);
        _api = new Api(_server);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_beats_while_it_is_healthy_and_its_monitor_goes_down_when_it_is_ill_and_when_it_ends(bool onOlderFrameworks)
    {
        var monitor = await _api.CreateAsync("worker", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
        var illness = Path.Combine(_folder.Path, "ill");
        using var worker = Start(onOlderFrameworks ? client.ProgramOnNetStandard : client.Program, "worker", monitor.Id, illness);
        var log = worker.StandardOutput.ReadToEndAsync();

        await IsAsync(monitor.Id, "up");
        Assert.Equal("worker", (await _api.ChecksAsync(monitor.Id, "up"))[0].Metadata!.Value.GetProperty("role").GetString());

        await File.WriteAllTextAsync(illness, "");
        await IsAsync(monitor.Id, "down");

        File.Delete(illness);
        await IsAsync(monitor.Id, "up");

        worker.StandardInput.Close();
        await worker.WaitForExitAsync();
        await IsAsync(monitor.Id, "down");

        Assert.Equal(0, worker.ExitCode);
        var lines = await log;
        Assert.Single(lines.Split('\n'), line => line.Contains("No heartbeats are sent", StringComparison.Ordinal) && line.Contains("disk is Unhealthy", StringComparison.Ordinal));
        Assert.DoesNotContain(ServerProcess.AdminToken, lines, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP request", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checks_that_hang_metadata_that_throws_and_an_unknown_monitor_stop_neither_the_app_nor_the_other_beats()
    {
        var monitor = await _api.CreateAsync("stubborn", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));
        using var worker = Start(client.Program, "stubborn", monitor.Id);
        var log = worker.StandardOutput.ReadToEndAsync();

        await Eventually.TrueAsync("three beats arrive", async () => (await _api.ChecksAsync(monitor.Id)).Count >= 3, _server);
        worker.StandardInput.Close();
        await worker.WaitForExitAsync();

        Assert.Equal(0, worker.ExitCode);
        var warnings = (await log).Split('\n').Where(line => line.StartsWith("warn:", StringComparison.Ordinal)).ToList();
        Assert.Single(warnings, line => line.Contains("the health checks took longer than 0.1 s", StringComparison.Ordinal));
        Assert.Single(warnings, line => line.Contains("goes without metadata", StringComparison.Ordinal) && line.Contains("no metadata yet", StringComparison.Ordinal));
        Assert.Single(warnings, line => line.Contains("aaaaaaaa", StringComparison.Ordinal) && line.Contains("404 monitor_not_found", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_beats_when_it_succeeds_and_throws_its_own_exception_when_it_does_not()
    {
        var monitor = await _api.CreateAsync("job", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));

        var failed = await PackedClient.RunAsync("dotnet", [client.Program, "job", monitor.Id, "fail"], Environment);
        Assert.Equal((1, "the job's own\n", ""), (failed.Code, failed.Output, failed.Errors));
        Assert.Empty(await _api.ChecksAsync(monitor.Id));

        var succeeded = await PackedClient.RunAsync("dotnet", [client.Program, "job", monitor.Id, "ok"], Environment);
        Assert.Equal((0, $"ExemplarClient of {_server.Address}: 42 rows\n", ""), (succeeded.Code, succeeded.Output, succeeded.Errors));
        Assert.Equal(42, Assert.Single(await _api.ChecksAsync(monitor.Id)).Metadata!.Value.GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task A_job_that_succeeds_beats_and_keeps_its_result_also_when_its_metadata_cannot_be_made()
    {
        var monitor = await _api.CreateAsync("job", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));
        var run = await PackedClient.RunAsync("dotnet", [client.Program, "job", monitor.Id, "strange"], Environment);
        Assert.Equal((0, $"ExemplarClient of {_server.Address}: 42 rows\n", ""), (run.Code, run.Output, run.Errors));
        Assert.Null(Assert.Single(await _api.ChecksAsync(monitor.Id)).Metadata);
    }

    [Fact]
    public async Task A_small_program_beats_without_a_client_and_tells_its_failures_on_standard_error()
    {
        var monitor = await _api.CreateAsync("job", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));
        var failed = await PackedClient.RunAsync("dotnet", [client.Program, "small", monitor.Id, "fail"], Environment);
        Assert.Equal((1, "the job's own\n", ""), (failed.Code, failed.Output, failed.Errors));
        Assert.Empty(await _api.ChecksAsync(monitor.Id));

        var succeeded = await PackedClient.RunAsync("dotnet", [client.Program, "small", monitor.Id, "ok"], Environment);
        Assert.Equal((0, "", ""), (succeeded.Code, succeeded.Output, succeeded.Errors));
        Assert.Single(await _api.ChecksAsync(monitor.Id));

        var unknown = await PackedClient.RunAsync("dotnet", [client.Program, "small", new string('a', 24), "ok"], Environment);
        Assert.Equal((0, ""), (unknown.Code, unknown.Output));
        Assert.Contains("404 monitor_not_found", unknown.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(ServerProcess.AdminToken, unknown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_whose_monitor_is_unknown_succeeds_all_the_same()
    {
        var run = await PackedClient.RunAsync("dotnet", [client.Program, "job", new string('a', 24), "ok"], Environment);
        Assert.Equal((0, ""), (run.Code, run.Errors));
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private (string, string)[] Environment => [("EXEMPLAR_BASE_URL", _server.Address.ToString()), ("EXEMPLAR_API_KEY", ServerProcess.AdminToken)];

    private Task IsAsync(string monitor, string status) => Eventually.TrueAsync(
        "the monitor is " + status, async () => (await _api.MonitorAsync(monitor)).Status == status, _server);

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
