using System.Diagnostics;

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

/// <summary>A tmpfs in a mount namespace of the server's own: it takes the rights of an ordinary user where those may make namespaces, and goes away with the process.</summary>
internal sealed class TmpfsDisk(string dataFolder) : SmallDisk
{
    private const string Mount = "mkdir -p \"$0\" && mount -t tmpfs -o size=6m tmpfs \"$0\" && exec \"$@\"";

    /// <summary>Whether this machine lets us mount one.</summary>
    public static bool IsPossible { get; } = Try();

    public override ServerOptions Options => new() { Wrapper = ["unshare", "-rm", "sh", "-c", Mount, dataFolder] };

    public override void Fill(ServerProcess server)
    {
        using var filler = File.Create(Filler(server), bufferSize: 0);
        var zeros = new byte[4096];
        try
        {
            while (true) filler.Write(zeros);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public override void Free(ServerProcess server) => File.Delete(Filler(server));

    // The server's mounts are seen through its process.
    private string Filler(ServerProcess server) => $"/proc/{server.Id}/root{dataFolder}/filler";

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
