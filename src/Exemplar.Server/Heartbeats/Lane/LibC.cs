using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exemplar.Server.Heartbeats.Lane;

/// <summary>The few calls of the C library that the lane needs. Linux only; the numbers are those of its interface.</summary>
internal static partial class LibC
{
    public const uint EpollIn = 0x001;
    public const uint EpollOut = 0x004;
    public const uint EpollError = 0x008;
    public const uint EpollHangUp = 0x010;
    public const uint EpollPeerHangUp = 0x2000;
    public const uint EpollEdge = 1u << 31;

    public const int Interrupted = 4;
    public const int TryAgain = 11;

    private const int EpollAdd = 1;
    private const int EpollRemove = 2;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Peeking = 0x02;
    private const int Truncating = 0x20;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;

    /// <summary>True on Linux, where it can be loaded.</summary>
    public static bool IsThere { get; } = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc", typeof(LibC).Assembly, null, out _);

    /// <exception cref="IOException">The system refused, as when no descriptor is left.</exception>
    public static SafeFileHandle CreateEpoll() => Owned(epoll_create1(CloseOnExec));

    /// <summary>A counter that wakes whoever waits for it with epoll.</summary>
    /// <exception cref="IOException">The system refused, as when no descriptor is left.</exception>
    public static SafeFileHandle CreateEvent() => Owned(eventfd(0, CloseOnExec | NonBlocking));

    /// <summary>Adds the target to those that are waited for; false when the system refused.</summary>
    public static unsafe bool TryWatch(SafeFileHandle epoll, SafeHandle target, uint events, ulong key)
    {
        // Room for either layout of the struct, see EpollEvents.
        var entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(ulong*)(entry + EpollEvents.KeyOffset) = key;
        return epoll_ctl(epoll, EpollAdd, target, entry) == 0;
    }

    public static unsafe void Unwatch(SafeFileHandle epoll, SafeHandle target)
    {
        var entry = stackalloc byte[16];
        _ = epoll_ctl(epoll, EpollRemove, target, entry);
    }

    /// <summary>Waits for events; how many there are, less than 0 when it was interrupted.</summary>
    public static unsafe int Wait(SafeFileHandle epoll, EpollEvents events, int timeoutMs) =>
        epoll_wait(epoll, events.Pointer, events.Capacity, timeoutMs);

    /// <summary>Looks at what has arrived and leaves it where it is; less than 0 with the error in <paramref name="error"/>.</summary>
    public static unsafe int Peek(SafeHandle socket, Span<byte> buffer, out int error)
    {
        fixed (byte* pointer = buffer) return Receive(socket, pointer, buffer.Length, Peeking, out error);
    }

    /// <summary>Takes away what has been looked at; less than 0 with the error in <paramref name="error"/>.</summary>
    public static unsafe int Discard(SafeHandle socket, int length, out int error) => Receive(socket, null, length, Truncating, out error);

    /// <summary>Sends what fits; less than 0 with the error in <paramref name="error"/>.</summary>
    public static unsafe int Send(SafeHandle socket, ReadOnlySpan<byte> bytes, out int error)
    {
        fixed (byte* pointer = bytes)
        {
            while (true)
            {
                var count = (int)send(socket, pointer, (nuint)bytes.Length, DontWait | NoSignal);
                error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error != Interrupted) return count;
            }
        }
    }

    /// <summary>Wakes whoever waits for the event.</summary>
    public static unsafe void Signal(SafeFileHandle @event)
    {
        var one = 1UL;
        _ = write(@event, &one, sizeof(ulong));
    }

    /// <summary>Takes the signals back.</summary>
    public static unsafe void Reset(SafeFileHandle @event)
    {
        ulong count;
        _ = read(@event, &count, sizeof(ulong));
    }

    private static unsafe int Receive(SafeHandle socket, byte* buffer, int length, int flags, out int error)
    {
        while (true)
        {
            var count = (int)recv(socket, buffer, (nuint)length, flags | DontWait);
            error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (error != Interrupted) return count;
        }
    }

    private static SafeFileHandle Owned(int descriptor) => descriptor >= 0
        ? new SafeFileHandle(descriptor, ownsHandle: true)
        : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int epoll_ctl(SafeHandle epoll, int operation, SafeHandle target, void* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int epoll_wait(SafeHandle epoll, void* events, int capacity, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recv(SafeHandle socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint send(SafeHandle socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint read(SafeHandle file, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(SafeHandle file, void* buffer, nuint length);
}
