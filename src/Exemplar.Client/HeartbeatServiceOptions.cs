using System.Text.Json.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Exemplar.Client;

/// <summary>How a <see cref="HeartbeatService"/> beats.</summary>
public sealed class HeartbeatServiceOptions
{
    /// <summary>How often. One minute.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The worst health with which it still beats. <see cref="HealthStatus.Degraded"/>.</summary>
    public HealthStatus LowestHealth { get; set; } = HealthStatus.Degraded;

    /// <summary>Which of the app's health checks count; null for all.</summary>
    public Func<HealthCheckRegistration, bool>? HealthChecks { get; set; }

    /// <summary>How long the health checks may take before they count as failed. 30 seconds.</summary>
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Called at each beat for what to keep beside it; null for nothing. What it throws costs the metadata, not the beat.</summary>
    public Func<JsonObject?>? Metadata { get; set; }
}
