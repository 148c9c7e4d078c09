using System.Diagnostics.Metrics;
using Exemplar.Server.Metrics;

namespace Exemplar.Server.Upkeep;

/// <summary>What was removed because nobody keeps it any more, at <c>/metrics</c>.</summary>
internal sealed class RetentionMetrics : IDisposable
{
    /// <summary>Alerts with their deliveries and attempts.</summary>
    public const string Alerts = "alerts";

    /// <summary>Incidents with their events and monitors.</summary>
    public const string Incidents = "incidents";

    /// <summary>Entries of the audit log.</summary>
    public const string Audit = "audit_log";

    private readonly Meter _meter;
    private readonly Counter<long> _removed;

    public RetentionMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(ServerMetrics.MeterName);
        _removed = _meter.CreateCounter<long>("exemplar_old_rows_removed", null, "Rows of the record that were removed because of their age, by what they belonged to.");
    }

    public void Removed(string what, int rows) => _removed.Add(rows, Label(what));

    /// <summary>Makes the counters appear with 0; see <see cref="ServerMetrics.BeginAtZero"/>.</summary>
    public void BeginAtZero()
    {
        foreach (var what in (ReadOnlySpan<string>)[Alerts, Incidents, Audit]) _removed.Add(0, Label(what));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Label(string what) => new("what", what);
}
