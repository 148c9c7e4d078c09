using System.Diagnostics;
using System.Globalization;

namespace Exemplar.Faults.Tests.Support;

/// <summary>A place for a server's data that runs full on command.</summary>
internal abstract class SmallDisk
{
    /// <summary>How the server is to be started on it.</summary>
    public abstract ServerOptions Options { get; }

    /// <summary>From here on nothing can grow.</summary>
    public abstract void Fill(ServerProcess server);

    /// <summary>There is room again.</summary>
    public abstract void Free(ServerProcess server);
}

/// <summary>
/// A tmpfs in a mount namespace of its own, which every server that is started on it enters: it takes the rights of an
/// ordinary user where those may make namespaces, and goes away with the last process in it.
/// </summary>
internal sealed class TmpfsDisk : SmallDisk, IDisposable
{
    // Keeps the namespace until its input ends, so that a server can end and another be started on the same disk.
    private const string Mount = "mkdir -p \"$0\" && mount -t tmpfs -o size=6m tmpfs \"$0\" && echo mounted && exec cat";

    private readonly Process _keeper;
    private readonly string _dataFolder;

    private TmpfsDisk(Process keeper, string dataFolder)
    {
        _keeper = keeper;
        _dataFolder = dataFolder;
    }

    /// <summary>Whether this machine lets us mount one.</summary>
    public static bool IsPossible { get; } = Try();

    public override ServerOptions Options =>
        new() { Wrapper = ["nsenter", "-t", _keeper.Id.ToString(CultureInfo.InvariantCulture), "-U", "-m", "--preserve-credentials", "--"] };

    public static async Task<TmpfsDisk> MountAsync(string dataFolder)
    {
        var start = new ProcessStartInfo("unshare", ["-rm", "sh", "-c", Mount, dataFolder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var keeper = Process.Start(start)!;
        Assert.Equal("mounted", await keeper.StandardOutput.ReadLineAsync());
        return new TmpfsDisk(keeper, dataFolder);
    }

    public override void Fill(ServerProcess server)
    {
        using var filler = File.OpenHandle(Filler, FileMode.CreateNew, FileAccess.Write);
        var zeros = new byte[4096];
        try
        {
            for (long offset = 0; ; offset += zeros.Length) RandomAccess.Write(filler, zeros, offset);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public override void Free(ServerProcess server) => File.Delete(Filler);

    public void Dispose()
    {
        _keeper.StandardInput.Close();
        _keeper.WaitForExit();
        _keeper.Dispose();
    }

    // The mounts of a namespace are seen through a process in it.
    private string Filler => $"/proc/{_keeper.Id}/root{_dataFolder}/filler";

    private static bool Try()
    {
        try
        {
            var mount = new ProcessStartInfo("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"]) { RedirectStandardError = true, UseShellExecute = false };
            using var probe = Process.Start(mount)!;
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A limit on the size of the server's files, which every user may set everywhere.</summary>
internal sealed class LimitedFiles(string database) : SmallDisk
{
    // A signal that is ignored stays ignored over exec; otherwise it would end the process instead of failing the write.
    public override ServerOptions Options => new() { Wrapper = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"] };

    public override void Fill(ServerProcess server) =>
        Signals.LimitFileSize(server.Id, (ulong)new FileInfo(database + "-wal").Length);

    public override void Free(ServerProcess server) => Signals.LimitFileSize(server.Id, Signals.Unlimited);
}
