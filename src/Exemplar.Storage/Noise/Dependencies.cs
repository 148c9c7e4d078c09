using Exemplar.Core.Ids;
using Exemplar.Core.Noise;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Noise;

/// <summary>
/// Which monitors depend on which. Invariant: they never form a circle. Edits of one organization's dependencies follow one
/// another: on SQLite there is one writer, on PostgreSQL the organization's row is locked before they are read.
/// </summary>
internal static class Dependencies
{
    /// <summary>A monitor depends directly on at most so many others.</summary>
    public const int Most = 20;

    private const int MostSeen = 10_000;
    private const int MostAncestors = 1_000;
    private const int MostLevels = 20;

    /// <summary>What monitors depend on directly: ids by monitor number.</summary>
    public static async Task<ILookup<int, EntityId>> ReadAsync(ExemplarDb db, IReadOnlyCollection<int> numbers, CancellationToken cancellationToken)
    {
        var rows = await (
            from dependency in db.MonitorDependencies
            where numbers.Contains(dependency.MonitorNumber)
            join parent in db.Monitors on dependency.ParentNumber equals parent.Number
            orderby parent.Number
            select new { dependency.MonitorNumber, parent.Id }).ToListAsync(cancellationToken);
        return rows.ToLookup(r => r.MonitorNumber, r => EntityId.FromBytes(r.Id));
    }

    /// <summary>Makes a monitor depend on exactly these; false when it would come to depend on itself: nothing was changed.</summary>
    /// <param name="unit">The transaction.</param>
    /// <param name="organizationNumber">Ids of another organization, and of monitors that are gone, are left out.</param>
    /// <param name="monitorNumber">Which monitor.</param>
    /// <param name="parents">What it depends on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<bool> SetAsync(
        WriteUnit unit, int organizationNumber, int monitorNumber, IReadOnlyList<EntityId> parents, CancellationToken cancellationToken)
    {
        var db = unit.Db;
        await LockAsync(db, organizationNumber, cancellationToken);
        byte[][] ids = [.. parents.Select(id => id.ToBytes())];
        var wanted = await db.Monitors.Where(m => m.OrganizationNumber == organizationNumber && ids.Contains(m.Id))
            .Select(m => m.Number).ToListAsync(cancellationToken);
        if (await LeadsToAsync(db, wanted, monitorNumber, cancellationToken)) return false;
        var present = await db.MonitorDependencies.AsNoTracking().Where(d => d.MonitorNumber == monitorNumber)
            .Select(d => d.ParentNumber).ToListAsync(cancellationToken);
        int[] gone = [.. present.Except(wanted)];
        if (gone.Length > 0)
            await db.MonitorDependencies.Where(d => d.MonitorNumber == monitorNumber && gone.Contains(d.ParentNumber)).ExecuteDeleteAsync(cancellationToken);
        foreach (var parent in wanted.Except(present))
            db.MonitorDependencies.Add(new MonitorDependencyRow { MonitorNumber = monitorNumber, ParentNumber = parent });
        await db.SaveChangesAsync(cancellationToken);
        // Whoever was held by what it no longer depends on is looked at again at once.
        await db.NoiseTimers.Where(t => t.MonitorNumber == monitorNumber && t.HeldByNumber != null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.DueAtMs, 0L), cancellationToken);
        return true;
    }

    /// <summary>What some monitors depend on, directly and through others, nearest first, by monitor number.</summary>
    public static async Task<IReadOnlyDictionary<int, IReadOnlyList<Ancestor>>> AncestorsAsync(
        StorageEngine engine, ExemplarDb db, IReadOnlyCollection<int> numbers, CancellationToken cancellationToken)
    {
        var parents = await ParentsAsync(db, numbers, cancellationToken);
        if (parents.Count == 0) return new Dictionary<int, IReadOnlyList<Ancestor>>();
        int[] all = [.. parents.Values.SelectMany(p => p).Distinct()];
        var rows = await db.Monitors.AsNoTracking().Where(m => all.Contains(m.Number)).ToDictionaryAsync(m => m.Number, cancellationToken);
        var states = await engine.States.ReadAsync(all, cancellationToken);
        var known = rows.Values.Where(m => states.ContainsKey(m.Number)).ToDictionary(m => m.Number, m =>
        {
            var definition = MonitorStore.Definition(m);
            return new Ancestor(m.Number, definition.Id, definition.Name, definition.Schedule, states[m.Number]);
        });
        return numbers.Where(parents.ContainsKey).ToDictionary(n => n, n => (IReadOnlyList<Ancestor>)Above(n, parents, known));
    }

    private static List<Ancestor> Above(int number, Dictionary<int, List<int>> parents, Dictionary<int, Ancestor> known)
    {
        var (found, seen, level) = (new List<Ancestor>(), new HashSet<int> { number }, parents[number]);
        while (level.Count > 0)
        {
            level = [.. level.Where(seen.Add)];
            found.AddRange(level.Where(known.ContainsKey).Select(n => known[n]));
            level = [.. level.Where(parents.ContainsKey).SelectMany(n => parents[n])];
        }
        return found;
    }

    /// <summary>The direct parents of these monitors and of everything above them, up to a limit.</summary>
    private static async Task<Dictionary<int, List<int>>> ParentsAsync(ExemplarDb db, IReadOnlyCollection<int> numbers, CancellationToken cancellationToken)
    {
        var parents = new Dictionary<int, List<int>>();
        int[] level = [.. numbers];
        var seen = new HashSet<int>(level);
        for (var depth = 0; depth < MostLevels && level.Length > 0 && parents.Count < MostAncestors; depth++)
        {
            var here = level;
            var rows = await db.MonitorDependencies.AsNoTracking().Where(d => here.Contains(d.MonitorNumber))
                .OrderBy(d => d.ParentNumber).ToListAsync(cancellationToken);
            foreach (var group in rows.GroupBy(d => d.MonitorNumber)) parents[group.Key] = [.. group.Select(d => d.ParentNumber)];
            level = [.. rows.Select(d => d.ParentNumber).Distinct().Where(seen.Add)];
        }
        return parents;
    }

    private static async Task<bool> LeadsToAsync(ExemplarDb db, IReadOnlyList<int> from, int monitorNumber, CancellationToken cancellationToken)
    {
        var seen = new HashSet<int>(from);
        int[] level = [.. seen];
        while (level.Length > 0)
        {
            // What cannot be followed to its end may be a circle.
            if (seen.Contains(monitorNumber) || seen.Count > MostSeen) return true;
            var here = level;
            var above = await db.MonitorDependencies.Where(d => here.Contains(d.MonitorNumber)).Select(d => d.ParentNumber).Distinct()
                .ToListAsync(cancellationToken);
            level = [.. above.Where(seen.Add)];
        }
        return seen.Contains(monitorNumber);
    }

    // SQLite has one writer already, and an update that changes nothing locks a row on both.
    private static Task<int> LockAsync(ExemplarDb db, int organizationNumber, CancellationToken cancellationToken) =>
        db.Organizations.Where(o => o.Number == organizationNumber).ExecuteUpdateAsync(set => set.SetProperty(o => o.CreatedAtMs, o => o.CreatedAtMs), cancellationToken);
}
