using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Exemplar.Bench.Servers;

/// <summary>
/// A server that this program started, and ends. Its output is read all the time, so that it never waits for us; what
/// it warns of is kept.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string ReadyLine = "Exemplar is listening on ";
    private const int ComplaintsKept = 20;

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, (string First, int Count)> _complaints = new(StringComparer.Ordinal);
    private readonly Lock _sync = new();

    private readonly PosixSignalRegistration[] _signals;

    private ServerProcess(Process process)
    {
        _process = process;
        // A signal ends this program without disposing of anything: the server must not outlive it.
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, _ => process.Kill()))];
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _ready.Task.Result;

    /// <summary>From the start of the process to the line that says that it listens.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>From SIGTERM to the end of the process.</summary>
    public TimeSpan StoppedAfter { get; private set; }

    /// <summary>Where it warned or failed: the first line of each kind, and how many there were.</summary>
    public string[] Complaints
    {
        get
        {
            lock (_sync) return [.. _complaints.Values.Select(c => c.Count == 1 ? c.First : $"{c.First} ({c.Count:N0} lines of this kind)")];
        }
    }

    /// <summary>Starts a server on a free loopback port and waits until it says that it listens.</summary>
    /// <exception cref="BenchException">It ended, or did not become ready within two minutes.</exception>
    public static async Task<ServerProcess> StartAsync(string dll, string data, string? postgres, string token, params IEnumerable<(string Key, string Value)> environment)
    {
        var start = new ProcessStartInfo("dotnet", [dll, "--urls", "http://127.0.0.1:0", "--data", data])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(data)!,
        };
        start.Environment["EXEMPLAR_ADMIN_TOKEN"] = token;
        foreach (var (key, value) in environment) start.Environment[key] = value;
        if (postgres is not null) start.Environment["EXEMPLAR_DATABASE"] = postgres;
        else start.Environment.Remove("EXEMPLAR_DATABASE");

        var startedAt = TimeProvider.System.GetTimestamp();
        var server = new ServerProcess(Process.Start(start) ?? throw new BenchException("The server could not be started."));
        server._process.OutputDataReceived += (_, line) => server.Read(line.Data, startedAt);
        server._process.ErrorDataReceived += (_, line) => server.Read(line.Data, startedAt);
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        try
        {
            var ended = server._process.WaitForExitAsync();
            var first = await Task.WhenAny(server._ready.Task, ended).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
            if (first == ended) throw new BenchException("The server ended before it was ready. " + string.Join('\n', server.Complaints));
            return server;
        }
        catch (TimeoutException)
        {
            await server.DisposeAsync();
            throw new BenchException("The server was not ready within two minutes. " + string.Join('\n', server.Complaints));
        }
    }

    /// <summary>A figure of memory in <c>/proc/pid/status</c>, in bytes; null where there is no such file.</summary>
    /// <param name="name"><c>VmHWM</c> for the peak of resident memory, <c>VmRSS</c> for now.</param>
    public long? Memory(string name)
    {
        var file = $"/proc/{_process.Id}/status";
        if (!File.Exists(file)) return null;
        var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return line is null ? null : 1024 * long.Parse(line.AsSpan(name.Length + 1, line.Length - name.Length - 4), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    /// <summary>Asks it to stop with SIGTERM and waits; the exit code. It is killed when it is still there after 20 s.</summary>
    public async Task<int> StopAsync()
    {
        var askedAt = TimeProvider.System.GetTimestamp();
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            throw new BenchException("The server did not stop within 20 s of SIGTERM and was killed.");
        }
        StoppedAfter = TimeProvider.System.GetElapsedTime(askedAt);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        foreach (var signal in _signals) signal.Dispose();
        _process.Dispose();
    }

    /// <summary>The event's number in square brackets; a line without one, as of an unhandled exception, is a kind of its own.</summary>
    private static string Kind(string line)
    {
        var start = line.IndexOf('[');
        var end = start < 0 ? -1 : line.IndexOf(']', start);
        return end < 0 ? line : line[start..end];
    }

    private void Read(string? line, long startedAt)
    {
        if (line is null) return;
        if (line.StartsWith(ReadyLine, StringComparison.Ordinal))
        {
            ReadyAfter = TimeProvider.System.GetElapsedTime(startedAt);
            _ready.TrySetResult(new Uri(line[ReadyLine.Length..]));
            return;
        }

        // That it was not running before this start (1101) is as it should be.
        if (line.Contains("info: ", StringComparison.Ordinal) || line.Contains("[1101]", StringComparison.Ordinal)) return;
        lock (_sync)
        {
            if (_complaints.TryGetValue(Kind(line), out var known)) _complaints[Kind(line)] = known with { Count = known.Count + 1 };
            else if (_complaints.Count < ComplaintsKept) _complaints.Add(Kind(line), (line, 1));
        }
    }
}
