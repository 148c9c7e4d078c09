using System.Diagnostics;

namespace Exemplar.Cli.Jobs;

/// <summary>Carries one stream of the job to ours, byte for byte as it comes, and remembers the end of it. One thread copies, another asks how it stands.</summary>
internal sealed class Tee
{
    /// <summary>A program that the job left in the background may hold the stream open; it is not waited for.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1);

    private readonly Stream _from;
    private readonly int _to;
    private readonly OutputTail.Writer _tail;
    private readonly Thread _thread;

    /// <summary>Since when it waits for the job to write; 0 while it has something to carry.</summary>
    private long _idleSince;

    public Tee(Stream from, int to, OutputTail.Writer tail)
    {
        (_from, _to, _tail) = (from, to, tail);
        _thread = new Thread(Copy) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>After the job's end: returns when the stream is over, or nothing came for a while. What has come is carried, however slow our reader is.</summary>
    public void Finish()
    {
        while (!_thread.Join(TimeSpan.FromMilliseconds(20)))
        {
            var idleSince = Volatile.Read(ref _idleSince);
            if (idleSince != 0 && Stopwatch.GetElapsedTime(idleSince) > Aftermath) return;
        }
    }

    private void Copy()
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (true)
            {
                Volatile.Write(ref _idleSince, Stopwatch.GetTimestamp());
                var count = _from.Read(buffer);
                Volatile.Write(ref _idleSince, 0);
                if (count == 0) return;
                _tail.Add(buffer.AsSpan(0, count));
                if (Unix.TryWrite(_to, buffer.AsSpan(0, count))) continue;
                // Nobody reads our output: the job is to notice, as it would without us.
                _from.Dispose();
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The stream is over.
        }
    }
}
