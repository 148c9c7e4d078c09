using Exemplar.Core.Noise;

namespace Exemplar.Storage.Organizations;

/// <summary>What to change of an organization; null leaves a field as it is.</summary>
public sealed record OrganizationChange(
    string? Name = null,
    TimeSpan? DefaultInterval = null,
    TimeSpan? DefaultGrace = null,
    int? CheckDays = null,
    int? CheckCount = null,
    ReminderChange? Reminders = null)
{
    /// <summary>Another policy, made out of the one that the organization has at that moment; null leaves it as it is.</summary>
    public Func<NoisePolicy, NoisePolicy>? AlertPolicy { get; init; }

    public int? IncidentDays { get; init; }

    public int? AlertDays { get; init; }
}

/// <summary>How often people are reminded of an open incident.</summary>
/// <param name="Every">The time between two reminders; null for none.</param>
public sealed record ReminderChange(TimeSpan? Every);
