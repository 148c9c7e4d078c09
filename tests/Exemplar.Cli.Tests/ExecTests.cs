using System.Globalization;
using System.Text.Json;
using Exemplar.Cli.Tests.Support;

namespace Exemplar.Cli.Tests;

/// <summary><c>exemplar exec</c>: the job behaves as without it, and is told when it succeeds.</summary>
public sealed class ExecTests(InstalledTool tool)
{
    [Fact]
    public async Task Success_beats_with_duration_exit_code_host_and_output()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();

        var run = await user.RunAsync("exec", monitor, "-m", "job=nightly", "--", "sh", "-c", "printf 'to stdout\\n'; sleep 0.3; printf '\\033[31mto stderr\\033[0m\\n' >&2");

        Assert.Equal((0, "to stdout\n", "\u001b[31mto stderr\u001b[0m\n"), (run.Code, run.Output, run.Errors));
        var metadata = await MetadataAsync(monitor);
        Assert.InRange(metadata.GetProperty("duration_seconds").GetDouble(), 0.3, 20);
        Assert.Equal(0, metadata.GetProperty("exit_code").GetInt32());
        Assert.Equal(Environment.MachineName, metadata.GetProperty("hostname").GetString());
        Assert.Equal("nightly", metadata.GetProperty("job").GetString());
        Assert.Equal("to stdout\nto stderr\n", metadata.GetProperty("output").GetString());
    }

    [Theory]
    [InlineData(1, "exit 1")]
    [InlineData(42, "exit 42")]
    [InlineData(255, "exit 255")]
    [InlineData(137, "kill -KILL $$")]
    [InlineData(143, "kill -TERM $$")]
    [InlineData(127, "no-such-program-anywhere")]
    public async Task Failure_keeps_its_exit_code_and_does_not_beat(int code, string script)
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        Assert.Equal(code, (await user.RunAsync("exec", monitor, "--", "sh", "-c", script)).Code);
        Assert.Empty(await tool.Api.ChecksAsync(monitor));
    }

    [Fact]
    public async Task A_program_that_is_not_there_or_cannot_be_run_ends_as_a_shell_would_say()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        await File.WriteAllTextAsync(Path.Combine(user.Home, "data.txt"), "no program");
        Assert.Equal(127, (await user.RunAsync("exec", monitor, "--", "no-such-program-anywhere")).Code);
        Assert.Equal(127, (await user.RunAsync("exec", monitor, "--", "./nothing")).Code);
        Assert.Equal(126, (await user.RunAsync("exec", monitor, "--", "./data.txt")).Code);
        // In the current folder and not on the path: a shell would not find it either.
        Assert.Equal(127, (await user.RunAsync("exec", monitor, "--", "data.txt")).Code);
        // A folder is no program, and neither is a script whose interpreter is not there.
        Assert.Equal(126, (await user.RunAsync("exec", monitor, "--", "/tmp")).Code);
        await File.WriteAllTextAsync(Path.Combine(user.Home, "orphan"), "#!/no/such/interpreter\necho worked\n");
        File.SetUnixFileMode(Path.Combine(user.Home, "orphan"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.InRange((await user.RunAsync("exec", monitor, "--", "./orphan")).Code, 126, 127);
        Assert.Empty(await tool.Api.ChecksAsync(monitor));
    }

    [Fact]
    public async Task Arguments_reach_the_job_as_they_are_and_a_script_without_its_first_line_runs()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        var script = Path.Combine(user.Home, "job");
        await File.WriteAllTextAsync(script, "for a in \"$@\"; do printf '<%s>' \"$a\"; done\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var run = await user.RunAsync("exec", monitor, "--", "./job", "--json", "", "two words", "@file", "--", "-x", "$HOME");
        Assert.Equal((0, "<--json><><two words><@file><--><-x><$HOME>", ""), (run.Code, run.Output, run.Errors));
    }

    [Fact]
    public async Task Input_passes_through_and_a_hundred_megabytes_come_out_byte_for_byte()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        var run = await user.ShellAsync(
            $"head -c 100000000 /dev/urandom > in && exemplar exec {monitor} -- sh -c 'tee /dev/stderr; grep VmHWM /proc/$PPID/status > memory' < in > out 2> err; echo $?; "
            + "cmp in out && cmp in err && echo same; cat memory");
        Assert.StartsWith("0\nsame\n", run.Output, StringComparison.Ordinal);
        // The most that the command ever had in memory, with 200 MB through its hands.
        Assert.InRange(int.Parse(run.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture), 1_000, 80_000);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount((await MetadataAsync(monitor)).GetProperty("output").GetString()!), 1, 4096);
    }

    [Fact]
    public async Task Output_comes_while_the_job_runs()
    {
        using var user = new User(tool);
        using var process = user.Start("exec", await MonitorAsync(), "--", "sh", "-c", "printf first; read line; printf second");
        var buffer = new char[5];
        await process.StandardOutput.ReadBlockAsync(buffer);
        Assert.Equal("first", new string(buffer));
        await process.StandardInput.WriteLineAsync("go");
        Assert.Equal("second", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_the_job_as_without_the_command()
    {
        using var user = new User(tool);
        var run = await user.ShellAsync($"exemplar exec {await MonitorAsync()} -- yes | head -n 1; echo ${{PIPESTATUS[0]}}");
        Assert.Equal("y\n141\n", run.Output);
    }

    [Fact]
    public async Task A_program_left_in_the_background_does_not_hold_up_the_end()
    {
        using var user = new User(tool);
        var startedAt = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, (await user.ShellAsync($"exemplar exec {await MonitorAsync()} -- sh -c 'sleep 60 & echo done' > out; cat out")).Code);
        Assert.InRange(TimeProvider.System.GetElapsedTime(startedAt), TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("INT", 2)]
    [InlineData("HUP", 1)]
    [InlineData("QUIT", 3)]
    [InlineData("USR1", 10)]
    public async Task Signals_reach_the_job_which_decides(string name, int number)
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        using var process = user.Start("exec", monitor, "--", "bash", "-c", $"trap 'echo got {name}; exit 7' {name}; echo ready; while :; do sleep 0.05; done");
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        Signals.Send(process.Id, number);
        Assert.Equal("got " + name, await process.StandardOutput.ReadLineAsync());
        await process.WaitForExitAsync();
        Assert.Equal(7, process.ExitCode);
        Assert.Empty(await tool.Api.ChecksAsync(monitor));
    }

    [Fact]
    public async Task A_job_that_a_signal_ends_ends_with_128_and_the_signal()
    {
        using var user = new User(tool);
        using var process = user.Start("exec", await MonitorAsync(), "--", "bash", "-c", "echo ready; exec sleep 60");
        await process.StandardOutput.ReadLineAsync();
        Signals.Terminate(process.Id);
        await process.WaitForExitAsync();
        Assert.Equal(143, process.ExitCode);
    }

    [Fact]
    public async Task A_job_that_ignores_a_signal_goes_on_and_beats_when_it_succeeds()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        const string Job = """
            import signal, sys
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGUSR1, lambda *_: print("still here", flush=True))
            print("ready", flush=True)
            sys.stdin.readline()
            print("done")
            """;
        using var process = user.Start("exec", monitor, "--", "python3", "-c", Job);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        Signals.Terminate(process.Id);
        // One that comes after the job's end would mean something else, so the job says first that it lives.
        Signals.Send(process.Id, 10);
        Assert.Equal("still here", await process.StandardOutput.ReadLineAsync());
        await process.StandardInput.WriteLineAsync("go");
        Assert.Equal("done", await process.StandardOutput.ReadLineAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        Assert.Single(await tool.Api.ChecksAsync(monitor, "up"));
    }

    [Fact]
    public async Task On_a_terminal_the_job_finds_the_terminal()
    {
        using var user = new User(tool);
        var run = await user.ShellAsync($"script -qec \"exemplar exec {await MonitorAsync()} -- sh -c 'test -t 0 && test -t 1 && test -t 2 && echo on a terminal'\" /dev/null");
        Assert.Equal((0, "on a terminal"), (run.Code, run.Output.Trim()));
    }

    [Fact]
    public async Task With_no_output_the_job_has_our_streams_and_nothing_of_them_is_sent()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        Assert.Equal("hello\n", (await user.RunAsync("exec", monitor, "--no-output", "--", "echo", "hello")).Output);
        Assert.False((await MetadataAsync(monitor)).TryGetProperty("output", out _));
    }

    [Fact]
    public async Task What_is_to_be_redacted_and_the_key_are_not_sent_and_still_shown()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        var run = await user.RunAsync(
            "exec", monitor, "--redact", "password=\\S+", "--redact", "\\d{4}-\\d{4}", "--", "sh", "-c", "echo user=me password=hunter2 card 1234-5678; echo $EXEMPLAR_API_KEY");
        Assert.Contains("hunter2", run.Output, StringComparison.Ordinal);
        Assert.Equal("user=me [redacted] card [redacted]\n[redacted]\n", (await MetadataAsync(monitor)).GetProperty("output").GetString());
    }

    [Fact]
    public async Task A_secret_at_the_border_of_the_shown_part_is_redacted_too()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        await user.RunAsync("exec", monitor, "--redact", "secret-[a-z]+", "--", "sh", "-c", "printf 'secret-%s' abcdefgh; head -c 4090 /dev/zero | tr '\\0' '.'");
        var output = (await MetadataAsync(monitor)).GetProperty("output").GetString()!;
        Assert.DoesNotContain("efgh", output, StringComparison.Ordinal);
        Assert.Equal(4096, output.Length);
    }

    [Fact]
    public async Task A_pattern_that_takes_too_long_costs_the_output_and_not_the_heartbeat()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        var run = await user.RunAsync("exec", monitor, "--redact", "^(a+)+$", "--", "sh", "-c", "head -c 5000 /dev/zero | tr '\\0' a; echo '!'");
        Assert.Equal(0, run.Code);
        Assert.StartsWith("[left out", (await MetadataAsync(monitor)).GetProperty("output").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_that_is_no_text_still_beats()
    {
        using var user = new User(tool);
        var monitor = await MonitorAsync();
        Assert.Equal(0, (await user.ShellAsync($"exemplar exec {monitor} -- head -c 200000 /dev/urandom > /dev/null")).Code);
        Assert.Single(await tool.Api.ChecksAsync(monitor, "up"));
    }

    [Theory]
    [InlineData(null, "There is no API access token")]
    [InlineData("a key with spaces", "fits into no header")]
    [InlineData("eis_unknown", "401 invalid_token")]
    public async Task Without_a_good_key_the_job_runs_all_the_same(string? key, string expected)
    {
        using var user = new User(tool, null, key);
        var monitor = await MonitorAsync();
        var run = await user.RunAsync("exec", monitor, "--", "sh", "-c", "echo worked");
        Assert.Equal((0, "worked\n"), (run.Code, run.Output));
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.Empty(await tool.Api.ChecksAsync(monitor));
    }

    [Fact]
    public async Task As_json_its_report_is_the_last_line_of_stderr()
    {
        using var user = new User(tool);
        var run = await user.RunAsync("exec", await MonitorAsync(), "--json", "--", "sh", "-c", "echo out; echo err >&2");
        Assert.Equal("out\n", run.Output);
        var report = JsonDocument.Parse(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;
        Assert.Equal(0, report.GetProperty("exit_code").GetInt32());
        Assert.True(report.GetProperty("heartbeat").GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task The_key_is_not_in_the_list_of_processes()
    {
        using var user = new User(tool);
        using var process = user.Start("exec", await MonitorAsync(), "--", "sh", "-c", "echo ready; read line");
        await process.StandardOutput.ReadLineAsync();
        var line = await File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/cmdline"));
        Assert.DoesNotContain(ServerProcess.AdminToken, line, StringComparison.Ordinal);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    private async Task<string> MonitorAsync() => (await tool.Api.CreateAsync("exec", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;

    private async Task<JsonElement> MetadataAsync(string monitor) => Assert.Single(await tool.Api.ChecksAsync(monitor, "up")).Metadata!.Value;
}
