using System.Diagnostics;
using System.Text.Json;

namespace Exemplar.Testing;

/// <summary>The server that misbehaves, from sdks/contract. Ends when this process does, however it does.</summary>
public sealed class FaultServer : IDisposable
{
    private readonly Process _process;

    private FaultServer(Process process, string control, string authority) => (_process, Control, Authority) = (process, control, authority);

    /// <summary>Where scenarios are made.</summary>
    public string Control { get; }

    /// <summary>The file of the authority that clients have to trust.</summary>
    public string Authority { get; }

    public static async Task<FaultServer> StartAsync()
    {
        var start = new ProcessStartInfo("python3", [Repository.File("sdks/contract/fault_server.py"), "--until-stdin-closes"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        var process = Process.Start(start)!;
        using var ready = JsonDocument.Parse(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The fault server did not start."));
        return new FaultServer(
            process, ready.RootElement.GetProperty("control").GetString()!, ready.RootElement.GetProperty("ca_file").GetString()!);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
