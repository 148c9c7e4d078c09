using Exemplar.Server.Maintenance;
using Exemplar.Server.Metrics;
using Exemplar.Server.Outages;
using Exemplar.Server.Probes;

namespace Exemplar.Server.Monitors;

/// <summary>What a change of a monitor needs besides the stores.</summary>
internal sealed record MonitorChangeContext(
    OutageWatch Outages, QuietTimesCache Quiet, MonitorProbes Probes, ServerMetrics Metrics, TimeProvider Clock);
