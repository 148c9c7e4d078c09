using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Exemplar.Testing;

/// <summary>What .NET does not offer: signals other than SIGKILL, and the limits of another process.</summary>
public static partial class Signals
{
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private const int FileSizeLimit = 1;

    /// <summary>No limit, as <see cref="LimitFileSize"/> takes it.</summary>
    public const ulong Unlimited = ulong.MaxValue;

    public static void Terminate(int processId) => Send(processId, SigTerm);

    public static void Stop(int processId) => Send(processId, SigStop);

    public static void Continue(int processId) => Send(processId, SigCont);

    /// <summary>No file of the process can grow beyond so many bytes; the hard limit stays, so that it can be lifted again.</summary>
    public static void LimitFileSize(int processId, ulong bytes)
    {
        if (GetLimit(processId, FileSizeLimit, 0, out var limit) != 0) throw new Win32Exception();
        limit.Soft = Math.Min(bytes, limit.Hard);
        if (SetLimit(processId, FileSizeLimit, limit, 0) != 0) throw new Win32Exception();
    }

    public static void Send(int processId, int signal)
    {
        if (Kill(processId, signal) != 0) throw new Win32Exception();
    }

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "prlimit64", SetLastError = true)]
    private static partial int GetLimit(int processId, int resource, nint unchanged, out Limit limit);

    [LibraryImport("libc", EntryPoint = "prlimit64", SetLastError = true)]
    private static partial int SetLimit(int processId, int resource, in Limit limit, nint unwanted);
}
