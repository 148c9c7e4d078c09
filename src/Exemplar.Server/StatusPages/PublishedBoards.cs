using Exemplar.Storage;
using Exemplar.Storage.Boards;

namespace Exemplar.Server.StatusPages;

/// <summary>
/// Which addresses have a status page. All of them stand in memory, so that no number of requests for addresses that do not
/// exist reaches the database.
/// <para>Invariant: of all who find the list old, one reads it; the others wait for that read.</para>
/// </summary>
internal sealed class PublishedBoards(BoardStore boards, StorageEngine engine, TimeProvider clock)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);

    private readonly Lock _sync = new();
    private Task<IReadOnlyDictionary<string, PublishedBoard>>? _list;
    private long _readAt;

    /// <summary>The published board with this slug; null when there is none.</summary>
    public async Task<PublishedBoard?> FindAsync(string slug) => (await ListAsync()).GetValueOrDefault(slug);

    /// <summary>Makes the next request read anew: what is unpublished here is gone at once; other nodes follow within seconds.</summary>
    public void Forget()
    {
        lock (_sync) _list = null;
    }

    private async Task<IReadOnlyDictionary<string, PublishedBoard>> ListAsync()
    {
        Task<IReadOnlyDictionary<string, PublishedBoard>> list;
        IReadOnlyDictionary<string, PublishedBoard>? before;
        lock (_sync)
        {
            before = _list is { IsCompletedSuccessfully: true } done ? done.Result : null;
            if (_list is null || (_list.IsCompleted && clock.GetElapsedTime(_readAt) >= FreshFor))
                (_list, _readAt) = (ReadAsync(before), clock.GetTimestamp());
            list = _list;
        }
        return await list;
    }

    private async Task<IReadOnlyDictionary<string, PublishedBoard>> ReadAsync(IReadOnlyDictionary<string, PublishedBoard>? before)
    {
        try
        {
            return await boards.PublishedAsync(CancellationToken.None);
        }
        catch (Exception exception) when (before is not null && engine.IsUnavailable(exception))
        {
            // A status page is read above all while something is broken: what was known is better than nothing.
            return before;
        }
    }
}
