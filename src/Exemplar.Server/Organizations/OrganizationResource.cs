using Exemplar.Core.Ids;
using Exemplar.Core.Organizations;
using Exemplar.Server.Monitors;
using Exemplar.Server.Noise;

namespace Exemplar.Server.Organizations;

/// <summary>Who owns monitors, with the defaults and limits that hold for all of them.</summary>
internal sealed record OrganizationResource
{
    public required EntityId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The interval of a monitor that names none, in minutes.</summary>
    public required double DefaultExpectedIntervalMinutes { get; init; }

    /// <summary>The grace of a monitor that names none, in minutes.</summary>
    public required double DefaultGracePeriodMinutes { get; init; }

    /// <summary>Checks older than this many days are removed.</summary>
    public required int CheckRetentionDays { get; init; }

    /// <summary>So many checks of every monitor are kept: the newest heartbeats, and as many other checks.</summary>
    public required int CheckRetentionCount { get; init; }

    /// <summary>Incidents that ended longer ago than this many days are removed.</summary>
    public required int IncidentRetentionDays { get; init; }

    /// <summary>What was told, and what was answered, is removed after this many days, and with its incident at the latest.</summary>
    public required int AlertRetentionDays { get; init; }

    /// <summary>How often people are reminded of an open incident that nobody has acknowledged; null when never.</summary>
    public required double? ReminderMinutes { get; init; }

    /// <summary>How downtimes are told of monitors that say nothing else; what is null is Exemplar's own default.</summary>
    public required NoisePolicyResource DefaultAlertPolicy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static OrganizationResource Of(Organization organization) => new()
    {
        Id = organization.Id,
        Name = organization.Name,
        DefaultExpectedIntervalMinutes = MonitorResource.Minutes(organization.Defaults.Interval),
        DefaultGracePeriodMinutes = MonitorResource.Minutes(organization.Defaults.Grace),
        CheckRetentionDays = organization.Retention.CheckDays,
        CheckRetentionCount = organization.Retention.CheckCount,
        IncidentRetentionDays = organization.Retention.IncidentDays,
        AlertRetentionDays = organization.Retention.AlertDays,
        ReminderMinutes = organization.RemindEvery is { } every ? MonitorResource.Minutes(every) : null,
        DefaultAlertPolicy = NoisePolicyResource.Of(organization.AlertPolicy with { RemindEvery = organization.RemindEvery ?? TimeSpan.Zero }),
        CreatedAt = organization.CreatedAt,
    };
}

// Only for the documentation: OrganizationEndpoints reads it field by field.
/// <summary>The fields to change; what is left out stays as it is.</summary>
internal sealed record OrganizationEdit
{
    /// <summary>1 to 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>1 second (0.0167) to 400 days; monitors that exist keep what they have.</summary>
    public double? DefaultExpectedIntervalMinutes { get; init; }

    /// <summary>1 second (0.0167) to 400 days; monitors that exist keep what they have.</summary>
    public double? DefaultGracePeriodMinutes { get; init; }

    /// <summary>1 to 3650.</summary>
    public int? CheckRetentionDays { get; init; }

    /// <summary>100 to 10000000.</summary>
    public int? CheckRetentionCount { get; init; }

    /// <summary>30 to 3650.</summary>
    public int? IncidentRetentionDays { get; init; }

    /// <summary>7 to 3650.</summary>
    public int? AlertRetentionDays { get; init; }

    /// <summary>1 minute to 400 days; null for no reminders. Holds for open incidents too.</summary>
    public double? ReminderMinutes { get; init; }

    /// <summary>The fields in it that are given are changed, for all monitors that say nothing else; null ones go back to Exemplar's own default.</summary>
    public NoisePolicyResource? DefaultAlertPolicy { get; init; }
}
