using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Exemplar.Server.Channels.Shell;

/// <summary>One run of a command, in a process group of its own so that all that it starts can be ended with it.</summary>
internal sealed class ShellCommand(
    string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string input)
{
    private const int MostOutput = 16 * 1024;
    private const string NewSession = "/usr/bin/setsid";
    private const int Kill = 9;

    // What a program needs to find others and to write its language. Nothing else of the server's environment, in which there may
    // be the token and the password of the first start.
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER"];

    /// <summary>How it ended.</summary>
    /// <param name="Code">Its exit code; null when it was killed.</param>
    /// <param name="Output">The beginning of what it wrote.</param>
    /// <param name="WasCut">Whether it wrote more.</param>
    /// <param name="Refusal">Why it could not be started; null when it was.</param>
    public sealed record Run(int? Code, string Output, bool WasCut, string? Refusal = null);

    /// <summary>Runs it to its end, or kills its process group when the time is over.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the group has been killed.</exception>
    public async Task<Run> RunAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!File.Exists(program)) return new Run(null, "", false, "The command is not there.");
        using var process = new Process { StartInfo = StartInfo() };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            return new Run(null, "", false, $"The command cannot be started: {exception.Message}");
        }

        using var limit = new CancellationTokenSource(longest, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var output = new Output();
        var reading = Task.WhenAll(output.ReadAsync(process.StandardOutput, both.Token), output.ReadAsync(process.StandardError, both.Token));
        try
        {
            await WriteAsync(process, both.Token);
            await process.WaitForExitAsync(both.Token);
            await LastWordsAsync(reading);
            return new Run(process.ExitCode, output.Text, output.WasCut);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Run(null, output.Text, output.WasCut);
        }
        finally
        {
            // Also after an ordinary end: what it has left running in its group goes with it.
            End(process);
            await both.CancelAsync();
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var hasSession = OperatingSystem.IsLinux() && File.Exists(NewSession);
        var start = new ProcessStartInfo(hasSession ? NewSession : program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            WorkingDirectory = Path.GetTempPath(),
        };
        // Becomes the program itself, under the same process id, as the leader of its own group.
        if (hasSession) start.ArgumentList.Add(program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) start.Environment[name] = value;
        }
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return start;
    }

    private async Task WriteAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not want to read it.
        }
    }

    // Something that it left running may hold its output open for ever.
    private static async Task LastWordsAsync(Task reading)
    {
        try
        {
            await reading.WaitAsync(TimeSpan.FromMilliseconds(500));
        }
        catch (TimeoutException)
        {
        }
    }

    private static void End(Process process)
    {
        if (OperatingSystem.IsLinux()) _ = SignalGroup(-process.Id, Kill);
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It ended by itself meanwhile.
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SignalGroup(int processGroup, int signal);

    /// <summary>The beginning of what two streams say. Invariant: the text changes under the lock only.</summary>
    private sealed class Output
    {
        private readonly Lock _sync = new();
        private readonly StringBuilder _text = new();
        private bool _wasCut;

        public string Text
        {
            get
            {
                lock (_sync) return _text.ToString();
            }
        }

        public bool WasCut
        {
            get
            {
                lock (_sync) return _wasCut;
            }
        }

        // Read to the end whatever its length, so that a talkative command is not held up.
        public async Task ReadAsync(StreamReader stream, CancellationToken cancellationToken)
        {
            var buffer = new char[4_096];
            try
            {
                while (await stream.ReadAsync(buffer, cancellationToken) is var read and > 0)
                {
                    lock (_sync)
                    {
                        var taken = Math.Min(read, MostOutput - _text.Length);
                        _text.Append(buffer, 0, taken);
                        _wasCut |= taken < read;
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
            {
                lock (_sync) _wasCut = true;
            }
        }
    }
}
