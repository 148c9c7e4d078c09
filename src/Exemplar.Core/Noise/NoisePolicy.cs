namespace Exemplar.Core.Noise;

/// <summary>
/// What somebody set about how a monitor's downtimes are told. It never decides how a monitor stands, only who hears of it
/// and when. What is null is taken from the organization, and from <see cref="NoiseRules.OutOfTheBox"/> where the
/// organization says nothing either.
/// </summary>
public sealed record NoisePolicy
{
    /// <summary>The most checks that a rule looks at.</summary>
    public const int MostChecks = 20;

    /// <summary>Nothing is set.</summary>
    public static readonly NoisePolicy Unset = new();

    /// <summary>So many failed checks before somebody hears of a downtime, 1 to 20.</summary>
    public int? AlertAfter { get; init; }

    /// <summary>Not in a row but among so many of the last checks, up to 20; zero for in a row.</summary>
    public int? AlertAfterOfLast { get; init; }

    /// <summary>So many good checks in a row before a downtime counts as over, 1 to 20.</summary>
    public int? RecoverAfter { get; init; }

    /// <summary>How often people are reminded while nobody has acknowledged; zero for never.</summary>
    public TimeSpan? RemindEvery { get; init; }

    /// <summary>Whether flapping is recognized and kept quiet.</summary>
    public bool? Flapping { get; init; }

    /// <summary>So many changes between up and down are flapping, 3 to 100.</summary>
    public int? FlappingChanges { get; init; }

    /// <summary>Within so much time, a minute to a day.</summary>
    public TimeSpan? FlappingWithin { get; init; }

    /// <summary>Whether a heartbeat that is late but within grace is told.</summary>
    public bool? AnnounceLate { get; init; }

    /// <summary>Whether a recovery is told.</summary>
    public bool? AnnounceRecovered { get; init; }

    /// <summary>What holds for a monitor with this policy in an organization with those defaults.</summary>
    public NoiseRules Over(NoisePolicy defaults)
    {
        var box = NoiseRules.OutOfTheBox;
        // Both numbers of "X of Y" belong together: one of the monitor's and one of the organization's make no sense.
        var alert = AlertAfter is null && AlertAfterOfLast is null ? defaults : this;
        return new NoiseRules(
            alert.AlertAfter ?? box.AlertAfter,
            alert.AlertAfterOfLast is { } ofLast and > 0 ? ofLast : null,
            RecoverAfter ?? defaults.RecoverAfter ?? box.RecoverAfter,
            Flapping ?? defaults.Flapping ?? true,
            FlappingChanges ?? defaults.FlappingChanges ?? box.FlappingChanges,
            FlappingWithin ?? defaults.FlappingWithin ?? box.FlappingWithin,
            AnnounceLate ?? defaults.AnnounceLate ?? box.AnnounceLate,
            AnnounceRecovered ?? defaults.AnnounceRecovered ?? box.AnnounceRecovered);
    }
}
