using Exemplar.Core.Audit;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Maintenance;
using Exemplar.Storage.Noise;
using Exemplar.Storage.Probes;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Monitors;

/// <summary>
/// Reads and changes monitors. Whatever touches a state locks it first and then reads the configuration, so that two
/// edits of one monitor follow one another and each decides on what the other left.
/// </summary>
public sealed class MonitorStore(StorageEngine engine)
{
    /// <summary>Makes a monitor; null when the organization does not exist.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<MonitorView?> CreateAsync(Actor by, NewMonitor monitor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (monitor.OrganizationNumber != by.OrganizationNumber) throw new ArgumentException("The actor belongs to another organization.", nameof(by));
        return engine.WriteAsync(async unit =>
        {
            var organization = await unit.Db.Organizations.AsNoTracking()
                .SingleOrDefaultAsync(o => o.Number == monitor.OrganizationNumber, cancellationToken);
            if (organization is null) return null;
            var row = new MonitorRow
            {
                Id = (monitor.Id ?? FreshId.At(now)).ToBytes(),
                OrganizationNumber = monitor.OrganizationNumber,
                Kind = (int)monitor.Kind,
                Name = monitor.Name,
                Description = monitor.Description,
                Tags = [.. monitor.Tags],
                IntervalMs = (long?)monitor.Interval?.TotalMilliseconds ?? organization.DefaultIntervalMs,
                GraceMs = (long?)monitor.Grace?.TotalMilliseconds ?? organization.DefaultGraceMs,
                Starts = (int)monitor.Starts,
                Severity = (int)monitor.Severity,
                ActiveHours = WeekHoursText.Write(monitor.ActiveHours),
                ObservesHolidays = monitor.ObservesHolidays,
                AlertPolicy = NoisePolicyText.Write(monitor.AlertPolicy),
                RunbookUrl = monitor.RunbookUrl,
                Probe = ProbeColumn.Write(monitor.Probe),
                CreatedAtMs = now.ToMs(),
                UpdatedAtMs = now.ToMs(),
            };
            unit.Db.Monitors.Add(row);
            await unit.Db.SaveChangesAsync(cancellationToken);
            unit.Db.MonitorTags.AddRange(row.Tags.Select(tag => TagRow(row, tag)));
            if (monitor.ProbeSecrets is { } secrets) await ProbeSecretStore.SetAsync(unit.Db, row.Number, secrets, cancellationToken);
            var definition = Definition(row);
            await unit.NoteAsync(
                by, now, AuditAction.MonitorCreated, $"{definition.Id}", definition.Name,
                [.. MonitorChanges.Of(null, definition), .. MonitorNoise.Said(monitor.DependsOn)], cancellationToken);

            var decision = MonitorLifecycle.OnCreated(definition.Schedule, definition.Starts, now);
            await unit.AddAsync(definition, decision, cancellationToken);
            await unit.NoteQuietChangeAsync(null, definition, cancellationToken);
            await MonitorNoise.CreatedAsync(unit, definition, organization, monitor.DependsOn, cancellationToken);
            return new MonitorView(definition, decision.Next) { DependsOn = await MonitorNoise.DependsOnAsync(unit.Db, row.Number, cancellationToken) };
        }, cancellationToken);
    }

    /// <summary>One monitor; null when the organization has none with this id.</summary>
    public async Task<MonitorView?> FindAsync(int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        var idBytes = id.ToBytes();
        await using var db = engine.Read();
        var row = await db.Monitors.AsNoTracking()
            .SingleOrDefaultAsync(m => m.OrganizationNumber == organizationNumber && m.Id == idBytes, cancellationToken);
        if (row is null) return null;
        var states = await engine.States.ReadAsync([row.Number], cancellationToken);
        return states.TryGetValue(row.Number, out var state)
            ? new MonitorView(Definition(row), state) { DependsOn = await MonitorNoise.DependsOnAsync(db, row.Number, cancellationToken) }
            : null;
    }

    /// <summary>Which of these ids are monitors of the organization.</summary>
    public async Task<IReadOnlySet<EntityId>> KnownAsync(
        int organizationNumber, IReadOnlyCollection<EntityId> ids, CancellationToken cancellationToken)
    {
        byte[][] bytes = [.. ids.Select(id => id.ToBytes())];
        await using var db = engine.Read();
        var known = await db.Monitors.Where(m => m.OrganizationNumber == organizationNumber && bytes.Contains(m.Id))
            .Select(m => m.Id).ToListAsync(cancellationToken);
        return known.Select(id => EntityId.FromBytes(id)).ToHashSet();
    }

    /// <summary>Of these monitors the organization's that have a runbook, and its link.</summary>
    public async Task<IReadOnlyDictionary<EntityId, string>> RunbooksAsync(
        int organizationNumber, IReadOnlyCollection<EntityId> ids, CancellationToken cancellationToken)
    {
        var runbooks = new Dictionary<EntityId, string>();
        await using var db = engine.Read();
        foreach (var some in ids.Select(id => id.ToBytes()).Chunk(1_000))
        {
            var read = await db.Monitors.Where(m => m.OrganizationNumber == organizationNumber && some.Contains(m.Id) && m.RunbookUrl != null)
                .Select(m => new { m.Id, m.RunbookUrl }).ToListAsync(cancellationToken);
            foreach (var monitor in read) runbooks[EntityId.FromBytes(monitor.Id)] = monitor.RunbookUrl!;
        }
        return runbooks;
    }

    /// <summary>A page of monitors as they stand at <paramref name="now"/>.</summary>
    public Task<MonitorPage> ListAsync(
        int organizationNumber, MonitorQuery query, DateTimeOffset now, CancellationToken cancellationToken) =>
        MonitorListing.ReadAsync(engine, organizationNumber, query, now, cancellationToken);

    /// <summary>A page of monitors in an order of their states at <paramref name="now"/>, and how many match altogether.</summary>
    public Task<MonitorResults> SearchAsync(
        int organizationNumber, MonitorSearch search, DateTimeOffset now, CancellationToken cancellationToken) =>
        MonitorSorting.ReadAsync(engine, organizationNumber, search, now, cancellationToken);

    /// <summary>Those of the numbers that the organization has, in the order of the numbers; at most 1,000.</summary>
    public async Task<IReadOnlyList<MonitorView>> FindAsync(
        int organizationNumber, IReadOnlyList<int> numbers, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await MonitorSorting.FindAsync(engine, db, organizationNumber, numbers, cancellationToken);
    }

    /// <summary>How many monitors of an organization stand in each status at <paramref name="now"/>, <c>late</c> included.</summary>
    public Task<IReadOnlyDictionary<MonitorStatus, int>> CountAsync(
        int organizationNumber, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.States.CountAsync(organizationNumber, now, cancellationToken);

    /// <summary>The tags that an organization uses, by name, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<TagCount>> TagsAsync(int organizationNumber, int limit, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.MonitorTags
            .Where(t => t.OrganizationNumber == organizationNumber)
            .GroupBy(t => t.Tag)
            .OrderBy(g => g.Key)
            .Take(limit)
            .Select(g => new TagCount(g.Key, g.Count()))
            .ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Changes the given fields; a new timing holds at once. Null when there is no such monitor; nothing is changed where it
    /// would come to depend on itself, or has another probe than the change was made for.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public async Task<MonitorView?> UpdateAsync(
        Actor by, EntityId id, MonitorChange change, Excuses excuses, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (dependsOnItself, changedMeanwhile) = (false, false);
        var changed = await ChangeAsync(by, id, excuses, now, async (unit, row, state) =>
        {
            var before = Definition(row);
            if (change.OnlyProbe is { } seen && !await ProbeSecretStore.IsStillAsync(unit.Db, row, seen, change.ChangesProbeSecrets, cancellationToken))
            {
                changedMeanwhile = true;
                return null;
            }
            if (await MonitorNoise.ChangeAsync(unit, row, change, now, cancellationToken) is not { } noise)
            {
                dependsOnItself = true;
                return null;
            }
            Set(row, change);
            if (change.ChangesProbeSecrets) await ProbeSecretStore.SetAsync(unit.Db, row.Number, change.ProbeSecrets, cancellationToken);
            await SetTagsAsync(unit.Db, row, before.Tags, cancellationToken);
            if (change.ChangesProbeSecrets || unit.Db.ChangeTracker.HasChanges()) row.UpdatedAtMs = now.ToMs();
            await unit.Db.SaveChangesAsync(cancellationToken);
            var after = Definition(row);
            AuditChange[] changes = [.. MonitorChanges.Of(before, after, change.ChangesProbeSecrets), .. noise];
            if (changes.Length > 0)
                await unit.NoteAsync(by, now, AuditAction.MonitorChanged, id.ToString(), after.Name, changes, cancellationToken);
            await unit.NoteQuietChangeAsync(before, after, cancellationToken);
            return after.Schedule == before.Schedule && after.Starts == before.Starts
                ? null
                : MonitorLifecycle.OnScheduleChanged(state, after.Schedule, after.Starts, now);
        }, cancellationToken);
        return changed is null ? null : changed with { DependsOnItself = dependsOnItself, ChangedMeanwhile = changedMeanwhile };
    }

    /// <summary>Pauses a monitor; null when there is none. Pausing twice changes nothing.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<MonitorView?> PauseAsync(
        Actor by, EntityId id, Excuses excuses, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(by, id, excuses, now, async (unit, row, state) =>
        {
            if (state.Status != MonitorStatus.Paused)
                await unit.NoteAsync(by, now, AuditAction.MonitorPaused, id.ToString(), row.Name, [], cancellationToken);
            return MonitorLifecycle.OnPaused(state, now);
        }, cancellationToken);

    /// <summary>Starts a fresh interval of a paused monitor; null when there is none. Resuming twice changes nothing.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<MonitorView?> ResumeAsync(
        Actor by, EntityId id, Excuses excuses, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(by, id, excuses, now, async (unit, row, state) =>
        {
            if (state.Status == MonitorStatus.Paused)
                await unit.NoteAsync(by, now, AuditAction.MonitorResumed, id.ToString(), row.Name, [], cancellationToken);
            var definition = Definition(row);
            return MonitorLifecycle.OnResumed(state, definition.Schedule, definition.Starts, now);
        }, cancellationToken);

    /// <summary>Removes a monitor; false when there is none. Its history goes in small steps, see <see cref="Retention.IUpkeepStore"/>.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public Task<bool> DeleteAsync(Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            if (await NumberAsync(unit.Db, by.OrganizationNumber, id, cancellationToken) is not { } number) return false;
            // The lock comes before the removal, in the order of every other edit; who waited for it finds nothing.
            if (await unit.LockAsync(number, cancellationToken) is null) return false;
            var name = await unit.Db.Monitors.Where(m => m.Number == number).Select(m => m.Name).SingleAsync(cancellationToken);
            await unit.NoteAsync(by, now, AuditAction.MonitorDeleted, id.ToString(), name, [], cancellationToken);
            await unit.Db.MonitorTags.Where(t => t.MonitorNumber == number).ExecuteDeleteAsync(cancellationToken);
            await unit.Db.ServiceMonitors.Where(m => m.MonitorNumber == number).ExecuteDeleteAsync(cancellationToken);
            await unit.Db.MaintenanceMonitors.Where(m => m.MonitorNumber == number).ExecuteDeleteAsync(cancellationToken);
            await NoiseTimerStore.ForgetAsync(unit.Db, number, cancellationToken);
            await unit.Db.ProbeSecrets.Where(s => s.MonitorNumber == number).ExecuteDeleteAsync(cancellationToken);
            await unit.Db.Monitors.Where(m => m.Number == number).ExecuteDeleteAsync(cancellationToken);
            await unit.RemoveAsync(number, now, cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>
    /// Decides on the locked state. A deadline that passed a moment ago and is not judged yet is judged first: no edit and
    /// no pause may take back a downtime.
    /// </summary>
    private Task<MonitorView?> ChangeAsync(
        Actor by, EntityId id, Excuses excuses, DateTimeOffset now,
        Func<WriteUnit, MonitorRow, MonitorState, Task<LifecycleDecision?>> decide, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            if (await NumberAsync(unit.Db, by.OrganizationNumber, id, cancellationToken) is not { } number) return null;
            if (await unit.LockAsync(number, cancellationToken) is not { } state) return null;
            var row = await unit.Db.Monitors.SingleOrDefaultAsync(m => m.Number == number, cancellationToken);
            if (row is null) return null;
            var overdue = MonitorLifecycle.OnDeadline(state, Definition(row).Schedule, excuses.For(row.OrganizationNumber, row.Number), now);
            var decided = await decide(unit, row, overdue.Next);
            var definition = Definition(row);
            var dependsOn = await MonitorNoise.DependsOnAsync(unit.Db, number, cancellationToken);
            if (decided is null && overdue.IsQuiet) return new MonitorView(definition, state) { DependsOn = dependsOn };
            var decision = decided is { } made ? overdue.Then(made) : overdue;
            await unit.ApplyAsync(definition, state, decision, now, cancellationToken);
            return new MonitorView(definition, decision.Next) { Missed = decision.Missed, DependsOn = dependsOn };
        }, cancellationToken);

    private static Task<int?> NumberAsync(
        ExemplarDb db, int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        var idBytes = id.ToBytes();
        return db.Monitors
            .Where(m => m.OrganizationNumber == organizationNumber && m.Id == idBytes)
            .Select(m => (int?)m.Number)
            .SingleOrDefaultAsync(cancellationToken);
    }

    private static void Set(MonitorRow row, MonitorChange change)
    {
        row.Name = change.Name ?? row.Name;
        row.Description = change.Description ?? row.Description;
        row.IntervalMs = (long?)change.Interval?.TotalMilliseconds ?? row.IntervalMs;
        row.GraceMs = (long?)change.Grace?.TotalMilliseconds ?? row.GraceMs;
        row.Starts = (int?)change.Starts ?? row.Starts;
        row.Severity = (int?)change.Severity ?? row.Severity;
        if (change.ActiveHours is { } active) row.ActiveHours = WeekHoursText.Write(active.Hours);
        row.ObservesHolidays = change.ObservesHolidays ?? row.ObservesHolidays;
        if (change.RunbookUrl is { } runbook) row.RunbookUrl = runbook.Length == 0 ? null : runbook;
        row.Probe = ProbeColumn.Write(change.Probe) ?? row.Probe;
        if (change.Tags is { } tags && !tags.SequenceEqual(row.Tags, StringComparer.Ordinal)) row.Tags = [.. tags];
        if (change.AddTag is { } more && !row.Tags.Contains(more, StringComparer.Ordinal)) row.Tags = [.. row.Tags, more];
        if (change.RemoveTag is { } less && row.Tags.Contains(less, StringComparer.Ordinal))
            row.Tags = [.. row.Tags.Where(t => !string.Equals(t, less, StringComparison.Ordinal))];
    }

    private static async Task SetTagsAsync(
        ExemplarDb db, MonitorRow row, IReadOnlyList<string> before, CancellationToken cancellationToken)
    {
        var gone = before.Except(row.Tags, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        if (gone.Count > 0)
        {
            var rows = await db.MonitorTags.Where(t => t.MonitorNumber == row.Number).ToListAsync(cancellationToken);
            db.MonitorTags.RemoveRange(rows.Where(t => gone.Contains(t.Tag)));
        }
        db.MonitorTags.AddRange(row.Tags.Except(before, StringComparer.Ordinal).Select(tag => TagRow(row, tag)));
    }

    private static MonitorTagRow TagRow(MonitorRow row, string tag) =>
        new() { OrganizationNumber = row.OrganizationNumber, Tag = tag, MonitorNumber = row.Number };

    internal static MonitorDefinition Definition(MonitorRow row) => new(
        row.Number,
        EntityId.FromBytes(row.Id),
        row.OrganizationNumber,
        (MonitorKind)row.Kind,
        row.Name,
        row.Description,
        [.. row.Tags],
        new Schedule(TimeSpan.FromMilliseconds(row.IntervalMs), TimeSpan.FromMilliseconds(row.GraceMs)),
        (FirstDeadline)row.Starts,
        UnixTime.FromMs(row.CreatedAtMs),
        UnixTime.FromMs(row.UpdatedAtMs))
    {
        RunbookUrl = row.RunbookUrl,
        Severity = (Severity)row.Severity,
        ActiveHours = WeekHoursText.Read(row.ActiveHours),
        ObservesHolidays = row.ObservesHolidays,
        AlertPolicy = NoisePolicyText.Read(row.AlertPolicy),
        Probe = ProbeColumn.Read((MonitorKind)row.Kind, row.Probe),
    };
}
