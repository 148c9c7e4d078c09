using System.Globalization;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Tests.Monitors;

/// <summary>
/// The tests speak of minutes after one fixed moment, and compare whole states as one sentence: a table row then
/// shows everything that an event did, and everything that it left alone.
/// </summary>
internal static class Narration
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    /// <summary>The promise of most tests: every 60 minutes with 5 minutes of grace.</summary>
    public static readonly Schedule Hourly = Every(60, 5);

    public static Schedule Every(double interval, double grace) =>
        new(TimeSpan.FromMinutes(interval), TimeSpan.FromMinutes(grace));

    public static DateTimeOffset At(double minute) => Start.AddMinutes(minute);

    public static string Tell(MonitorState state) =>
        $"{Word(state.Status)} since {Minute(state.Since)}, last {Minute(state.LastHeartbeatAt)}, " +
        $"from {Minute(state.CountsFrom)}, next {Minute(state.NextExpectedAt)}";

    public static string Tell(IEnumerable<StatusChange> changes) =>
        string.Join(", ", changes.Select(c => $"{Word(c.To)} at {Minute(c.At)}"));

    public static string Tell(IEnumerable<MissedDeadline> missed) =>
        string.Join(", ", missed.Select(m => $"{m.Outcome.ToString().ToLowerInvariant()} at {Minute(m.At)}"));

    public static string Tell(IEnumerable<Period> periods) =>
        string.Join(", ", periods.Select(p => $"{Word(p.Status)} {Minute(p.From)}..{(p.To is null ? "" : Minute(p.To))}"));

    /// <summary>Asserts the whole of a decision: the next state, the changes and the missed deadlines.</summary>
    public static void Expect(this LifecycleDecision decision, string next, string changes = "", string missed = "")
    {
        Assert.Equal(next, Tell(decision.Next));
        Assert.Equal(changes, Tell(decision.Changes));
        Assert.Equal(missed, Tell(decision.Missed));
        Assert.Equal(changes.Length == 0 && missed.Length == 0, decision.IsQuiet);
    }

    private static string Word(MonitorStatus status) => status.ToString().ToLowerInvariant();

    private static string Minute(DateTimeOffset? moment) => moment is { } at
        ? (at - Start).TotalMinutes.ToString("0.#####", CultureInfo.InvariantCulture)
        : "none";
}
