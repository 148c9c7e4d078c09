using Exemplar.Core.Ids;
using Exemplar.Core.Noise;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Organizations;

/// <summary>Who owns monitors, with the defaults and limits that hold for all of them.</summary>
/// <param name="Number">Its number inside this database.</param>
/// <param name="Id">Its public id.</param>
/// <param name="Name">Its name, 1 to 200 characters.</param>
/// <param name="Defaults">The interval and grace of a monitor that names none.</param>
/// <param name="Retention">How long its history is kept.</param>
/// <param name="CreatedAt">When it came to be.</param>
public sealed record Organization(
    int Number, EntityId Id, string Name, Schedule Defaults, Retention Retention, DateTimeOffset CreatedAt)
{
    /// <summary>Out of the box: every 5 minutes with 1 minute of grace.</summary>
    public static readonly Schedule OutOfTheBox = new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));

    /// <summary>How often people are reminded of an open incident that nobody has acknowledged; null when never.</summary>
    public TimeSpan? RemindEvery { get; init; }

    /// <summary>How downtimes are told of monitors that say nothing else. Its reminders are <see cref="RemindEvery"/>.</summary>
    public NoisePolicy AlertPolicy { get; init; } = NoisePolicy.Unset;
}
