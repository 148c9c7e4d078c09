using System.Data.Common;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Deliveries;

/// <summary>A delivery that was claimed: one attempt has to be made now.</summary>
/// <param name="Number">Its row.</param>
/// <param name="Id">The same over all attempts.</param>
/// <param name="ChannelNumber">Where to.</param>
/// <param name="IncidentNumber">The row number of its incident; null for none.</param>
/// <param name="Attempt">The number of this attempt, from 1.</param>
/// <param name="CreatedAt">When it was decided.</param>
/// <param name="Content">The alert as JSON.</param>
public sealed record ClaimedDelivery(
    long Number, EntityId Id, int ChannelNumber, int? IncidentNumber, int Attempt, DateTimeOffset CreatedAt, byte[] Content)
{
    /// <summary>
    /// True for a recovery when another monitor of the incident that the channel was told of is down still; only where the claim asked for it.
    /// </summary>
    public bool OthersAreDown { get; init; }
}

/// <summary>How an attempt ended, and what follows for its delivery.</summary>
/// <param name="Delivery">The claimed delivery.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="State">How the delivery stands now.</param>
/// <param name="At">When the attempt began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="NextAt">When it is tried again, for <see cref="DeliveryState.Pending"/>.</param>
/// <param name="Detail">The other side's answer or the reason, without secrets.</param>
public sealed record AttemptResult(
    ClaimedDelivery Delivery, AttemptOutcome Outcome, DeliveryState State, DateTimeOffset At, DateTimeOffset EndedAt, DateTimeOffset? NextAt, string Detail);

/// <summary>
/// The outbox. A delivery is claimed by moving its due moment to when the attempt counts as lost: a process that dies lets
/// go of it by that, and of two nodes one gets it.
/// </summary>
public sealed class DeliveryStore(StorageEngine engine)
{
    private const string End =
        "UPDATE deliveries SET state = $1, due_at_ms = $2, finished_at_ms = $3, detail = $4 WHERE number = $5 AND state = 0 AND attempts = $6";

    private const string AddAttempt =
        "INSERT INTO delivery_attempts (delivery_number, attempt, at_ms, took_ms, outcome, detail) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";

