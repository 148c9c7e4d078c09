using System.Text.Json;
using Exemplar.Core.Noise;
using Exemplar.Server.Noise;
using Exemplar.Server.Requests;
using Exemplar.Storage.Organizations;

namespace Exemplar.Server.Organizations;

/// <summary>Reads what to change of an organization; the rules are the same for the API and the console.</summary>
internal static class OrganizationFields
{
    private const string Policy = "default_alert_policy";

    /// <summary>The fields that are there; what is wrong with them is in <see cref="JsonFields.Errors"/>.</summary>
    public static OrganizationChange Read(JsonFields fields) => new(
        fields.Line("name", 1, 200),
        fields.Minutes("default_expected_interval_minutes"),
        fields.Minutes("default_grace_period_minutes"),
        fields.Integer("check_retention_days", 1, 3_650),
        fields.Integer("check_retention_count", 100, 10_000_000),
        ReadReminders(fields) ?? ReadPace(fields))
    {
        AlertPolicy = ReadPolicy(fields),
        IncidentDays = fields.Integer("incident_retention_days", 30, 3_650),
        AlertDays = fields.Integer("alert_retention_days", 7, 3_650),
    };

    private static Func<NoisePolicy, NoisePolicy>? ReadPolicy(JsonFields fields) =>
        NoisePolicyFields.Read(fields, Policy) is { } change ? present => change(present) with { RemindEvery = null } : null;

    // The pace of an organization has one place, whichever name it is given by.
    private static ReminderChange? ReadPace(JsonFields fields)
    {
        if (fields.Element(Policy) is not { ValueKind: JsonValueKind.Object } policy || !policy.TryGetProperty("remind_every_minutes", out _)) return null;
        // What is wrong with it is said where the policy is read.
        return new ReminderChange(NoisePolicyFields.ReadPace(policy) is { } every && every > TimeSpan.Zero ? every : null);
    }

    private static ReminderChange? ReadReminders(JsonFields fields)
    {
        const string name = "reminder_minutes";
        if (!fields.Has(name)) return null;
        if (fields.IsNull(name)) return new ReminderChange(Every: null);
        if (fields.Minutes(name) is not { } every) return null;
        if (every < TimeSpan.FromMinutes(1)) fields.Errors.Add(name, "must be at least 1 minute");
        return new ReminderChange(every);
    }
}
