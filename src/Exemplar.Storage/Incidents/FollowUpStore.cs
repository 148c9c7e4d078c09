using Exemplar.Core.Channels;
using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Storage.Checks;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Routing;
using Exemplar.Storage.Noise;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Incidents;

/// <summary>
/// Follows changes of status up: reads those that wait, and stores what they lead to in the transaction that removes them. So
/// each is followed up once, whenever the process dies.
/// <para>Invariant: what is stored was decided on what is stored. The rows of the changes must still be there, incidents must
/// have the version and organizations the last incident number that were read; otherwise nothing is stored.</para>
/// </summary>
public sealed class FollowUpStore(StorageEngine engine)
{
    /// <summary>Open incidents that a monitor may join. In a mass outage of many small groups each has to be among them when the next of its monitors goes down.</summary>
    private const int MostRecent = 500;

    /// <summary>True when an exception of this store means that the database cannot be used now.</summary>
    public bool IsUnavailable(Exception exception) => engine.IsUnavailable(exception);

    /// <inheritdoc cref="StorageEngine.ChangeLeft"/>
    public WakeSignal ChangeLeft => engine.ChangeLeft;

    /// <summary>Up to <paramref name="limit"/> changes in the order in which they were stored; null when none waits.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="without">Monitors that are left out for now, because their last follow-up failed.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<FollowUpBatch?> ReadAsync(int limit, IReadOnlyCollection<int> without, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var waiting = db.StatusChanges.AsNoTracking();
        if (without.Count > 0) waiting = waiting.Where(c => !without.Contains(c.MonitorNumber));
        var rows = await waiting.OrderBy(c => c.Number).Take(limit).ToListAsync(cancellationToken);
        if (rows.Count == 0) return null;
        PendingChange[] changes =
        [
            .. rows.Select(c => new PendingChange(
                c.Number, c.MonitorNumber, (MonitorStatus)c.FromStatus, (MonitorStatus?)c.ToStatus, UnixTime.FromMs(c.AtMs), c.Error)),
        ];
        return await ReadAsync(db, changes, [], cancellationToken);
    }

    /// <summary>Everything that deciding on changes, or on timers, needs.</summary>
    internal async Task<FollowUpBatch> ReadAsync(
        ExemplarDb db, IReadOnlyList<PendingChange> changes, IReadOnlyList<NoiseTimer> timers, CancellationToken cancellationToken)
    {
        int[] numbers = [.. changes.Select(c => c.MonitorNumber).Concat(timers.Select(t => t.MonitorNumber)).Distinct()];
        var monitors = await db.Monitors.AsNoTracking().Where(m => numbers.Contains(m.Number)).ToListAsync(cancellationToken);
        var members = await db.IncidentMonitors.AsNoTracking()
            .Where(m => numbers.Contains(m.MonitorNumber) && m.LeftAtMs == null).ToListAsync(cancellationToken);
        int[] incidentNumbers = [.. members.Select(m => m.IncidentNumber).Distinct()];
        var incidentRows = await db.Incidents.AsNoTracking().Where(i => incidentNumbers.Contains(i.RowNumber)).ToListAsync(cancellationToken);
        int[] organizationNumbers =
            [.. monitors.Select(m => m.OrganizationNumber).Concat(incidentRows.Select(i => i.OrganizationNumber)).Distinct()];
        var organizations = await ReadOrganizationsAsync(db, organizationNumbers, cancellationToken);
        var down = changes.Where(c => c.To == MonitorStatus.Down).ToArray();
        var recentRows = down.Length == 0 ? [] : await ReadRecentAsync(db, organizationNumbers, down.Min(c => c.At), down.Max(c => c.At), cancellationToken);

        var subjects = await ReadSubjectsAsync(monitors, down, cancellationToken);
        // One object for each incident, however many monitors lead to it: decisions build on one another.
        var stored = incidentRows.Concat(recentRows).DistinctBy(i => i.RowNumber)
            .ToDictionary(i => i.RowNumber, i => Read(i, organizations[i.OrganizationNumber].RemindEvery));
        return new FollowUpBatch
        {
            Changes = changes,
            Timers = timers,
            Subjects = subjects,
            Noise = await NoiseFacts.ReadAsync(
                engine, db, changes, timers,
                subjects.ToDictionary(s => s.Key, s => s.Value.Definition.AlertPolicy.Over(organizations[s.Value.Definition.OrganizationNumber].AlertPolicy)),
                cancellationToken),
            OpenByMonitor = members.ToDictionary(m => m.MonitorNumber, m => stored[m.IncidentNumber]),
            Members = members.ToDictionary(m => m.MonitorNumber, Read),
            Recent = recentRows.GroupBy(i => i.OrganizationNumber)
                .ToDictionary(g => g.Key, g => g.Select(i => stored[i.RowNumber]).ToList()),
            Organizations = organizations,
            // Also a timer may lead to a downtime being told.
            Routing = down.Length == 0 && timers.Count == 0 ? [] : await RoutingBook.ReadAsync(db, organizationNumbers, numbers, cancellationToken),
        };
    }

    /// <summary>
    /// Stores what <paramref name="changes"/> lead to. False when somebody was faster: nothing was stored, and the caller reads anew.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<bool> StoreAsync(
        IReadOnlyList<PendingChange> changes, IReadOnlyList<IncidentDraft> drafts, DateTimeOffset now, CancellationToken cancellationToken) =>
        GuardedAsync(engine, async unit =>
        {
            long[] numbers = [.. changes.Select(c => c.Number)];
            if (await unit.Db.StatusChanges.Where(c => numbers.Contains(c.Number)).ExecuteDeleteAsync(cancellationToken) != numbers.Length)
                throw new SomebodyWasFasterException();
            int[] released = [.. changes.Where(c => c.From == MonitorStatus.Down).Select(c => c.MonitorNumber).Distinct()];
            if (released.Length > 0) await NoiseTimerStore.ReleaseAsync(unit.Db, released, cancellationToken);
            await DraftWrites.StoreAsync(unit, drafts, now, cancellationToken);
        }, cancellationToken);

    /// <summary>Runs one transaction; false when it found something else than what was read, and nothing was stored.</summary>
    internal static async Task<bool> GuardedAsync(StorageEngine engine, Func<WriteUnit, Task> store, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.WriteAsync(async unit =>
            {
                await store(unit);
                return true;
            }, cancellationToken);
        }
        catch (Exception exception) when (exception is SomebodyWasFasterException or DbUpdateException)
        {
            return false;
        }
    }

    /// <summary>Open incidents whose moment to be reminded of has come.</summary>
    public async Task<IReadOnlyList<DueReminder>> ReadDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var nowMs = now.ToMs();
        await using var db = engine.Read();
        var rows = await db.Incidents.AsNoTracking().Where(i => i.DueAtMs != null && i.DueAtMs <= nowMs)
            .OrderBy(i => i.DueAtMs).Take(limit).ToListAsync(cancellationToken);
        if (rows.Count == 0) return [];
        int[] numbers = [.. rows.Select(i => i.RowNumber)];
        var members = (await db.IncidentMonitors.AsNoTracking()
            .Where(m => numbers.Contains(m.IncidentNumber) && m.LeftAtMs == null).ToListAsync(cancellationToken)).ToLookup(m => m.IncidentNumber);
        var organizations = await ReadOrganizationsAsync(db, [.. rows.Select(i => i.OrganizationNumber).Distinct()], cancellationToken);
        int[] down = [.. members.SelectMany(m => m).Select(m => m.MonitorNumber)];
        var monitors = await db.Monitors.AsNoTracking().Where(m => down.Contains(m.Number)).ToDictionaryAsync(m => m.Number, MonitorStore.Definition, cancellationToken);
        return
        [
            .. rows.Select(i => new DueReminder(Read(i, organizations[i.OrganizationNumber].RemindEvery),
                [.. members[i.RowNumber].Select(Read)],
                [.. organizations[i.OrganizationNumber].Channels.Select(c => c.Number)], monitors)),
        ];
    }

    /// <summary>Stores what the clock led to. False when somebody was faster.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<bool> StoreAsync(IncidentDraft draft, DateTimeOffset now, CancellationToken cancellationToken) =>
        GuardedAsync(engine, unit => DraftWrites.StoreAsync(unit, [draft], now, cancellationToken), cancellationToken);

    private static async Task<Dictionary<int, FollowUpOrganization>> ReadOrganizationsAsync(
        ExemplarDb db, int[] numbers, CancellationToken cancellationToken)
    {
        var rows = await db.Organizations.AsNoTracking().Where(o => numbers.Contains(o.Number))
            .Select(o => new { o.Number, o.RemindEveryMs, o.AlertPolicy }).ToListAsync(cancellationToken);
        var counts = await db.IncidentCounts.AsNoTracking().Where(c => numbers.Contains(c.OrganizationNumber))
            .ToDictionaryAsync(c => c.OrganizationNumber, c => c.Last, cancellationToken);
        var channels = (await db.Channels.AsNoTracking().Where(c => numbers.Contains(c.OrganizationNumber))
            .OrderBy(c => c.Number).ToListAsync(cancellationToken)).ToLookup(c => c.OrganizationNumber);
        return rows.ToDictionary(
            o => o.Number,
            o => new FollowUpOrganization(
                counts.GetValueOrDefault(o.Number),
                o.RemindEveryMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
                [.. channels[o.Number].Select(c => new ChannelRoute(c.Number, c.AllMonitors, c.Tags, [.. c.MonitorIds.Select(EntityId.Parse)]) { Kind = c.Kind })])
            {
                AlertPolicy = NoisePolicyText.Read(o.AlertPolicy),
            });
    }

    private static async Task<List<IncidentRow>> ReadRecentAsync(
        ExemplarDb db, int[] organizations, DateTimeOffset first, DateTimeOffset last, CancellationToken cancellationToken)
    {
        var (fromMs, toMs) = ((first - IncidentLifecycle.GroupingWindow).ToMs(), (last + IncidentLifecycle.GroupingWindow).ToMs());
        var rows = new List<IncidentRow>();
        foreach (var organization in organizations)
            rows.AddRange(await db.Incidents.AsNoTracking()
                .Where(i => i.OrganizationNumber == organization && i.ResolvedAtMs == null && i.OpenedAtMs >= fromMs && i.OpenedAtMs <= toMs)
                .OrderByDescending(i => i.OpenedAtMs).Take(MostRecent).ToListAsync(cancellationToken));
        return rows;
    }

    private async Task<Dictionary<int, IncidentSubject>> ReadSubjectsAsync(
        List<MonitorRow> monitors, PendingChange[] down, CancellationToken cancellationToken)
    {
        var present = monitors.Select(m => m.Number).ToHashSet();
        var before = down.Where(c => present.Contains(c.MonitorNumber)).GroupBy(c => c.MonitorNumber).ToDictionary(g => g.Key, g => g.First().At);
        var last = before.Count == 0 ? null : await engine.Checks.LastUpAsync(before, cancellationToken);
        var subjects = new Dictionary<int, IncidentSubject>();
        foreach (var monitor in monitors)
        {
            var heartbeat = last?.GetValueOrDefault(monitor.Number);
            subjects[monitor.Number] = new IncidentSubject(MonitorStore.Definition(monitor), heartbeat?.At, heartbeat?.Metadata);
        }
        return subjects;
    }

    internal static StoredIncident Read(IncidentRow row, TimeSpan? remindEvery) => new()
    {
        RowNumber = row.RowNumber,
        OrganizationNumber = row.OrganizationNumber,
        Version = row.Version,
        State = IncidentWrites.State(row),
        RemindEvery = remindEvery,
    };

    internal static IncidentMember Read(IncidentMonitorRow row) => new(
        row.MonitorNumber, EntityId.FromBytes(row.MonitorId), row.MonitorName, UnixTime.FromMs(row.DownAtMs), row.Error,
        UnixTime.FromMs(row.LastHeartbeatAtMs), row.LastHeartbeatMetadata) { Noise = IncidentWrites.Noise(row) };
}
