using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Server.Console.Checks;
using Exemplar.Storage;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Periods;

namespace Exemplar.Server.Console.Monitors;

/// <summary>
/// What a page of the list shows, kept between two ticks of one circuit: periods, checks and uptimes are read again only of monitors
/// whose state has changed, or when they have grown old.
/// </summary>
internal sealed class MonitorPageRead(StorageEngine engine, PeriodStore periods)
{
    public static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly TimeSpan PeriodsFreshFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MonthFreshFor = TimeSpan.FromMinutes(1);
    private const int MostPeriods = 20_000;

    private readonly Dictionary<int, (MonitorState State, CheckMarks Marks)> _marks = [];
    private (int, MonitorStatus, DateTimeOffset)[] _standing = [];
    private ILookup<int, Period>? _periods;
    private DateTimeOffset _periodsReadAt, _monthReadAt;
    private Dictionary<int, Uptime> _month = [];

    /// <summary>Reads what is missing about the monitors of the page.</summary>
    public async Task ReadAsync(IReadOnlyList<MonitorView> monitors, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var numbers = monitors.Select(m => m.Definition.Number).ToArray();
        // Periods change only with the status; heartbeats that keep a monitor up leave its bar as it is.
        var standing = monitors.Select(m => (m.Definition.Number, m.State.Status, m.State.Since)).ToArray();
        if (_periods is null || now - _periodsReadAt > PeriodsFreshFor || !standing.ToHashSet().SetEquals(_standing))
        {
            _periods = await periods.ReadAsync(numbers, now - Day, now, MostPeriods, cancellationToken);
            (_standing, _periodsReadAt) = (standing, now);
        }
        if (now - _monthReadAt > MonthFreshFor || numbers.Any(n => !_month.ContainsKey(n)))
        {
            var month = await periods.UptimesAsync(numbers, now - Month, now, cancellationToken);
            // Those about which nothing is known are known to have nothing.
            _month = numbers.ToDictionary(n => n, n => month.GetValueOrDefault(n));
            _monthReadAt = now;
        }
        await ReadMarksAsync(monitors, cancellationToken);
    }

    /// <summary>The last 24 hours of one of the monitors.</summary>
    public IReadOnlyList<Period> PeriodsOf(MonitorView monitor, DateTimeOffset now) =>
        Timeline.Cut(_periods?[monitor.Definition.Number] ?? [], monitor.State, now - Day, now, now);

    public CheckMarks? MarksOf(MonitorView monitor) => _marks.TryGetValue(monitor.Definition.Number, out var known) ? known.Marks : null;

    public double? MonthOf(MonitorView monitor) => _month.GetValueOrDefault(monitor.Definition.Number).Ratio;

    private async Task ReadMarksAsync(IReadOnlyList<MonitorView> monitors, CancellationToken cancellationToken)
    {
        var changed = monitors.Where(m => !_marks.TryGetValue(m.Definition.Number, out var known) || known.State != m.State).ToList();
        if (changed.Count == 0) return;
        var latest = await engine.Checks.LatestAsync([.. changed.Select(m => m.Definition.Number)], CheckMarks.Most, cancellationToken);
        foreach (var gone in _marks.Keys.Except(monitors.Select(m => m.Definition.Number)).ToList()) _marks.Remove(gone);
        foreach (var monitor in changed)
            _marks[monitor.Definition.Number] = (monitor.State, CheckMarks.Of(monitor.Definition.Name, latest[monitor.Definition.Number]));
    }
}
