using System.Diagnostics;
using System.Reflection;
using System.Text;
using Exemplar.Testing;

namespace Exemplar.Console.Tests.Support;

/// <summary>A real server on a port and a data folder of its own. Ends with the test.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string ReadyLine = "Exemplar is listening on ";

    private static readonly string Assembly = typeof(ServerProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerAssembly").Value!;

    private Process _process = default!;
    private readonly StringBuilder _log = new();
    private TaskCompletionSource<Uri?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start, string dataFolder)
    {
        DataFolder = dataFolder;
        Run(start);
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

    public static Task<ServerProcess> StartAsync(params (string Key, string Value)[] environment) =>
        StartOnAsync(Directory.CreateTempSubdirectory("exemplar-console-").FullName, environment);

    /// <summary>A server on a data folder that is there.</summary>
    public static async Task<ServerProcess> StartOnAsync(string data, params (string Key, string Value)[] environment)
    {
        var start = StartInfo(data);
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

    /// <summary>Runs the program with a switch until it ends by itself.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string data, params string[] arguments)
    {
        var start = StartInfo(data);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Ends the server and leaves its data folder.</summary>
    public Task StopAsync() => _process.HasExited ? Task.CompletedTask : KillAsync();

    /// <summary>Ends the process as a power cut does. Address and data stay for <see cref="StartAgainAsync"/>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it stands still until <see cref="Continue"/>.</summary>
    public void Stop() => Signals.Stop(_process.Id);

    public void Continue() => Signals.Continue(_process.Id);

    /// <summary>Starts it on the same address and data.</summary>
    public async Task StartAgainAsync()
    {
        var start = _process.StartInfo;
        _process.Dispose();
        start.Environment["EXEMPLAR_URLS"] = Address.GetLeftPart(UriPartial.Authority);
        _ready = new TaskCompletionSource<Uri?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Run(start);
        Assert.True(await _ready.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System) is not null, "The server did not get ready.\n" + Log);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        if (Directory.Exists(DataFolder)) Directory.Delete(DataFolder, recursive: true);
    }

    private static ProcessStartInfo StartInfo(string data)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Assembly);
        foreach (var key in start.Environment.Keys.Where(k => k.StartsWith("EXEMPLAR_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(key);
        start.Environment["EXEMPLAR_URLS"] = "http://127.0.0.1:0";
        start.Environment["EXEMPLAR_DATA"] = data;
        // One that lives for seconds does not earn back to be compiled well from its first moment on: .NET's own pause, 100 ms in hexadecimal.
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "64";
        return start;
    }

    private void Run(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
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
