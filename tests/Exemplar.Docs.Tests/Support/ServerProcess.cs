using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace Exemplar.Docs.Tests.Support;

/// <summary>The built server, as a reader starts it: SQLite, a data folder of its own, a free port. Ends with the test.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string ReadyLine = "Exemplar is listening on ";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private static readonly string Assembly = typeof(ServerProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerAssembly").Value!;

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<string?> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts it and waits until it is ready; returns it with its address.</summary>
    public static async Task<(ServerProcess Server, string Address)> StartAsync(string dataFolder, string adminToken)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, "--urls", "http://127.0.0.1:0", "--data", dataFolder])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var key in start.Environment.Keys.Where(k => k.StartsWith("EXEMPLAR_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(key);
        start.Environment["EXEMPLAR_ADMIN_TOKEN"] = adminToken;
        var server = new ServerProcess(start);
        try
        {
            var address = await server._address.Task.WaitAsync(StartDeadline, TimeProvider.System);
            Assert.True(address is not null, "The server did not get ready.\n" + server.Log);
            return (server, address);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything it wrote, for a failing test's message.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private void Read(string? line)
    {
        Append(line);
        if (line is null) _address.TrySetResult(null);
        else if (line.StartsWith(ReadyLine, StringComparison.Ordinal)) _address.TrySetResult(line[ReadyLine.Length..]);
    }

    private void Append(string? line)
    {
        if (line is null) return;
        lock (_log) _log.Append(line).Append('\n');
    }
}
