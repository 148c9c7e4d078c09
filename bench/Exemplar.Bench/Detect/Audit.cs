using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;

namespace Exemplar.Bench.Detect;

/// <summary>
/// Compares what the server recorded with what had to follow from the beats in its own history. It knows the rules of
/// heartbeat monitoring by itself instead of asking the server's code.
/// </summary>
internal sealed class Audit(DetectPlan plan, long stoppedAtMs)
{
    /// <summary>
    /// A beat less than this after a deadline (the slack of the lifecycle) may still have been taken as in time, if nobody had judged the deadline yet.
    /// </summary>
    private const long EitherWayMs = 4_000;

    private readonly List<string> _examples = [];

    /// <summary>Deadlines that were missed and had to be recorded.</summary>
    public int Due { get; private set; }
    public int Found { get; private set; }
    public int Missing { get; private set; }
    public int Twice { get; private set; }

    /// <summary>Checks of deadlines that had been kept, or that never were.</summary>
    public int FalseMisses { get; private set; }
    public int Unknown { get; private set; }

    /// <summary>Beats that came after their deadline: no connection was free in time, or the generator itself was too slow.</summary>
    public int LateBeats { get; private set; }
    public int LostBeats { get; private set; }

    /// <summary>Beats in history beyond the acknowledged ones; those without an answer may be among them.</summary>
    public int ExtraBeats { get; private set; }
    public int WrongStates { get; private set; }
    public int WrongPeriods { get; private set; }

    /// <summary>From deadline to record, by the rows; in milliseconds.</summary>
    public List<int> Delays { get; } = [];

    /// <summary>Some of what was found wrong.</summary>
    public IReadOnlyList<string> Examples => _examples;

    public bool IsClean(int unanswered) =>
        Missing + Twice + FalseMisses + Unknown + LostBeats + WrongStates + WrongPeriods == 0 && ExtraBeats <= unanswered;

    public void Run(History history, int[] acknowledged)
    {
        int beat = 0, check = 0, state = 0, period = 0;
        for (var number = 1; number <= plan.Monitors; number++)
        {
            var beats = Take(history.Beats, ref beat, b => b.Number == number).Select(b => b.AtMs).ToList();
            var checks = Take(history.DeadlineChecks, ref check, c => c.Number == number);
            var expected = Expect(number, beats);
            CompareBeats(number, beats.Count, acknowledged[number]);
            CompareChecks(number, expected, checks);
            CompareStatus(number, expected, Take(history.States, ref state, s => s.Number == number), Take(history.Periods, ref period, p => p.Number == number));
        }
    }

    private Expected Expect(int number, List<long> beats)
    {
        var expected = new Expected();
        var patience = plan.PatienceMs(number);
        var deadline = plan.FirstDeadlineMs(number);
        foreach (var at in beats)
        {
            if (deadline < at) LateBeats++;
            for (; deadline < at; deadline += DetectPlan.IntervalMs)
            {
                if (deadline < at - EitherWayMs) expected.Certain(deadline);
                else expected.Either.Add(deadline);
            }
            expected.Recover();
            deadline = at + patience;
        }
        for (; deadline < stoppedAtMs; deadline += DetectPlan.IntervalMs)
        {
            if (deadline < plan.CountedUntilMs) expected.Certain(deadline);
            else
            {
                expected.Either.Add(deadline);
                expected.MayBeDown = true;
            }
        }
        return expected;
    }

    private void CompareBeats(int number, int stored, int acknowledged)
    {
        LostBeats += Math.Max(0, acknowledged - stored);
        ExtraBeats += Math.Max(0, stored - acknowledged);
        if (stored < acknowledged) Example(number, $"{acknowledged} beats acknowledged, {stored} in history");
    }

    private void CompareChecks(int number, Expected expected, List<DeadlineCheck> checks)
    {
        var seen = new HashSet<long>();
        foreach (var check in checks)
        {
            var at = check.AtMs;
            if (check.Outcome != (int)CheckOutcome.Down)
            {
                Unknown++;
                Example(number, $"the deadline {at} was not judged");
            }
            else if (!seen.Add(at))
            {
                Twice++;
                Example(number, $"the deadline {at} was recorded more than once");
            }
            else if (expected.Must.Contains(at))
            {
                Found++;
                if (check.ReceivedAtMs is { } receivedAt) Delays.Add((int)(receivedAt - at));
            }
            else if (!expected.Either.Contains(at))
            {
                FalseMisses++;
                Example(number, $"{at} was no missed deadline");
            }
        }

        Due += expected.Must.Count;
        foreach (var at in expected.Must)
        {
            if (seen.Contains(at) || checks.Any(c => c.AtMs == at)) continue;
            Missing++;
            Example(number, $"the missed deadline {at} was not recorded");
        }
    }

    private void CompareStatus(int number, Expected expected, List<StatusRow> states, List<StatusRow> periods)
    {
        var state = states.Count == 1 ? states[0] : default;
        var isRight = expected.DownSince is { } since
            ? state.Status == (int)MonitorStatus.Down && state.FromMs == since
            : state.Status == (int)MonitorStatus.Up || (expected.MayBeDown && state.Status == (int)MonitorStatus.Down);
        if (!isRight)
        {
            WrongStates++;
            Example(number, $"status {state.Status} since {state.FromMs}, silent since {expected.DownSince}");
        }

        var isWhole = periods.Count > 0 && periods[^1] is { ToMs: null } last && last.Status == state.Status && last.FromMs == state.FromMs;
        for (var i = 1; i < periods.Count; i++) isWhole &= periods[i - 1].ToMs == periods[i].FromMs && periods[i - 1].Status != periods[i].Status;
        if (isWhole) return;
        WrongPeriods++;
        Example(number, $"{periods.Count} periods that do not end in status {state.Status} since {state.FromMs}, or leave a gap");
    }

    private void Example(int number, string what)
    {
        if (_examples.Count < 10) _examples.Add($"monitor {number}: {what}");
    }

    private static List<T> Take<T>(List<T> rows, ref int at, Func<T, bool> isMine)
    {
        var mine = new List<T>();
        for (; at < rows.Count && isMine(rows[at]); at++) mine.Add(rows[at]);
        return mine;
    }

    private sealed class Expected
    {
        public HashSet<long> Must { get; } = [];

        /// <summary>May or may not have been recorded.</summary>
        public HashSet<long> Either { get; } = [];

        public long? DownSince { get; private set; }

        public bool MayBeDown { get; set; }

        public void Certain(long deadline)
        {
            Must.Add(deadline);
            DownSince ??= deadline;
        }

        public void Recover() => DownSince = null;
    }
}
