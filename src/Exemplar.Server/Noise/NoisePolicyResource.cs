using Exemplar.Core.Noise;
using Exemplar.Server.Monitors;

namespace Exemplar.Server.Noise;

/// <summary>How downtimes are told. What is null is taken from what stands behind it: the organization's default, then Exemplar's own.</summary>
internal sealed record NoisePolicyResource
{
    /// <summary>So many failed checks before somebody hears of a downtime, 1 to 20. Exemplar's own: 1.</summary>
    public int? AlertAfter { get; init; }

    /// <summary>Among so many of the last checks, up to 20, instead of in a row.</summary>
    public int? AlertAfterOfLast { get; init; }

    /// <summary>So many good checks in a row before a downtime is over, 1 to 20. Exemplar's own: 1.</summary>
    public int? RecoverAfter { get; init; }

    /// <summary>How often people are reminded while nobody has acknowledged, at least 1 minute; 0 for never. For an organization the same as reminder_minutes.</summary>
    public double? RemindEveryMinutes { get; init; }

    /// <summary>Whether a monitor that goes up and down is told once and then kept quiet until it settles. Exemplar's own: true.</summary>
    public bool? Flapping { get; init; }

    /// <summary>So many changes between up and down are flapping, 3 to 100. Exemplar's own: 6.</summary>
    public int? FlappingChanges { get; init; }

    /// <summary>Within so many minutes, 1 to 1440. Exemplar's own: 60.</summary>
    public double? FlappingWithinMinutes { get; init; }

    /// <summary>Whether a heartbeat that is late but within grace is told. Exemplar's own: false.</summary>
    public bool? AnnounceLate { get; init; }

    /// <summary>Whether a recovery is told. Exemplar's own: true.</summary>
    public bool? AnnounceRecovered { get; init; }

    public static NoisePolicyResource Of(NoisePolicy policy) => new()
    {
        AlertAfter = policy.AlertAfter,
        AlertAfterOfLast = policy.AlertAfterOfLast,
        RecoverAfter = policy.RecoverAfter,
        RemindEveryMinutes = policy.RemindEvery is { } every ? MonitorResource.Minutes(every) : null,
        Flapping = policy.Flapping,
        FlappingChanges = policy.FlappingChanges,
        FlappingWithinMinutes = policy.FlappingWithin is { } within ? MonitorResource.Minutes(within) : null,
        AnnounceLate = policy.AnnounceLate,
        AnnounceRecovered = policy.AnnounceRecovered,
    };
}
