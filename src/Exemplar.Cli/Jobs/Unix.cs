using System.Runtime.InteropServices;

namespace Exemplar.Cli.Jobs;

/// <summary>What .NET does not offer of the operating system.</summary>
internal static partial class Unix
{
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int TryAgainOnMac = 35;
    private const short ReadyToWrite = 4;
    private const int CanExecute = 1;
    private const int BrokenPipe = 13;
    private const int ReadOnly = 0;
    private const nint DefaultHandling = 0;
    private const nint Ignore = 1;

    /// <summary>Writes all of it at once; false when nobody reads any more or the disk takes no more.</summary>
    public static bool TryWrite(int descriptor, ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows()) return TryWriteOnWindows(descriptor, bytes);
        while (!bytes.IsEmpty)
        {
            var written = Write(descriptor, bytes, (nuint)bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                // Somebody who shares the terminal or pipe has made it non-blocking.
                case TryAgain or TryAgainOnMac:
                    var wait = new Poll { Descriptor = descriptor, Events = ReadyToWrite };
                    _ = WaitUntilReady(ref wait, 1, 1_000);
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    public static bool IsTerminal(int descriptor) => OperatingSystem.IsWindows()
        ? !(descriptor == StandardOutput ? Console.IsOutputRedirected : Console.IsErrorRedirected)
        : IsATerminal(descriptor) == 1;

    /// <summary>Whether a terminal's Ctrl-C reaches this process and its children alike; also when input comes from elsewhere.</summary>
    public static bool IsInForeground()
    {
        if (OperatingSystem.IsWindows()) return false;
        var terminal = Open("/dev/tty", ReadOnly);
        if (terminal < 0) return false;
        var group = ForegroundGroup(terminal);
        _ = Close(terminal);
        return group > 0 && group == OwnGroup();
    }

    public static bool IsExecutable(string path) => OperatingSystem.IsWindows() || Access(path, CanExecute) == 0;

    /// <summary>
    /// .NET ignores SIGPIPE, and what is ignored stays so in a child: the pipelines of a job would no longer end by it. While a
    /// child is made it has to be as it was.
    /// </summary>
    public static void WithBrokenPipeSignal(Action start)
    {
        if (OperatingSystem.IsWindows())
        {
            start();
            return;
        }
        Handle(BrokenPipe, DefaultHandling);
        try
        {
            start();
        }
        finally
        {
            Handle(BrokenPipe, Ignore);
        }
    }

    public static void Send(int processId, int signal) => _ = Kill(processId, signal);

    private static bool TryWriteOnWindows(int descriptor, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var stream = descriptor == StandardOutput ? Console.OpenStandardOutput() : Console.OpenStandardError();
            stream.Write(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int WaitUntilReady(ref Poll descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsATerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int ForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Handle(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
