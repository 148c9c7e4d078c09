using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Exemplar.Bench.Reports;

namespace Exemplar.Bench.Detect;

/// <summary>
/// Sends heartbeats at a set pace, whatever the answers do (open loop): a server that stalls meets the beats of that time
/// all at once afterwards, and the time they waited counts.
/// <para>Invariant: a beat is taken by one connection, and counted as acknowledged only after its whole answer was read.</para>
/// </summary>
internal sealed class LoadGenerator(DetectPlan plan, Uri server, string token)
{
    private const int Connections = 64;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly Channel<long> _beats = Channel.CreateUnbounded<long>(new UnboundedChannelOptions { SingleWriter = true });
    private readonly int[] _acknowledged = new int[plan.Monitors + 1];
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly List<int> _lags = [];
    private readonly List<int> _answerTimes = [];
    private readonly Lock _sync = new();
    private long _startedAt;
    private int _unanswered;

    /// <summary>Beats with a 2xx, by monitor number.</summary>
    public int[] Acknowledged => _acknowledged;

    /// <summary>Beats that may or may not have been stored.</summary>
    public int Unanswered => _unanswered;

    /// <summary>Answers other than 2xx and broken connections, by what they were.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failures;

    /// <summary>How much later than planned beats were sent.</summary>
    public Distribution Lags() => Distribution.OfMicroseconds(_lags);

    /// <summary>From the planned moment of a beat to its answer.</summary>
    public Distribution AnswerTimes() => Distribution.OfMicroseconds(_answerTimes);

    /// <summary>Sends until <paramref name="stop"/>, then waits for the last answers.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _startedAt = TimeProvider.System.GetTimestamp();
        // On threads of the pool from the start: whoever called this goes on with other things.
        var connections = Enumerable.Range(0, Connections).Select(_ => Task.Run(SendAsync, CancellationToken.None)).ToList();
        await PaceAsync(stop);
        await Task.WhenAll(connections);
    }

    private async Task PaceAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        try
        {
            for (var issued = 0L; plan.AnyBeats && await timer.WaitForNextTickAsync(stop);)
            {
                var due = (long)(TimeProvider.System.GetElapsedTime(_startedAt).TotalSeconds * plan.Rate);
                while (issued < due) _beats.Writer.TryWrite(issued++);
            }
        }
        catch (OperationCanceledException)
        {
            // The time is up.
        }
        // What waits for a connection is not sent any more.
        while (_beats.Reader.TryRead(out _)) { }
        _beats.Writer.Complete();
    }

    private async Task SendAsync()
    {
        using var connection = new HeartbeatConnection(server, token);
        var (lags, answerTimes) = (new List<int>(), new List<int>());
        await foreach (var beat in _beats.Reader.ReadAllAsync())
        {
            var number = plan.BeatingAt(beat);
            var planned = beat * 1e6 / plan.Rate;
            lags.Add((int)(ElapsedMicroseconds() - planned));
            try
            {
                using var timeout = new CancellationTokenSource(AnswerTimeout, TimeProvider.System);
                var status = await connection.BeatAsync(number, timeout.Token);
                answerTimes.Add((int)(ElapsedMicroseconds() - planned));
                if (status is >= 200 and < 300) Interlocked.Increment(ref _acknowledged[number]);
                else Failed("status " + status);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                Interlocked.Increment(ref _unanswered);
                Failed((exception as SocketException)?.SocketErrorCode.ToString() ?? "no answer within 30 s");
            }
        }
        lock (_sync)
        {
            _lags.AddRange(lags);
            _answerTimes.AddRange(answerTimes);
        }
    }

    private void Failed(string what)
    {
        lock (_sync) CollectionsMarshal.GetValueRefOrAddDefault(_failures, what, out _)++;
    }

    private double ElapsedMicroseconds() => TimeProvider.System.GetElapsedTime(_startedAt).TotalMicroseconds;
}
