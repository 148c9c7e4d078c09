using Exemplar.Core.Noise;
using Exemplar.Server.Console.Schedules;

namespace Exemplar.Server.Console.Noise;

/// <summary>A noise policy as people say it.</summary>
internal static class NoiseWords
{
    /// <summary>"Alerts after 3 failed checks in a row. Over after 2 good ones. Reminds every 30 min. …"</summary>
    /// <param name="rules">What holds for the monitor.</param>
    /// <param name="remindEvery">How often people are reminded; null or zero for never.</param>
    public static string Of(NoiseRules rules, TimeSpan? remindEvery) => string.Join(' ', Sentences(rules, remindEvery));

    /// <summary>"1 of the last 5".</summary>
    public static string AlertAfter(NoiseRules rules) => rules switch
    {
        { AlertAfter: 1 } => "at the first failed check",
        { OfLast: { } last } => $"after {rules.AlertAfter} failed of the last {last} checks",
        _ => $"after {rules.AlertAfter} failed checks in a row",
    };

    private static IEnumerable<string> Sentences(NoiseRules rules, TimeSpan? remindEvery)
    {
        yield return $"Alerts {AlertAfter(rules)}.";
        yield return rules.RecoverAfter == 1 ? "Over at the first good check." : $"Over after {rules.RecoverAfter} good checks in a row.";
        yield return remindEvery is { } every && every > TimeSpan.Zero
            ? $"Reminds every {TimeWords.Long(every)} while nobody has acknowledged."
            : "No reminders.";
        yield return rules.Flapping
            ? $"From {rules.FlappingChanges} changes in {TimeWords.Long(rules.FlappingWithin)} it counts as flapping: told once, then quiet until it settles."
            : "Every change is told, also when it flaps.";
        if (rules.AnnounceLate) yield return "Late heartbeats are told.";
        if (!rules.AnnounceRecovered) yield return "Recoveries are not told.";
    }
}
