using Exemplar.Core.Monitors;
using Exemplar.Core.Probes;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Probes;

namespace Exemplar.Server.Probes;

/// <summary>Adds to a monitor that is made or changed what its kind probes with. A heartbeat monitor passes through as it is.</summary>
internal sealed class MonitorProbes(ProbeKinds kinds, OutboundPolicy policy, ProbeSecrets secrets, ProbeSecretStore store)
{
    public ProbeKinds Kinds => kinds;

    /// <summary>Completes a new monitor; mistakes go into the errors of the fields.</summary>
    public NewMonitor Complete(NewMonitor monitor, JsonFields fields, DateTimeOffset now)
    {
        if (monitor.Kind == MonitorKind.Heartbeat || !kinds.IsOffered(monitor.Kind)) return monitor;
        var read = new ProbeFields(fields, policy, present: null);
        var (interval, probe) = (read.Interval(), read.Read(monitor.Kind, EndpointSecrets.None, out var clear));
        if (fields.Errors.Any) return monitor;
        var id = FreshId.At(now);
        return monitor with
        {
            Id = id,
            Probe = probe,
            ProbeSecrets = secrets.Seal(clear, id),
            Interval = interval ?? ProbeConfiguration.DefaultInterval,
            // Nobody calls in for it: without a first heartbeat there is no deadline that could pass.
            Starts = FirstDeadline.FirstHeartbeat,
        };
    }

    /// <summary>Completes a change; mistakes go into the errors of the fields. It holds only while the monitor has the probe of <paramref name="present"/>.</summary>
    public async Task<MonitorChange> CompleteAsync(MonitorChange change, JsonFields fields, MonitorDefinition present, CancellationToken cancellationToken)
    {
        if (present.Probe is not { } probe) return change;
        var read = new ProbeFields(fields, policy, probe);
        var interval = read.Interval();
        var touchesSecrets = fields.Has("headers") || fields.Has("body");
        var sealedBytes = touchesSecrets ? await store.FindAsync(present.Number, cancellationToken) : null;
        // What nobody can read any more is entered anew.
        var stored = sealedBytes is not null && secrets.Open(sealedBytes, present.Id) is { } open ? open : EndpointSecrets.None;
        var next = read.Read(present.Kind, stored, out var clear);
        if (!touchesSecrets && next is EndpointProbe untouched && probe is EndpointProbe before)
        {
            if (untouched.Method == "HEAD" && before.HasBody) fields.Errors.Add("method", "cannot be HEAD while there is a body");
            next = untouched with { HeaderNames = before.HeaderNames, HasBody = before.HasBody };
        }
        if (fields.Errors.Any) return change;
        return change with
        {
            Interval = interval,
            Grace = null,
            Starts = null,
            Probe = next,
            ProbeSecrets = touchesSecrets ? secrets.Seal(clear, present.Id) : null,
            ChangesProbeSecrets = touchesSecrets && !Same(stored, clear),
            OnlyProbe = new SeenProbe(probe, sealedBytes),
        };
    }

    private static bool Same(EndpointSecrets one, EndpointSecrets other) =>
        one.Body == other.Body && one.Headers.Count == other.Headers.Count
        && one.Headers.All(h => other.Headers.TryGetValue(h.Key, out var value) && value == h.Value);
}
