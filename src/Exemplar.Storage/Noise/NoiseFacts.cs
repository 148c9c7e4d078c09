using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Noise;

/// <summary>
/// What the noise policies of some monitors have to know; all by monitor number. Whatever the policies do not ask for was not
/// read, so that a mass outage under the default policy costs two statements for each portion and none for a monitor.
/// </summary>
public sealed class NoiseFacts
{
    private const int MostDowns = 5_000;
    private const int ChecksRead = 2 * NoisePolicy.MostChecks;

    public static readonly NoiseFacts None = new();

    /// <summary>How often a monitor that goes down now did so within the time of its policy.</summary>
    public IReadOnlyDictionary<int, int> Downs { get; private init; } = new Dictionary<int, int>();

    /// <summary>The latest outcomes, newest first, where a policy counts them.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<CheckOutcome>> Outcomes { get; private init; } = new Dictionary<int, IReadOnlyList<CheckOutcome>>();

    /// <summary>How monitors stand that a timer is about, or whose checks are counted.</summary>
    public IReadOnlyDictionary<int, MonitorState> States { get; private init; } = new Dictionary<int, MonitorState>();

    /// <summary>What monitors depend on, nearest first; those that depend on nothing are not there.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<Ancestor>> Ancestors { get; private init; } = new Dictionary<int, IReadOnlyList<Ancestor>>();

    internal static async Task<NoiseFacts> ReadAsync(
        StorageEngine engine, ExemplarDb db, IReadOnlyList<PendingChange> changes, IReadOnlyList<NoiseTimer> timers,
        IReadOnlyDictionary<int, NoiseRules> rules, CancellationToken cancellationToken)
    {
        var down = changes.Where(c => c.To == MonitorStatus.Down && rules.ContainsKey(c.MonitorNumber)).ToList();
        int[] held = [.. down.Select(c => c.MonitorNumber)
            .Concat(timers.Where(t => t.Kind is NoiseTimerKind.Alert or NoiseTimerKind.Late).Select(t => t.MonitorNumber)).Distinct()];
        int[] counted =
        [
            .. down.Where(c => !rules[c.MonitorNumber].AlertsAtOnce)
                .Concat(changes.Where(c => c.To == MonitorStatus.Up && rules.TryGetValue(c.MonitorNumber, out var r) && !r.RecoversAtOnce))
                .Select(c => c.MonitorNumber)
                .Concat(timers.Where(t => t.Kind is NoiseTimerKind.Alert or NoiseTimerKind.Recovery).Select(t => t.MonitorNumber)).Distinct(),
        ];
        int[] standing = [.. counted.Concat(timers.Select(t => t.MonitorNumber)).Distinct()];
        return new NoiseFacts
        {
            Downs = await ReadDownsAsync(db, down, rules, cancellationToken),
            Outcomes = counted.Length == 0
                ? new Dictionary<int, IReadOnlyList<CheckOutcome>>()
                : (await engine.Checks.LatestAsync(counted, ChecksRead, cancellationToken))
                    .ToDictionary(c => c.Key, c => (IReadOnlyList<CheckOutcome>)[.. c.Value.Select(check => check.Outcome)]),
            States = standing.Length == 0 ? new Dictionary<int, MonitorState>() : await engine.States.ReadAsync(standing, cancellationToken),
            Ancestors = held.Length == 0
                ? new Dictionary<int, IReadOnlyList<Ancestor>>()
                : await Dependencies.AncestorsAsync(engine, db, held, cancellationToken),
        };
    }

    private static async Task<IReadOnlyDictionary<int, int>> ReadDownsAsync(
        ExemplarDb db, List<PendingChange> down, IReadOnlyDictionary<int, NoiseRules> rules, CancellationToken cancellationToken)
    {
        var asked = down.Where(c => rules[c.MonitorNumber].Flapping).GroupBy(c => c.MonitorNumber).ToDictionary(g => g.Key, g => g.Last().At);
        if (asked.Count == 0) return new Dictionary<int, int>();
        int[] numbers = [.. asked.Keys];
        var fromMs = asked.Min(a => a.Value - rules[a.Key].FlappingWithin).ToMs();
        var rows = await db.Periods.AsNoTracking()
            .Where(p => numbers.Contains(p.MonitorNumber) && p.FromMs > fromMs && p.Status == (int)MonitorStatus.Down)
            .OrderByDescending(p => p.FromMs).Take(MostDowns)
            .Select(p => new { p.MonitorNumber, p.FromMs }).ToListAsync(cancellationToken);
        return rows.Where(p => p.FromMs > (asked[p.MonitorNumber] - rules[p.MonitorNumber].FlappingWithin).ToMs())
            .GroupBy(p => p.MonitorNumber).ToDictionary(g => g.Key, g => g.Count());
    }
}