    /// <summary>Channels with something to deliver now.</summary>
    public async Task<IReadOnlyList<int>> DueChannelsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var nowMs = now.ToMs();
        await using var db = engine.Read();
        // By channel, not by delivery: a channel that hangs may have very many. And asked for the first of each rather than whether
        // there is any: that PostgreSQL would answer by reading all of them, before anything was counted.
        return await db.Channels
            .Where(c => db.Deliveries.Where(d => d.ChannelNumber == c.Number && d.State == (int)DeliveryState.Pending && d.DueAtMs <= nowMs)
                .OrderBy(d => d.DueAtMs).Select(d => (long?)d.DueAtMs).FirstOrDefault() != null)
            .Select(c => c.Number).ToListAsync(cancellationToken);
    }

    /// <summary>How many deliveries are not finished.</summary>
    public async Task<int> CountWaitingAsync(CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.Deliveries.CountAsync(d => d.State == (int)DeliveryState.Pending, cancellationToken);
    }

    /// <summary>
    /// Claims up to <paramref name="limit"/> due deliveries of a channel, oldest first. Of one monitor only the oldest is
    /// given out: nobody hears that something recovered before hearing that it was down.
    /// </summary>
    /// <param name="channelNumber">The channel.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="lostAt">When an attempt that has not ended counts as lost.</param>
    /// <param name="looksAtOthers">Whether recoveries say if others of their incident are down still, for channels that keep tickets.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">Nothing was claimed.</exception>
    public Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        int channelNumber, int limit, DateTimeOffset now, DateTimeOffset lostAt, bool looksAtOthers, CancellationToken cancellationToken) =>
        engine.WriteAsync<IReadOnlyList<ClaimedDelivery>>(async unit =>
        {
            await using var command = Command(unit, engine.Name == "postgresql" ? DeliveryClaim.Postgres : DeliveryClaim.Sqlite,
                ("@lost", lostAt.ToMs()), ("@channel", channelNumber), ("@now", now.ToMs()), ("@limit", limit));
            var claimed = new List<(ClaimedDelivery Delivery, long AlertNumber)>();
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
                while (await reader.ReadAsync(cancellationToken))
                    claimed.Add((new ClaimedDelivery(
                        reader.GetInt64(0), EntityId.FromBytes(reader.GetFieldValue<byte[]>(1)), reader.GetInt32(2),
                        reader.IsDBNull(3) ? null : reader.GetInt32(3), reader.GetInt32(4), UnixTime.FromMs(reader.GetInt64(5)), []), reader.GetInt64(6)));
            if (claimed.Count == 0) return [];

            long[] numbers = [.. claimed.Select(c => c.AlertNumber).Distinct()];
            var contents = await unit.Db.Alerts.AsNoTracking().Where(a => numbers.Contains(a.Number))
                .ToDictionaryAsync(a => a.Number, a => (a.Event, a.Content), cancellationToken);
            int[] recovering = looksAtOthers
                ? [.. claimed.Where(c => contents[c.AlertNumber].Event == (int)AlertEvent.Recovered).Select(c => c.Delivery.IncidentNumber).OfType<int>().Distinct()]
                : [];
            var down = await StillDownAsync(unit.Db, channelNumber, recovering, cancellationToken);
            return
            [
                .. claimed.OrderBy(c => c.Delivery.Number).Select(c => c.Delivery with
                {
                    Content = contents[c.AlertNumber].Content,
                    OthersAreDown = c.Delivery.IncidentNumber is { } incident && down.Contains(incident) && contents[c.AlertNumber].Event == (int)AlertEvent.Recovered,
                }),
            ];
        }, cancellationToken);

    /// <summary>Of these incidents those in which a monitor is down that the channel was told of since it went down.</summary>
    private static async Task<HashSet<int>> StillDownAsync(ExemplarDb db, int channelNumber, int[] incidents, CancellationToken cancellationToken) =>
        incidents.Length == 0
            ? []
            : [.. await db.IncidentMonitors
                .Where(m => incidents.Contains(m.IncidentNumber) && m.LeftAtMs == null && db.Deliveries.Any(d =>
                    d.IncidentNumber == m.IncidentNumber && d.MonitorNumber == m.MonitorNumber && d.ChannelNumber == channelNumber && d.CreatedAtMs >= m.DownAtMs))
                .Select(m => m.IncidentNumber).Distinct().ToListAsync(cancellationToken)];

    /// <summary>Stores how attempts ended. A delivery that somebody else has finished meanwhile, because the attempt counted as lost, stays as it is.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task RecordAsync(IReadOnlyList<AttemptResult> results, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            await unit.Rows.RunAsync(End, [.. results.Select(EndOf)], cancellationToken);
            await unit.Rows.RunAsync(AddAttempt, [.. results.Select(AttemptOf)], cancellationToken);
            await RecordHealthAsync(unit.Db, results, cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>
    /// Lets go of what an earlier run of this server had claimed. Only where one server owns the database: with several, an
    /// attempt may still be running elsewhere.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<int> LetGoAsync(DateTimeOffset now, DateTimeOffset lostAt, CancellationToken cancellationToken) =>
        engine.WriteAsync(unit =>
        {
            var (nowMs, lostAtMs) = (now.ToMs(), lostAt.ToMs());
            return unit.Db.Deliveries
                .Where(d => d.State == (int)DeliveryState.Pending && d.Attempts > 0 && d.DueAtMs > nowMs && d.DueAtMs <= lostAtMs
                    && !unit.Db.DeliveryAttempts.Any(a => a.DeliveryNumber == d.Number && a.Attempt == d.Attempts))
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.DueAtMs, nowMs), cancellationToken);
        }, cancellationToken);

    private static async Task RecordHealthAsync(ExemplarDb db, IReadOnlyList<AttemptResult> results, CancellationToken cancellationToken)
    {
        foreach (var group in results.GroupBy(r => r.Delivery.ChannelNumber))
        {
            var last = group.MaxBy(r => r.EndedAt)!;
            var endedAtMs = last.EndedAt.ToMs();
            var channel = db.Channels.Where(c => c.Number == group.Key);
            if (last.Outcome == AttemptOutcome.Delivered)
                await channel.ExecuteUpdateAsync(
                    set => set.SetProperty(c => c.DeliveredAtMs, endedAtMs).SetProperty(c => c.FailingSinceMs, (long?)null), cancellationToken);
            else
                await channel.ExecuteUpdateAsync(
                    set => set.SetProperty(c => c.FailingSinceMs, c => c.FailingSinceMs ?? endedAtMs).SetProperty(c => c.LastFailure, last.Detail), cancellationToken);
        }
    }

    private static DbCommand Command(WriteUnit unit, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = unit.Db.Database.GetDbConnection().CreateCommand();
        command.Transaction = Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(unit.Db.Database.CurrentTransaction!);
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    private static object?[] EndOf(AttemptResult result) =>
    [
        (int)result.State, (result.NextAt ?? result.EndedAt).ToMs(), result.State == DeliveryState.Pending ? null : result.EndedAt.ToMs(),
        result.Detail, result.Delivery.Number, result.Delivery.Attempt,
    ];

    private static object?[] AttemptOf(AttemptResult result) =>
    [
        result.Delivery.Number, result.Delivery.Attempt, result.At.ToMs(),
        (int)Math.Min(int.MaxValue, Math.Max(0, (result.EndedAt - result.At).TotalMilliseconds)), (int)result.Outcome, result.Detail,
    ];
}
