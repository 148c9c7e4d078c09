using Exemplar.Core.Monitors;
using Exemplar.Server.Maintenance;
using Exemplar.Core.Noise;
using Exemplar.Server.Noise;
using Exemplar.Server.Probes;
using Exemplar.Server.Requests;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Monitors;

/// <summary>Reads monitors out of request bodies.</summary>
internal static class MonitorFields
{
    /// <summary>A monitor to be made; whoever calls looks at the errors before using it.</summary>
    public static NewMonitor ReadNew(JsonFields fields, int organizationNumber, ProbeKinds kinds)
    {
        fields.Require("kind");
        fields.Require("name");
        var kind = fields.Word<MonitorKind>("kind");
        if (kind is { } chosen && kinds.Refusal(chosen) is { } refusal) fields.Errors.Add("kind", refusal);
        var change = Read(fields);
        return new NewMonitor(
            organizationNumber,
            kind ?? MonitorKind.Heartbeat,
            change.Name ?? "",
            change.Description ?? "",
            change.Tags ?? [],
            change.Interval,
            change.Grace,
            change.Starts ?? FirstDeadline.Creation)
        {
            Severity = change.Severity ?? Severity.Normal,
            ActiveHours = change.ActiveHours?.Hours,
            ObservesHolidays = change.ObservesHolidays ?? true,
            AlertPolicy = change.AlertPolicy?.Invoke(NoisePolicy.Unset) ?? NoisePolicy.Unset,
            DependsOn = change.DependsOn ?? [],
            RunbookUrl = change.RunbookUrl is { Length: > 0 } runbook ? runbook : null,
        };
    }

    /// <summary>A change of a monitor. Its kind can be repeated by a client that sends back what it read; it cannot be changed.</summary>
    public static MonitorChange ReadEdit(JsonFields fields, MonitorKind present)
    {
        if (fields.Word<MonitorKind>("kind") is { } kind && kind != present) fields.Errors.Add("kind", "cannot be changed");
        return Read(fields);
    }

    private static MonitorChange Read(JsonFields fields) => new(
        fields.Line("name", 1, 200),
        fields.Lines("description", 4_000),
        fields.Tags("tags"),
        fields.Minutes("expected_interval_minutes"),
        fields.Minutes("grace_period_minutes"),
        fields.Word<FirstDeadline>("starts"))
    {
        Severity = fields.Word<Severity>("severity"),
        ActiveHours = ReadActiveHours(fields),
        ObservesHolidays = fields.Flag("observes_holidays"),
        AlertPolicy = NoisePolicyFields.Read(fields, "alert_policy"),
        DependsOn = DependencyFields.Read(fields),
        RunbookUrl = RunbookUrl.Read(fields),
    };

    private static ActiveHoursChange? ReadActiveHours(JsonFields fields)
    {
        const string name = "active_hours";
        if (fields.IsNull(name)) return new ActiveHoursChange(Hours: null);
        return fields.Has(name) && WeekHoursFields.Read(fields.Element(name), name, fields.Errors) is { } hours ? new ActiveHoursChange(hours) : null;
    }
}
