using System.Text.Json.Serialization;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Noise;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Monitors;

/// <summary>A monitor: how it is configured and how it stands.</summary>
internal sealed partial record MonitorResource
{
    public required EntityId Id { get; init; }

    public required MonitorKind Kind { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>How it stands now. <c>late</c> is past the expected moment and within grace; <c>unknown</c> is a deadline that could not be judged, <c>maintenance</c> one that was missed in a quiet time.</summary>
    public required MonitorStatus Status { get; init; }

    /// <summary>Since when it stands so.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>heartbeat</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ExpectedIntervalMinutes { get; init; }

    /// <summary>heartbeat</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GracePeriodMinutes { get; init; }

    /// <summary>heartbeat: from when the first deadline counts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FirstDeadline? Starts { get; init; }

    /// <summary>Null before the first heartbeat.</summary>
    public required DateTimeOffset? LastHeartbeatAt { get; init; }

    /// <summary>Null when nothing is expected.</summary>
    public required DateTimeOffset? NextExpectedAt { get; init; }

    /// <summary>When silence becomes downtime; null when nothing is expected.</summary>
    public required DateTimeOffset? DeadlineAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the configuration was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How much it matters that it is down; routes can tell of some only.</summary>
    public required Severity Severity { get; init; }

    /// <summary>When its job works; null when always. Outside of them nothing that is missed counts.</summary>
    public required WeekHoursResource? ActiveHours { get; init; }

    /// <summary>Whether nothing is expected on the organization's holidays; matters only with active hours.</summary>
    public required bool ObservesHolidays { get; init; }

    /// <summary>How its downtimes are told; what is null is the organization's default.</summary>
    public required NoisePolicyResource AlertPolicy { get; init; }

    /// <summary>Monitors that it depends on: while one of them is down, or one that they depend on, nobody is told of this one.</summary>
    public required IReadOnlyList<EntityId> DependsOn { get; init; }

    /// <summary>Where it is written what to do when it is down; null when nowhere.</summary>
    public required string? RunbookUrl { get; init; }

    public static MonitorResource Of(MonitorView monitor, DateTimeOffset now)
    {
        var (definition, state) = monitor;
        return new MonitorResource
        {
            Id = definition.Id,
            Kind = definition.Kind,
            Name = definition.Name,
            Description = definition.Description,
            Tags = definition.Tags,
            Status = state.StatusAt(now),
            Since = state.SinceAt(now),
            ExpectedIntervalMinutes = Minutes(definition.Schedule.Interval),
            GracePeriodMinutes = Minutes(definition.Schedule.Grace),
            Starts = definition.Starts,
            Severity = definition.Severity,
            RunbookUrl = definition.RunbookUrl,
            LastHeartbeatAt = state.LastHeartbeatAt,
            NextExpectedAt = state.NextExpectedAt,
            DeadlineAt = state.DeadlineAt(definition.Schedule),
            ActiveHours = WeekHoursResource.Of(definition.ActiveHours),
            ObservesHolidays = definition.ObservesHolidays,
            AlertPolicy = NoisePolicyResource.Of(definition.AlertPolicy),
            DependsOn = monitor.DependsOn,
            CreatedAt = definition.CreatedAt,
            UpdatedAt = definition.UpdatedAt,
        }.With(definition.Schedule.Interval, definition.Probe);
    }

    /// <summary>A duration in minutes. Six digits tell every millisecond apart.</summary>
    public static double Minutes(TimeSpan duration) => Math.Round(duration.TotalMinutes, 6);
}

// Only for the documentation: MonitorFields reads it field by field.
/// <summary>A monitor to be made.</summary>
internal sealed partial record MonitorCreation
{
    /// <summary>Only heartbeat monitors can be made so far; the other kinds answer 400 until this server can probe.</summary>
    public required MonitorKind Kind { get; init; }

    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 4000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Up to 50 tags of 1 to 64 characters.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>How often a heartbeat is promised, 1 second (0.0167) to 400 days. Left out: the organization's default of this moment.</summary>
    public double? ExpectedIntervalMinutes { get; init; }

    /// <summary>Extra slack before a miss counts, 1 second (0.0167) to 400 days. Left out: the organization's default of this moment.</summary>
    public double? GracePeriodMinutes { get; init; }

    /// <summary>From when the first deadline counts. Left out: creation.</summary>
    public FirstDeadline? Starts { get; init; }

    /// <summary>How much it matters that it is down. Left out: normal.</summary>
    public Severity? Severity { get; init; }

    /// <summary>When its job works. Left out: always.</summary>
    public WeekHoursResource? ActiveHours { get; init; }

    /// <summary>Matters only with active hours. Left out: true.</summary>
    public bool? ObservesHolidays { get; init; }

    /// <summary>How its downtimes are told. Left out: the organization's default, also later.</summary>
    public NoisePolicyResource? AlertPolicy { get; init; }

    /// <summary>Up to 20 monitors of the organization; never in a circle.</summary>
    public IReadOnlyList<EntityId>? DependsOn { get; init; }

    /// <summary>Where it is written what to do when it is down: an http or https address of up to 2000 characters.</summary>
    public string? RunbookUrl { get; init; }
}

// Only for the documentation: MonitorFields reads it field by field.
/// <summary>The fields to change; what is left out stays as it is.</summary>
internal sealed partial record MonitorEdit
{
    /// <summary>1 to 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Up to 4000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Replaces all tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Holds at once, counted from the last heartbeat. Where that would already be too late, a fresh interval starts.</summary>
    public double? ExpectedIntervalMinutes { get; init; }

    /// <summary>Holds at once, counted from the last heartbeat. Where that would already be too late, a fresh interval starts.</summary>
    public double? GracePeriodMinutes { get; init; }

    /// <summary>Matters only before the first heartbeat.</summary>
    public FirstDeadline? Starts { get; init; }

    /// <summary>Counts from the next time it goes down.</summary>
    public Severity? Severity { get; init; }

    /// <summary>Null makes it work always.</summary>
    public WeekHoursResource? ActiveHours { get; init; }

    /// <summary>Matters only with active hours.</summary>
    public bool? ObservesHolidays { get; init; }

    /// <summary>The fields in it that are given are changed; null ones go back to the organization's default. Null as a whole sets nothing any more.</summary>
    public NoisePolicyResource? AlertPolicy { get; init; }

    /// <summary>Replaces all. Up to 20 monitors of the organization; never in a circle.</summary>
    public IReadOnlyList<EntityId>? DependsOn { get; init; }

    /// <summary>An http or https address of up to 2000 characters; null takes it away.</summary>
    public string? RunbookUrl { get; init; }
}
