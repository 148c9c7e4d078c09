using System.ComponentModel;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Monitors;

/// <summary>A monitor as the API shows it.</summary>
[Description("A monitor: how it is configured and how it stands.")]
internal sealed record MonitorResource
{
    public required EntityId Id { get; init; }

    public required MonitorKind Kind { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    [Description("How it stands now. `late` is past the expected moment and within grace; `unknown` is a deadline that could not be judged.")]
    public required MonitorStatus Status { get; init; }

    [Description("Since when it stands so.")]
    public required DateTimeOffset Since { get; init; }

    public required double ExpectedIntervalMinutes { get; init; }

    public required double GracePeriodMinutes { get; init; }

    [Description("From when the first deadline counts.")]
    public required FirstDeadline Starts { get; init; }

    [Description("Null before the first heartbeat.")]
    public required DateTimeOffset? LastHeartbeatAt { get; init; }

    [Description("Null when nothing is expected.")]
    public required DateTimeOffset? NextExpectedAt { get; init; }

    [Description("When silence becomes downtime; null when nothing is expected.")]
    public required DateTimeOffset? DeadlineAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [Description("When the configuration was last changed.")]
    public required DateTimeOffset UpdatedAt { get; init; }

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
            LastHeartbeatAt = state.LastHeartbeatAt,
            NextExpectedAt = state.NextExpectedAt,
            DeadlineAt = state.DeadlineAt(definition.Schedule),
            CreatedAt = definition.CreatedAt,
            UpdatedAt = definition.UpdatedAt,
        };
    }

    /// <summary>A duration in minutes. Six digits tell every millisecond apart.</summary>
    public static double Minutes(TimeSpan duration) => Math.Round(duration.TotalMinutes, 6);
}

/// <summary>The body of a creation, for the documentation; <see cref="MonitorFields"/> reads it field by field.</summary>
[Description("A monitor to be made.")]
internal sealed record MonitorCreation
{
    [Description("Only heartbeat monitors can be made so far.")]
    public required MonitorKind Kind { get; init; }

    [Description("1 to 200 characters.")]
    public required string Name { get; init; }

    [Description("Up to 4000 characters.")]
    public string? Description { get; init; }

    [Description("Up to 50 tags of 1 to 64 characters.")]
    public IReadOnlyList<string>? Tags { get; init; }

    [Description("How often a heartbeat is promised, 1 second (0.0167) to 400 days. Left out: the organization's default of this moment.")]
    public double? ExpectedIntervalMinutes { get; init; }

    [Description("Extra slack before a miss counts, 1 second (0.0167) to 400 days. Left out: the organization's default of this moment.")]
    public double? GracePeriodMinutes { get; init; }

    [Description("From when the first deadline counts. Left out: creation.")]
    public FirstDeadline? Starts { get; init; }
}

/// <summary>The body of a change, for the documentation; <see cref="MonitorFields"/> reads it field by field.</summary>
[Description("The fields to change; what is left out stays as it is.")]
internal sealed record MonitorEdit
{
    [Description("1 to 200 characters.")]
    public string? Name { get; init; }

    [Description("Up to 4000 characters.")]
    public string? Description { get; init; }

    [Description("Replaces all tags.")]
    public IReadOnlyList<string>? Tags { get; init; }

    [Description("Holds at once, counted from the last heartbeat. Where that would already be too late, a fresh interval starts.")]
    public double? ExpectedIntervalMinutes { get; init; }

    [Description("Holds at once, counted from the last heartbeat. Where that would already be too late, a fresh interval starts.")]
    public double? GracePeriodMinutes { get; init; }

    [Description("Matters only before the first heartbeat.")]
    public FirstDeadline? Starts { get; init; }
}
