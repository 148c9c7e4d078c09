using System.Globalization;
using System.Text.Json;
using Exemplar.Core.Audit;
using Exemplar.Core.Monitors;
using Exemplar.Core.Probes;
using Exemplar.Storage.Audit;

namespace Exemplar.Storage.Probes;

/// <summary>What the audit log says about a change of a probe: every field but the secrets, of which it says only that they changed.</summary>
internal static class ProbeChanges
{
    public static IReadOnlyList<AuditChange> Of(MonitorDefinition? before, MonitorDefinition after, bool secretsChanged)
    {
        var (was, now) = (Fields(before), Fields(after));
        return AuditChange.Of(
        [
            .. now.Select(f => (f.Name, was.FirstOrDefault(w => w.Name == f.Name).Value, f.Value)),
            ("secrets", before is null ? null : "as they were", secretsChanged ? "changed" : before is null ? null : "as they were"),
        ]);
    }

    private static List<(string Name, string? Value)> Fields(MonitorDefinition? monitor)
    {
        if (monitor?.Probe is not { } probe) return [];
        List<(string, string?)> fields =
        [
            ("interval_minutes", AuditTrail.Minutes(monitor.Schedule.Interval)), ("timeout_seconds", Number((int)probe.Timeout.TotalSeconds)),
            ("failures_before_down", Number(probe.FailuresBeforeDown)),
        ];
        fields.AddRange(probe switch
        {
            EndpointProbe e =>
            [
                ("url", e.Url), ("method", e.Method), ("headers", string.Join(", ", e.HeaderNames)), ("body", e.HasBody ? "set" : ""),
                ("expected_status", e.ExpectedStatus.Text), ("assertions", string.Join("; ", e.Assertions.Select(Words))),
            ],
            SslProbe s => [("host", s.Host), ("port", Number(s.Port)), ("warn_days", Number(s.WarnDays)), ("fail_days", Number(s.FailDays))],
            IcmpProbe i => [("host", i.Host), ("count", Number(i.Count))],
            _ => Array.Empty<(string, string?)>(),
        });
        return fields;
    }

    private static string Words(Assertion assertion) =>
        $"{Word($"{assertion.On}")} {assertion.Name} {Word($"{assertion.Comparison}")} {assertion.Value}".Replace("  ", " ", StringComparison.Ordinal);

    private static string Word(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
