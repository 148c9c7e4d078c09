using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace Exemplar.Console.Tests.Support;

/// <summary>A real server on a port and a data folder of its own. Ends with the test.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string ReadyLine = "Exemplar is listening on ";

    private static readonly string Assembly = typeof(ServerProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerAssembly").Value!;

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<Uri?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start, string dataFolder)
    {
        DataFolder = dataFolder;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string DataFolder { get; }

    public Uri Address { get; private set; } = default!;

    /// <summary>Everything it wrote.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    public static async Task<ServerProcess> StartAsync(params (string Key, string Value)[] environment)
    {
        var data = Directory.CreateTempSubdirectory("exemplar-console-").FullName;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Assembly);
        foreach (var key in start.Environment.Keys.Where(k => k.StartsWith("EXEMPLAR_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(key);
        start.Environment["EXEMPLAR_URLS"] = "http://127.0.0.1:0";
        start.Environment["EXEMPLAR_DATA"] = data;
        foreach (var (key, value) in environment) start.Environment[key] = value;
        var server = new ServerProcess(start, data);
        var address = await server._ready.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        if (address is null)
        {
            await server.DisposeAsync();
            Assert.Fail("The server did not get ready.\n" + server.Log);
        }
        server.Address = address;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        Directory.Delete(DataFolder, recursive: true);
    }

    private void Read(string? line)
    {
        Append(line);
        if (line is null) _ready.TrySetResult(null);
        else if (line.StartsWith(ReadyLine, StringComparison.Ordinal)) _ready.TrySetResult(new Uri(line[ReadyLine.Length..]));
    }

    private void Append(string? line)
    {
        if (line is null) return;
        lock (_log) _log.Append(line).Append('\n');
    }
}
