using System.Text;

namespace Exemplar.Cli.Jobs;

/// <summary>
/// The last of what a job wrote, both streams in the order in which they arrived. More is kept than shown, so that what is to
/// be redacted is found also when the shown part begins in the middle of it. The lock guards the ring: two threads add.
/// </summary>
internal sealed class OutputTail
{
    /// <summary>So much of it goes with the heartbeat.</summary>
    public const int ShownBytes = 4 * 1024;

    private const int KeptBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[KeptBytes];
    private long _written;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (bytes.Length > KeptBytes)
            {
                _written += bytes.Length - KeptBytes;
                bytes = bytes[^KeptBytes..];
            }
            var at = (int)(_written % KeptBytes);
            var first = Math.Min(bytes.Length, KeptBytes - at);
            bytes[..first].CopyTo(_ring.AsSpan(at));
            bytes[first..].CopyTo(_ring);
            _written += bytes.Length;
        }
    }

    /// <summary>The last 4 KiB as text after redaction, without what a terminal would obey; null when nothing was written.</summary>
    public string? Show(Redaction redaction)
    {
        var text = redaction.Apply(Legible.Of(Encoding.UTF8.GetString(Kept())));
        return text.Length == 0 ? null : LastBytes(text);
    }

    private byte[] Kept()
    {
        lock (_lock)
        {
            if (_written <= KeptBytes) return _ring[..(int)_written];
            var at = (int)(_written % KeptBytes);
            return [.. _ring.AsSpan(at), .. _ring.AsSpan(0, at)];
        }
    }

    private static string LastBytes(string text)
    {
        var start = text.Length;
        for (var bytes = 0; start > 0; start--)
        {
            // A pair of surrogates has four bytes and is not torn.
            var isPair = start > 1 && char.IsSurrogatePair(text[start - 2], text[start - 1]);
            bytes += isPair ? 4 : text[start - 1] < 0x80 ? 1 : text[start - 1] < 0x800 ? 2 : 3;
            if (bytes > ShownBytes) break;
            if (isPair) start--;
        }
        return text[start..];
    }
}
