using System.Text.Json.Nodes;
using Exemplar.Cli.Tests.Support;

namespace Exemplar.Cli.Tests;

/// <summary><c>exemplar exec</c> in front of somebody: a real terminal whose Ctrl-C goes to the whole foreground group, as keys do.</summary>
public sealed class ExecTerminalTests(InstalledTool tool)
{
    /// <summary>
    /// Starts a command as the leader of a session on a terminal of its own, presses the keys when the terminal has shown "ready",
    /// and prints as JSON what was shown and how it ended.
    /// </summary>
    private const string Terminal = """
        import json, os, pty, select, sys, time
        keys, command = sys.argv[1].encode().decode("unicode_escape").encode(), sys.argv[2:]
        child, terminal = pty.fork()
        if child == 0:
            os.execvp(command[0], command)
        shown, pressed, deadline = b"", False, time.monotonic() + 60
        while time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    part = os.read(terminal, 65536)
                except OSError:
                    part = b""
                if not part:
                    break
                shown += part
            if b"ready" in shown and not pressed:
                pressed = True
                os.write(terminal, keys)
        else:
            os.kill(child, 9)
        status = os.waitpid(child, 0)[1]
        print(json.dumps({"shown": shown.decode("utf-8", "replace"), "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)}))
        """;

    [Theory]
    [InlineData("\\x03", "INT", "")]
    [InlineData("\\x1c", "QUIT", "")]
    [InlineData("\\x03", "INT", "< /dev/null")]
    [InlineData("\\x03", "INT", "< /dev/null 2> /dev/null")]
    public async Task A_key_that_interrupts_reaches_the_job_once(string key, string signal, string redirection)
    {
        // It counts for a while: a second one would come within moments.
        var job = $"n=0; trap 'n=$((n+1))' {signal}; echo ready; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.05; done; echo \"{signal} $n times\"; exit 7";
        var (code, shown) = await RunAsync(key, $"exec exemplar exec {await MonitorAsync()} -- bash -c '{job.Replace("'", "'\\''", StringComparison.Ordinal)}' {redirection}");
        Assert.Contains($"{signal} 1 times", shown, StringComparison.Ordinal);
        Assert.Equal(7, code);
    }

    [Theory]
    [InlineData("\\x03", 130)]
    [InlineData("\\x1c", 131)]
    public async Task A_job_that_ctrl_c_ends_ends_with_the_code_of_the_shell_and_does_not_beat(string key, int code)
    {
        var monitor = await MonitorAsync();
        // No shell: one that has not yet started its program does not die of these signals.
        const string Job = "import time; print(\"ready\", flush=True); time.sleep(60)";
        Assert.Equal(code, (await RunAsync(key, $"ulimit -c 0; exec exemplar exec {monitor} -- python3 -c '{Job}'")).Code);
        Assert.Empty(await tool.Api.ChecksAsync(monitor));
    }

    [Fact]
    public async Task A_job_reads_what_is_typed()
    {
        var (code, shown) = await RunAsync("hello\\n", $"exec exemplar exec {await MonitorAsync()} -- bash -c 'echo ready; read -r line; echo \"<$line>\"'");
        Assert.Contains("<hello>", shown, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    private async Task<(int Code, string Shown)> RunAsync(string keys, string line)
    {
        using var user = new User(tool);
        user.Environment["PATH"] = tool.Folder + ":" + Environment.GetEnvironmentVariable("PATH");
        var run = await Programs.RunAsync(user.Home, user.Environment, "python3", "-c", Terminal, keys, "bash", "-c", line);
        Assert.True(run.Code == 0, run.Errors);
        var seen = JsonNode.Parse(run.Output)!;
        return (seen["code"]!.GetValue<int>(), seen["shown"]!.GetValue<string>());
    }

    private async Task<string> MonitorAsync() => (await tool.Api.CreateAsync("terminal", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1))).Id;
}
