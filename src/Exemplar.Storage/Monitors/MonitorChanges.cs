using System.Text.Json;
using Exemplar.Core.Audit;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Noise;
using Exemplar.Storage.Probes;

namespace Exemplar.Storage.Monitors;

/// <summary>What the audit log says about a change of a monitor.</summary>
internal static class MonitorChanges
{
    /// <summary>The fields that differ; all of them where there was no monitor before.</summary>
    public static IReadOnlyList<AuditChange> Of(MonitorDefinition? before, MonitorDefinition after, bool secretsChanged = false) =>
    [
        .. Fields(before, after).Where(c => after.Probe is null || !OfHeartbeatsAlone.Contains(c.Field)),
        .. after.Probe is null ? [] : ProbeChanges.Of(before, after, secretsChanged),
        .. NoisePolicyText.Changes("alert_policy", before?.AlertPolicy, after.AlertPolicy),
    ];

    private static readonly string[] OfHeartbeatsAlone = ["expected_interval_minutes", "grace_period_minutes", "starts"];

    private static IReadOnlyList<AuditChange> Fields(MonitorDefinition? before, MonitorDefinition after) => AuditChange.Of(
        ("name", before?.Name, after.Name),
        ("description", before?.Description, after.Description.Length == 0 && before is null ? null : after.Description),
        ("tags", Tags(before), after.Tags.Count == 0 && before is null ? null : Tags(after)),
        ("expected_interval_minutes", AuditTrail.Minutes(before?.Schedule.Interval), AuditTrail.Minutes(after.Schedule.Interval)),
        ("grace_period_minutes", AuditTrail.Minutes(before?.Schedule.Grace), AuditTrail.Minutes(after.Schedule.Grace)),
        ("starts", Word(before?.Starts), Word(after.Starts)),
        ("severity", before is null ? null : Word(before.Severity), before is null && after.Severity == Severity.Normal ? null : Word(after.Severity)),
        ("active_hours", before?.ActiveHours?.ToString(), after.ActiveHours?.ToString()),
        ("observes_holidays", before is null ? Flag(true) : Flag(before.ObservesHolidays), Flag(after.ObservesHolidays)),
        ("runbook_url", before?.RunbookUrl, after.RunbookUrl));

    private static string? Word(Enum? word) => word is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName($"{word}");

    private static string Flag(bool value) => value ? "true" : "false";

    private static string? Tags(MonitorDefinition? monitor) => monitor is null ? null : string.Join(", ", monitor.Tags);
}
