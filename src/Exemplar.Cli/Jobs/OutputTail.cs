using System.Text;

namespace Exemplar.Cli.Jobs;

/// <summary>
/// The last of what a job wrote, both streams line by line in the order in which the lines were complete: what the other stream
/// writes in between must not tear a secret apart that is to be redacted. More is kept than shown, so that a secret is found also
/// when the shown part begins in the middle of it. The lock guards the ring and the unfinished lines: two threads add.
/// </summary>
internal sealed class OutputTail
{
    /// <summary>So much of it goes with the heartbeat.</summary>
    public const int ShownBytes = 4 * 1024;

    private const int KeptBytes = 64 * 1024;

    /// <summary>Of a longer line the first half is complete, so that a job that writes no line breaks needs no more memory.</summary>
    private const int LongestLine = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[KeptBytes];
    private readonly List<Writer> _writers = [];
    private long _written;

    /// <summary>Where one stream of the job is added.</summary>
    public Writer Open()
    {
        lock (_lock)
        {
            var writer = new Writer(this);
            _writers.Add(writer);
            return writer;
        }
    }

    /// <summary>The last 4 KiB as text after redaction, without what a terminal would obey; null when nothing was written.</summary>
    public string? Show(Redaction redaction)
    {
        var (kept, isTorn) = Kept();
        var text = redaction.Apply(Legible.Of(Encoding.UTF8.GetString(kept)));
        // What is kept then begins in the middle of something, and where almost all of it was colours that could be shown: the
        // first line may be the rest of a secret.
        if (isTorn) text = WithoutFirstLine(text);
        return text.Length == 0 ? null : LastBytes(text);
    }

    private static string WithoutFirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end >= 0) return text[(end + 1)..];
        return text.Length > 2 * ShownBytes ? text[(text.Length / 2)..] : "";
    }

    private (byte[] Bytes, bool IsTorn) Kept()
    {
        lock (_lock)
        {
            foreach (var writer in _writers) writer.Complete();
            if (_written <= KeptBytes) return (_ring[..(int)_written], false);
            var at = (int)(_written % KeptBytes);
            return ([.. _ring.AsSpan(at), .. _ring.AsSpan(0, at)], true);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
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

    /// <summary>One stream of the job: holds back the line that is not complete.</summary>
    internal sealed class Writer(OutputTail tail)
    {
        private byte[] _line = [];
        private int _length;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            lock (tail._lock)
            {
                var complete = bytes.LastIndexOf((byte)'\n') + 1;
                if (complete > 0)
                {
                    Complete();
                    tail.Append(bytes[..complete]);
                }
                Hold(bytes[complete..]);
            }
        }

        /// <summary>The line ends here; for the tail, under its lock.</summary>
        internal void Complete()
        {
            tail.Append(_line.AsSpan(0, _length));
            _length = 0;
        }

        private void Hold(ReadOnlySpan<byte> bytes)
        {
            if (bytes.IsEmpty) return;
            if (_length + bytes.Length > LongestLine)
            {
                var done = _length / 2;
                tail.Append(_line.AsSpan(0, done));
                _line.AsSpan(done, _length - done).CopyTo(_line);
                _length -= done;
            }
            if (_length + bytes.Length > _line.Length) Array.Resize(ref _line, Math.Max(_length + bytes.Length, _line.Length * 2));
            bytes.CopyTo(_line.AsSpan(_length));
            _length += bytes.Length;
        }
    }
}
