using System.Diagnostics.Metrics;
using Exemplar.Server.Metrics;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Health;

/// <summary>What the server says about its own health at <c>/metrics</c>.</summary>
internal sealed class HealthMetrics : IDisposable
{
    /// <summary>An outgoing heartbeat that was taken.</summary>
    public const string Sent = "sent";

    /// <summary>One that was not.</summary>
    public const string Failed = "failed";

    /// <summary>One that was due while the server was not ready.</summary>
    public const string Withheld = "withheld";

    private readonly Meter _meter;
    private readonly Counter<long> _told;
    private readonly Counter<long> _heartbeats;
    private IReadOnlyList<Stall> _stalls = [];

    public HealthMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(ServerMetrics.MeterName);
        _meter.CreateObservableGauge("exemplar_stalled", Stalled, null, "1 for a part of the server that does not go on, 0 for one that does.");
        _told = _meter.CreateCounter<long>("exemplar_operators_notices", null, "Attempts to tell the operators about the server itself, by outcome.");
        _heartbeats = _meter.CreateCounter<long>("exemplar_outgoing_heartbeats", null, "Heartbeats to elsewhere, by outcome.");
    }

    public void Show(IReadOnlyList<Stall> stalls) => Volatile.Write(ref _stalls, stalls);

    public void OperatorsTold(bool taken) => _told.Add(1, Outcome(taken ? Sent : Failed));

    public void OutgoingHeartbeat(string outcome) => _heartbeats.Add(1, Outcome(outcome));

    /// <summary>Makes the counters appear with 0; see <see cref="ServerMetrics.BeginAtZero"/>.</summary>
    public void BeginAtZero()
    {
        foreach (var outcome in (ReadOnlySpan<string>)[Sent, Failed]) _told.Add(0, Outcome(outcome));
        foreach (var outcome in (ReadOnlySpan<string>)[Sent, Failed, Withheld]) _heartbeats.Add(0, Outcome(outcome));
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<int>> Stalled()
    {
        var stalls = Volatile.Read(ref _stalls);
        foreach (var part in Enum.GetValues<Part>())
            yield return new Measurement<int>(stalls.Any(stall => stall.Part == part) ? 1 : 0, new KeyValuePair<string, object?>("part", Words<Part>.Of(part)));
    }

    private static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
