using System.ComponentModel;
using Exemplar.Core.Ids;
using Exemplar.Core.Organizations;
using Exemplar.Server.Monitors;

namespace Exemplar.Server.Organizations;

/// <summary>An organization as the API shows it.</summary>
[Description("Who owns monitors, with the defaults and limits that hold for all of them.")]
internal sealed record OrganizationResource
{
    public required EntityId Id { get; init; }

    public required string Name { get; init; }

    [Description("The interval of a monitor that names none, in minutes.")]
    public required double DefaultExpectedIntervalMinutes { get; init; }

    [Description("The grace of a monitor that names none, in minutes.")]
    public required double DefaultGracePeriodMinutes { get; init; }

    [Description("Checks older than this many days are removed.")]
    public required int CheckRetentionDays { get; init; }

    [Description("So many checks of every monitor are kept: the newest heartbeats, and as many other checks.")]
    public required int CheckRetentionCount { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static OrganizationResource Of(Organization organization) => new()
    {
        Id = organization.Id,
        Name = organization.Name,
        DefaultExpectedIntervalMinutes = MonitorResource.Minutes(organization.Defaults.Interval),
        DefaultGracePeriodMinutes = MonitorResource.Minutes(organization.Defaults.Grace),
        CheckRetentionDays = organization.Retention.CheckDays,
        CheckRetentionCount = organization.Retention.CheckCount,
        CreatedAt = organization.CreatedAt,
    };
}

/// <summary>The body of a change, for the documentation; <see cref="OrganizationEndpoints"/> reads it field by field.</summary>
[Description("The fields to change; what is left out stays as it is.")]
internal sealed record OrganizationEdit
{
    [Description("1 to 200 characters.")]
    public string? Name { get; init; }

    [Description("1 second (0.0167) to 400 days; monitors that exist keep what they have.")]
    public double? DefaultExpectedIntervalMinutes { get; init; }

    [Description("1 second (0.0167) to 400 days; monitors that exist keep what they have.")]
    public double? DefaultGracePeriodMinutes { get; init; }

    [Description("1 to 3650.")]
    public int? CheckRetentionDays { get; init; }

    [Description("100 to 10000000.")]
    public int? CheckRetentionCount { get; init; }
}
