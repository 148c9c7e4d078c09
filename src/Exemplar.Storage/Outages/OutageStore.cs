using Exemplar.Core.Outages;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Outages;

/// <summary>Keeps what the server knows about its own absences.</summary>
public sealed class OutageStore(StorageEngine engine)
{
    private const string AliveBookmark = "alive_at";

    /// <summary>
    /// Written along while storage is in doubt: a full disk lets a row be updated in place, but finds no room for this
    /// many bytes.
    /// </summary>
    private const int BallastBytes = 256 * 1024;

    /// <summary>Outages that began less than this ago can still matter to a deadline: the longest grace, and some.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(420);

    /// <summary>When the server last said that it was alive; null when it never did.</summary>
    public async Task<DateTimeOffset?> LastAliveAtAsync(CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return UnixTime.FromMs(await db.Bookmarks.Where(b => b.Name == AliveBookmark)
            .Select(b => (long?)b.Value).SingleOrDefaultAsync(cancellationToken));
    }

    /// <summary>Every outage that may still matter at <paramref name="now"/>.</summary>
    public async Task<OutageLog> LoadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = (now - Remembered).ToMs();
        await using var db = engine.Read();
        var rows = await db.Outages.AsNoTracking().Where(o => o.ToMs >= since).ToListAsync(cancellationToken);
        return new OutageLog(rows.Select(o => new Outage(UnixTime.FromMs(o.FromMs), UnixTime.FromMs(o.ToMs), (OutageCause)o.Cause)));
    }

    /// <summary>
    /// Says that the server is alive at <paramref name="now"/>, and stores outages that have ended, in one transaction.
    /// </summary>
    /// <param name="now">The present moment.</param>
    /// <param name="ended">Outages to store; usually none.</param>
    /// <param name="proveRoom">True to make sure that there is room for heartbeats, not only for a number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task SayAliveAsync(DateTimeOffset now, IReadOnlyCollection<Outage> ended, bool proveRoom, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            // Said every second for as long as the server lives: one plain statement, nothing tracked.
            var ballast = proveRoom ? new byte[BallastBytes] : [];
            await unit.Db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO bookmarks (name, value, ballast) VALUES ({AliveBookmark}, {now.ToMs()}, {ballast})
                ON CONFLICT (name) DO UPDATE SET value = excluded.value, ballast = excluded.ballast
                """, cancellationToken);
            if (ended.Count == 0) return 0;
            unit.Db.Outages.AddRange(ended.Select(o => new OutageRow { FromMs = o.From.ToMs(), ToMs = o.To.ToMs(), Cause = (int)o.Cause }));
            return await unit.Db.SaveChangesAsync(cancellationToken);
        }, cancellationToken);
}
