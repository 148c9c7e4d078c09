using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace Exemplar.Testing;

/// <summary>
/// A real server: the built program (a test program that starts it builds it, by a reference without its code), a port of its own, a data folder that it may share with the server before it. Ends
/// with the test, and nothing else ends with it.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>The admin token of every server that is started without another.</summary>
    public const string AdminToken = "the-admin-token-of-the-tests-0123456789";

    private const string ReadyLine = "Exemplar is listening on ";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private static readonly string Assembly = typeof(ServerProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerAssembly").Value!;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Uri? _address;

    private ServerProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Where it listens.</summary>
    public Uri Address => _address ?? throw new InvalidOperationException("The server is not ready.");

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>Everything it wrote, for a failing test's message.</summary>
    public string Log => $"--- stdout ---\n{Output}--- stderr ---\n{Errors}";

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(string dataFolder, ServerOptions? options = null)
    {
        var server = Launch(dataFolder, options);
        try
        {
            server._address = await server._ready.Task.WaitAsync(StartDeadline, TimeProvider.System);
            return server._address is not null ? server : throw new InvalidOperationException("The server did not get ready.\n" + server.Log);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits for nothing.</summary>
    public static ServerProcess Launch(string dataFolder, ServerOptions? options = null)
    {
        options ??= new ServerOptions();
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] command = [.. options.Wrapper, "dotnet", Assembly];
        start.FileName = command[0];
        foreach (var argument in command[1..]) start.ArgumentList.Add(argument);
        foreach (var key in start.Environment.Keys.Where(k => k.StartsWith("EXEMPLAR_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(key);
        start.Environment["EXEMPLAR_URLS"] = options.Urls;
        start.Environment["EXEMPLAR_DATA"] = dataFolder;
        start.Environment["EXEMPLAR_ADMIN_TOKEN"] = AdminToken;
        // One that lives for seconds does not earn back to be compiled well from its first moment on: .NET's own pause, 100 ms in hexadecimal.
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "64";
        foreach (var (key, value) in options.Environment) start.Environment[key] = value;
        return new ServerProcess(start);
    }

    /// <summary>SIGKILL: not an instruction more is run.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => Signals.Terminate(Id);

    /// <summary>SIGSTOP: it stands still until <see cref="Continue"/>.</summary>
    public void Stop() => Signals.Stop(Id);

    public void Continue() => Signals.Continue(Id);

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan within)
    {
        try
        {
            // Also waits until everything it wrote has been read.
            await _process.WaitForExitAsync().WaitAsync(within, TimeProvider.System);
        }
        catch (TimeoutException exception)
        {
            throw new InvalidOperationException($"The server did not end within {within}.\n{Log}", exception);
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        Append(_output, line);
        if (line is null) _ready.TrySetResult(null);
        else if (line.StartsWith(ReadyLine, StringComparison.Ordinal)) _ready.TrySetResult(new Uri(line[ReadyLine.Length..]));
    }

    private static void Append(StringBuilder lines, string? line)
    {
        if (line is null) return;
        lock (lines) lines.Append(line).Append('\n');
    }

    private static string Text(StringBuilder lines)
    {
        lock (lines) return lines.ToString();
    }
}

/// <summary>What differs from test to test.</summary>
public sealed record ServerOptions
{
    /// <summary>Port 0 lets the system choose a free one, without a race for it.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:0";

    /// <summary>Set, or with null left out.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>A command that becomes the server by exec, so that the process id stays.</summary>
    public IReadOnlyList<string> Wrapper { get; init; } = [];
}
