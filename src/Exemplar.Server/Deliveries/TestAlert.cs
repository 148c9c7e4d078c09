using Exemplar.Core.Checks;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Ids;

namespace Exemplar.Server.Deliveries;

/// <summary>What a test of a channel tells: it looks like the real thing, and says that it is none.</summary>
internal static class TestAlert
{
    public static Alert At(DateTimeOffset now) => new(
        FreshId.At(now), AlertEvent.Test, now,
        new AlertMonitor(EntityId.Create(now, 0), "Example monitor", MonitorKind.Heartbeat, MonitorStatus.Up, now, ["example"]),
        Incident: null,
        new AlertCheck(now, CheckOutcome.Up, Error: null))
    {
        LastHeartbeat = new AlertHeartbeat(now, """{"hostname":"worker-01"}"""),
    };
}
