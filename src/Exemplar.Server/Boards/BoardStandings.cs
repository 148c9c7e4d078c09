using System.Collections.Concurrent;
using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Server.Maintenance;
using Exemplar.Storage.Boards;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Periods;

namespace Exemplar.Server.Boards;

/// <summary>Where standings are read from.</summary>
internal sealed record BoardSource(BoardStore Boards, BoardMembers Members, PeriodStore Periods, MaintenanceBanners Maintenance, TimeProvider Clock);

/// <summary>
/// How boards stand, shared by everybody who looks at them.
/// <para>Invariant: of one board there is at most one read under way, and whoever asks meanwhile waits for it; so many
/// onlookers cost no more than one. Boards that nobody looks at are forgotten.</para>
/// </summary>
/// <param name="source">The stores.</param>
/// <param name="span">How long a range the timelines cover.</param>
/// <param name="freshFor">How old a standing may be.</param>
/// <param name="periodsFreshFor">How old the periods in it may be while no status changes.</param>
internal sealed class BoardStandings(BoardSource source, TimeSpan span, TimeSpan freshFor, TimeSpan periodsFreshFor)
{
    private const int MostPeriods = 50_000;
    private const int MostForgottenLate = 200;

    private readonly ConcurrentDictionary<(int Organization, EntityId Board), Known> _known = new();

    /// <summary>How the board stands; null when the organization has none with this id.</summary>
    public async Task<BoardStanding?> OfAsync(int organizationNumber, EntityId id)
    {
        var key = (organizationNumber, id);
        var known = _known.AddOrUpdate(key, k => new Known(this, k, before: null), (k, present) => present.IsFresh ? present : new Known(this, k, present));
        var read = await known.Value;
        if (read is null || _known.Count > MostForgottenLate) Forget();
        return read?.Standing;
    }

    private void Forget()
    {
        foreach (var (key, known) in _known)
            if (known.IsIdle) _known.TryRemove(new(key, known));
    }

    private async Task<Read?> ReadAsync((int Organization, EntityId Board) key, Read? before)
    {
        if (await source.Boards.FindAsync(key.Organization, key.Board, CancellationToken.None) is not { } board) return null;
        var members = await source.Members.ReadAsync(board, CancellationToken.None);
        // After the states: nothing that they know may lie in the future.
        var now = source.Clock.Moment();
        var statuses = members.SelectMany(m => m).Select(m => (m.Definition.Number, m.State.Status, m.State.Since)).Distinct().ToList();
        var periods = before is not null && now - before.PeriodsReadAt < periodsFreshFor && before.Statuses.SequenceEqual(statuses)
            ? before
            : await ReadPeriodsAsync([.. statuses.Select(s => s.Number)], now);
        var from = periods.From > now - span ? periods.From : now - span;
        return periods with { Statuses = statuses, Standing = BoardStanding.Of(board, members, periods.Periods, from, now) };
    }

    private async Task<Read> ReadPeriodsAsync(IReadOnlyCollection<int> numbers, DateTimeOffset now)
    {
        var periods = await source.Periods.ReadAsync(numbers, now - span, now, MostPeriods, CancellationToken.None);
        // Where many monitors flap only the latest periods are there: the range begins with them rather than with a gap.
        var isWhole = periods.Sum(p => p.Count()) < MostPeriods;
        var from = isWhole ? DateTimeOffset.MinValue : periods.SelectMany(p => p).Min(p => p.From);
        return new Read(null!, [], periods, from, now);
    }

    private sealed record Read(
        BoardStanding Standing,
        IReadOnlyList<(int Number, MonitorStatus Status, DateTimeOffset Since)> Statuses,
        ILookup<int, Period> Periods,
        DateTimeOffset From,
        DateTimeOffset PeriodsReadAt);

    private sealed class Known
    {
        private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(2);
        private readonly BoardStandings _standings;
        private readonly long _startedAt;
        private readonly Lazy<Task<Read?>> _read;

        public Known(BoardStandings standings, (int, EntityId) key, Known? before)
        {
            _standings = standings;
            _startedAt = standings.Clock.GetTimestamp();
            var last = before?._read.Value is { IsCompletedSuccessfully: true } done ? done.Result : null;
            // Lazy, because of several that are made at once only one is kept and may read.
            _read = new Lazy<Task<Read?>>(() => standings.ReadAsync(key, last));
        }

        public Task<Read?> Value => _read.Value;

        public bool IsFresh => !_read.IsValueCreated || !_read.Value.IsCompleted || (_read.Value.IsCompletedSuccessfully && Age < _standings.FreshFor);

        public bool IsIdle => Age > IdleAfter || (_read is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: null } });

        private TimeSpan Age => _standings.Clock.GetElapsedTime(_startedAt);
    }

    private TimeProvider Clock => source.Clock;

    private TimeSpan FreshFor => freshFor;
}
