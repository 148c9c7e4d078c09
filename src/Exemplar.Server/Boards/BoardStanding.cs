using Exemplar.Core.Boards;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Boards;

/// <summary>How a monitor of a service stands.</summary>
/// <param name="Monitor">The monitor.</param>
/// <param name="Status">Its status at the moment of the standing.</param>
/// <param name="Since">Since when.</param>
/// <param name="Periods">Its timeline over the range of the standing.</param>
public sealed record MonitorStanding(MonitorView Monitor, MonitorStatus Status, DateTimeOffset Since, IReadOnlyList<Period> Periods);

/// <summary>How a service stands: the worst of its monitors.</summary>
/// <param name="Service">The service.</param>
/// <param name="Status">Null where it has no monitor.</param>
/// <param name="Since">Since when; null where that lies before the range.</param>
/// <param name="Periods">Its rolled-up timeline over the range.</param>
/// <param name="Monitors">By hand first, then by tag.</param>
public sealed record ServiceStanding(
    Service Service, MonitorStatus? Status, DateTimeOffset? Since, IReadOnlyList<Period> Periods, IReadOnlyList<MonitorStanding> Monitors);

/// <summary>How a board stands.</summary>
/// <param name="Board">The board.</param>
/// <param name="Status">The worst of its services; null where there is nothing to watch.</param>
/// <param name="Services">In the board's order.</param>
/// <param name="From">Where the range of all timelines begins.</param>
/// <param name="At">The moment of the standing, and the end of the range.</param>
public sealed record BoardStanding(
    Board Board, MonitorStatus? Status, IReadOnlyList<ServiceStanding> Services, DateTimeOffset From, DateTimeOffset At)
{
    /// <summary>All that stand on it, each once.</summary>
    public IReadOnlyCollection<int> MonitorNumbers => [.. Services.SelectMany(s => s.Monitors).Select(m => m.Monitor.Definition.Number).Distinct()];

    /// <summary>The services that have any of these monitors, in the board's order.</summary>
    public IEnumerable<Service> ServicesWith(IReadOnlySet<int> monitorNumbers) =>
        Services.Where(s => s.Monitors.Any(m => monitorNumbers.Contains(m.Monitor.Definition.Number))).Select(s => s.Service);

    /// <param name="board">The board.</param>
    /// <param name="members">For every service its monitors.</param>
    /// <param name="stored">The stored periods of the range, by monitor number.</param>
    /// <param name="from">Where the range begins.</param>
    /// <param name="at">Where it ends.</param>
    public static BoardStanding Of(
        Board board, IReadOnlyList<IReadOnlyList<MonitorView>> members, ILookup<int, Period> stored, DateTimeOffset from, DateTimeOffset at)
    {
        var services = board.Services.Zip(members, (service, monitors) => ServiceOf(service, monitors, stored, from, at)).ToList();
        return new BoardStanding(board, RolledUp.Of(services.Select(s => s.Status).OfType<MonitorStatus>()), services, from, at);
    }

    private static ServiceStanding ServiceOf(
        Service service, IReadOnlyList<MonitorView> monitors, ILookup<int, Period> stored, DateTimeOffset from, DateTimeOffset at)
    {
        var standings = monitors
            .Select(m => new MonitorStanding(
                m, m.State.StatusAt(at), m.State.SinceAt(at), Timeline.Cut(stored[m.Definition.Number], m.State, from, at, at)))
            .ToList();
        var status = RolledUp.Of(standings.Select(m => m.Status));
        var periods = RolledUp.Of([.. standings.Select(m => m.Periods)]);
        // One monitor knows it however long ago it was.
        var since = standings is [var only] ? only.Since : SinceOf(periods, status, from);
        return new ServiceStanding(service, status, since, periods, standings);
    }

    private static DateTimeOffset? SinceOf(IReadOnlyList<Period> periods, MonitorStatus? status, DateTimeOffset from) =>
        periods is [.., var last] && last.Status == status && last.From > from ? last.From : null;
}
