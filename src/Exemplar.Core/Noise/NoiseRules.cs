using Exemplar.Core.Checks;

namespace Exemplar.Core.Noise;

/// <summary>What holds for one monitor: a <see cref="NoisePolicy"/> with nothing left open. Pure; answers come with their reason.</summary>
/// <param name="AlertAfter">So many failed checks before somebody hears of a downtime.</param>
/// <param name="OfLast">Among so many of the last checks; null for in a row.</param>
/// <param name="RecoverAfter">So many good checks in a row before a downtime is over.</param>
/// <param name="Flapping">Whether flapping is recognized.</param>
/// <param name="FlappingChanges">So many changes between up and down are flapping,</param>
/// <param name="FlappingWithin">within so much time.</param>
/// <param name="AnnounceLate">Whether a late heartbeat is told.</param>
/// <param name="AnnounceRecovered">Whether a recovery is told.</param>
public sealed record NoiseRules(
    int AlertAfter, int? OfLast, int RecoverAfter, bool Flapping, int FlappingChanges, TimeSpan FlappingWithin, bool AnnounceLate, bool AnnounceRecovered)
{
    /// <summary>At the first miss, over at the first beat, flapping kept quiet.</summary>
    public static readonly NoiseRules OutOfTheBox = new(
        AlertAfter: 1, OfLast: null, RecoverAfter: 1, Flapping: true, FlappingChanges: 10, TimeSpan.FromHours(1), AnnounceLate: false, AnnounceRecovered: true);

    /// <summary>True when the first failed check is told, so that nobody has to look at the history.</summary>
    public bool AlertsAtOnce => AlertAfter <= 1;

    /// <summary>True when the first good check ends a downtime.</summary>
    public bool RecoversAtOnce => RecoverAfter <= 1;

    /// <summary>A monitor that flapped has settled when it kept still for so long: twice the time between two changes of a monitor that just flaps.</summary>
    public TimeSpan SettleAfter => FlappingWithin * 2 / FlappingChanges;

    /// <summary>Why a downtime is not told yet, after these checks; null when it is to be told now.</summary>
    /// <param name="latest">The latest outcomes, newest first.</param>
    public string? WaitsFor(IEnumerable<CheckOutcome> latest)
    {
        if (AlertsAtOnce) return null;
        // What could not be judged says neither this nor that.
        var judged = latest.Where(outcome => outcome != CheckOutcome.Unknown);
        var failed = OfLast is { } last
            ? judged.Take(last).Count(outcome => outcome == CheckOutcome.Down)
            : judged.TakeWhile(outcome => outcome == CheckOutcome.Down).Count();
        if (failed >= AlertAfter) return null;
        return OfLast is { } of ? $"{failed} of {AlertAfter} failed checks among the last {of}" : $"{failed} of {AlertAfter} failed checks";
    }

    /// <summary>Why a downtime is not over yet, after these checks; null when it is.</summary>
    /// <param name="latest">The latest outcomes, newest first.</param>
    public string? RecoversFor(IEnumerable<CheckOutcome> latest)
    {
        if (RecoversAtOnce) return null;
        var good = latest.Where(outcome => outcome != CheckOutcome.Unknown).TakeWhile(outcome => outcome == CheckOutcome.Up).Count();
        return good >= RecoverAfter ? null : $"{good} of {RecoverAfter} good checks";
    }

    /// <summary>What to say about a monitor that has just gone down so often; null when it does not flap.</summary>
    /// <param name="downs">How often it went down within <see cref="FlappingWithin"/>, this time included.</param>
    public string? Flaps(int downs)
    {
        // Between two downtimes lies one time up: every downtime but the first stands for two changes.
        var changes = 2 * downs - 1;
        return Flapping && changes >= FlappingChanges ? $"is flapping: {changes} changes in {Minutes(FlappingWithin)}" : null;
    }

    private static string Minutes(TimeSpan time) => time.TotalMinutes.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) + " min";
}
