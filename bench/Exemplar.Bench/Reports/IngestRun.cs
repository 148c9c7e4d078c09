using System.Globalization;

namespace Exemplar.Bench.Reports;

/// <summary>One measured run of wrk, as bench.sh writes it: a line of tab-separated fields.</summary>
/// <param name="Target"><c>bare</c>, <c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="Accepted">Beats that the server counted meanwhile; null for the bare endpoint.</param>
/// <param name="PeakBytes">The peak of the server's resident memory.</param>
/// <param name="ReadyAfter">From the start of the process to the line that says that it listens; null for the bare endpoint.</param>
internal sealed record IngestRun(
    string Target, int Monitors, long Requests, TimeSpan Took, TimeSpan P50, TimeSpan P99, TimeSpan Longest,
    long Refused, long SocketErrors, long? Accepted, long PeakBytes, TimeSpan? ReadyAfter)
{
    public double PerSecond => Requests / Took.TotalSeconds;

    public long Stored => Requests - Refused;

    public bool IsBare => Target == "bare";

    /// <summary>What is wrong with this run; null when nothing is.</summary>
    public string? Fault =>
        Requests == 0 ? "no request was answered"
        : Refused > 0 ? $"{Refused} answers were not 2xx"
        : SocketErrors > 0 ? $"{SocketErrors} connections failed or timed out"
        : Accepted < Stored ? $"wrk saw {Stored} answers with 2xx, but the server counted only {Accepted} beats"
        : null;

    public static IngestRun Parse(string line)
    {
        var fields = line.Split('\t');
        if (fields.Length != 12) throw new BenchException("This is no line of figures: " + line);
        long Number(int field) => long.Parse(fields[field], CultureInfo.InvariantCulture);
        TimeSpan Microseconds(int field) => TimeSpan.FromMicroseconds(Number(field));
        return new IngestRun(
            fields[0], (int)Number(1), Number(2), Microseconds(3), Microseconds(4), Microseconds(5), Microseconds(6),
            Number(7), Number(8), fields[9] == "-" ? null : Number(9), 1024 * Number(10),
            fields[11] == "-" ? null : TimeSpan.FromMilliseconds(Number(11)));
    }
}
