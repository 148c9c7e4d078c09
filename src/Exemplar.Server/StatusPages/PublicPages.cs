using System.Collections.Concurrent;
using Exemplar.Server.Boards;
using Exemplar.Storage;
using Exemplar.Storage.Boards;

namespace Exemplar.Server.StatusPages;

/// <summary>
/// The status pages as they are served. Each is made anew at most once in <see cref="FreshFor"/>, however many ask for it.
/// <para>Invariant: a page is kept only under the slug of a board that is published, so the memory is bounded by the boards;
/// and of those who find one old, one makes the next while the others wait for it.</para>
/// </summary>
internal sealed class PublicPages(
    PublishedBoards published, BoardSource source, StorageEngine engine, IServiceProvider services, ILoggerFactory loggers)
{
    /// <summary>How old an answer may be, here and in browsers and proxies.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PeriodsFreshFor = TimeSpan.FromMinutes(1);

    private readonly BoardStandings _standings = new(source, TimeSpan.FromDays(StatusPageView.Days), TimeSpan.Zero, PeriodsFreshFor);
    private readonly ConcurrentDictionary<string, Kept> _pages = new(StringComparer.Ordinal);

    /// <summary>The page at this slug; null when no board is published there.</summary>
    public async Task<PublicPage?> FindAsync(string slug)
    {
        // A slug that cannot be one is not even looked up.
        if (!Core.Boards.Slug.IsValid(slug)) return null;
        if (await published.FindAsync(slug) is not { } board)
        {
            _pages.TryRemove(slug, out _);
            return null;
        }
        var kept = _pages.AddOrUpdate(slug, _ => new Kept(this, board, before: null), (_, present) => present.IsFresh && present.Board == board ? present : new Kept(this, board, present));
        return await kept.Page;
    }

    private async Task<PublicPage?> MakeAsync(PublishedBoard board, PublicPage? before)
    {
        try
        {
            if (await _standings.OfAsync(board.OrganizationNumber, board.Id) is not { Board.IsPublished: true } standing) return null;
            var logo = await source.Boards.LogoAsync(standing.Board.Number, CancellationToken.None);
            var maintenance = await source.Maintenance.OfAsync(board.OrganizationNumber, standing.MonitorNumbers, upcoming: true, standing.At, CancellationToken.None);
            return new PublicPage(StatusPageView.Of(standing, logo is not null, maintenance), logo, services, loggers);
        }
        catch (Exception exception) when (before is not null && engine.IsUnavailable(exception))
        {
            // A status page is read above all while something is broken; the page says of which moment it is.
            return before;
        }
    }

    private sealed class Kept
    {
        private readonly PublicPages _pages;
        private readonly long _startedAt;
        private readonly Lazy<Task<PublicPage?>> _page;

        public Kept(PublicPages pages, PublishedBoard board, Kept? before)
        {
            (_pages, Board, _startedAt) = (pages, board, pages.Clock.GetTimestamp());
            var last = before?.Board == board && before._page is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } done } ? done.Result : null;
            _page = new Lazy<Task<PublicPage?>>(() => pages.MakeAsync(board, last));
        }

        public PublishedBoard Board { get; }

        public Task<PublicPage?> Page => _page.Value;

        public bool IsFresh => !_page.IsValueCreated || !_page.Value.IsCompleted
            || (_page.Value.IsCompletedSuccessfully && _pages.Clock.GetElapsedTime(_startedAt) < FreshFor);
    }

    private TimeProvider Clock => source.Clock;
}
