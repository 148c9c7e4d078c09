using System.Globalization;
using System.Text;
using Exemplar.Bench.Detect;
using Exemplar.Bench.Servers;

namespace Exemplar.Bench.Reports;

/// <summary>Everything that a run of <c>detect</c> found.</summary>
internal sealed record DetectOutcome(
    DetectPlan Plan, string Engine, LoadGenerator Load, Audit Audit, PrometheusText Figures, int BeatsInHistory,
    TimeSpan ReadyAfter, TimeSpan StoppedAfter, long? PeakBytes, long? EndBytes, int ExitCode, string[] Complaints)
{
    /// <summary>What makes the run a failure. How fast it was does not.</summary>
    public IReadOnlyList<string> Faults { get; } =
    [
        .. Load.Failures.Select(f => $"{f.Value} beats failed: {f.Key}"),
        .. Audit.IsClean(Load.Unanswered) ? Array.Empty<string>() : ["the record is wrong, see above"],
        .. ExitCode == 0 ? Array.Empty<string>() : [$"the server ended with code {ExitCode}"],
    ];
}

/// <summary>The Markdown of a run of <c>detect</c>.</summary>
internal static class DetectReport
{
    private const string Delay = "exemplar_detection_delay_seconds";

    public static string Write(DetectOutcome outcome, DateTimeOffset now, string data, string? revision)
    {
        var (plan, load, audit) = (outcome.Plan, outcome.Load, outcome.Audit);
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Line($"## {now.UtcDateTime:HH:mm} UTC: {outcome.Engine}, {plan.Monitors:N0} monitors, {100.0 * plan.Silent / plan.Monitors:0.#} % silent");
        Line($"");
        text.Append(Machine.Describe(now, data, revision)).Append('\n');
        Line($"- Load: {plan.Monitors / 60.0:N0} deadlines/s over {plan.Seconds} s, {(plan.AnyBeats ? plan.Rate : 0):N0} beats/s over 64 connections");
        Line($"");
        Line($"| ms | p50 | p90 | p99 | max | count |");
        Line($"|---|--:|--:|--:|--:|--:|");
        Line($"| detection delay, deadline → moment of recording (check rows) | {Distribution.OfMilliseconds(audit.Delays).Cells()} |");
        Line($"| detection delay, deadline → on disk (the server's histogram) | {Bucket(outcome, 0.5)} | {Bucket(outcome, 0.9)} | {Bucket(outcome, 0.99)} | {Bucket(outcome, 1)} | {outcome.Figures.Sum(Delay + "_count"):N0} |");
        Line($"| beats sent later than planned | {load.Lags().Cells()} |");
        Line($"| beat planned → answer | {load.AnswerTimes().Cells()} |");
        Line($"");
        Line($"| | |");
        Line($"|---|--:|");
        Line($"| start to ready | {outcome.ReadyAfter.TotalSeconds:0.00} s |");
        Line($"| SIGTERM to the end of the process | {outcome.StoppedAfter.TotalSeconds:0.00} s |");
        Line($"| resident memory, peak (VmHWM) | {outcome.PeakBytes / 1e6:0} MB |");
        Line($"| resident memory, at the end | {outcome.EndBytes / 1e6:0} MB |");
        Line($"| missed deadlines that had to be recorded | {audit.Due:N0} |");
        Line($"| … recorded | {audit.Found:N0} |");
        Line($"| … missing | {audit.Missing:N0} |");
        Line($"| … recorded twice | {audit.Twice:N0} |");
        Line($"| false misses | {audit.FalseMisses:N0} |");
        Line($"| deadlines left unknown | {audit.Unknown:N0} |");
        Line($"| monitors with a wrong status | {audit.WrongStates:N0} |");
        Line($"| monitors with a wrong timeline | {audit.WrongPeriods:N0} |");
        Line($"| beats acknowledged | {load.Acknowledged.Sum(a => (long)a):N0} |");
        Line($"| beats in history | {outcome.BeatsInHistory:N0} |");
        Line($"| … acknowledged and lost | {audit.LostBeats:N0} |");
        Line($"| … never acknowledged | {audit.ExtraBeats:N0} |");
        Line($"| beats that reached the server after their deadline | {audit.LateBeats:N0} |");
        Line($"| beats that failed | {load.Failures.Values.Sum():N0} |");
        foreach (var example in audit.Examples) Line($"\n`{example}`");
        if (outcome.Complaints.Length > 0) Line($"\nThe server warned:\n\n```\n{string.Join('\n', outcome.Complaints)}\n```");
        Line($"\n{(outcome.Faults.Count == 0 ? "Nothing wrong was found." : "**Failed: " + string.Join("; ", outcome.Faults) + ".**")}");
        return text.ToString();
    }

    private static string Bucket(DetectOutcome outcome, double quantile) =>
        outcome.Figures.Quantile(Delay, quantile) is not { } bucket ? "–"
        : double.IsPositiveInfinity(bucket.UpTo) ? string.Create(CultureInfo.InvariantCulture, $"> {bucket.Above * 1e3:0.#}")
        : string.Create(CultureInfo.InvariantCulture, $"≤ {bucket.UpTo * 1e3:0.#}");
}
