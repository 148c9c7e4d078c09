using System.Runtime.InteropServices;

namespace Exemplar.Server.Heartbeats.Lane;

/// <summary>Room for the events of one round, as the system writes them.</summary>
internal sealed unsafe class EpollEvents(int capacity) : IDisposable
{
    /// <summary>Where the key stands in an event: the kernel packs the struct on x86-64 and nowhere else.</summary>
    public static readonly int KeyOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private static readonly int Size = KeyOffset + sizeof(ulong);

    private byte* _events = (byte*)NativeMemory.AllocZeroed((nuint)(capacity * Size));

    public int Capacity => capacity;

    public void* Pointer => _events;

    /// <summary>What happened, and the key of whom it happened to.</summary>
    public (uint What, ulong Key) this[int index]
    {
        get
        {
            var at = _events + (index * Size);
            return (*(uint*)at, *(ulong*)(at + KeyOffset));
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_events);
        _events = null;
    }
}
