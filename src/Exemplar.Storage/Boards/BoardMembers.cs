using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Boards;

/// <summary>Finds the monitors behind services: those chosen by hand in their order, then those with one of the tags, oldest first.</summary>
public sealed class BoardMembers(StorageEngine engine)
{
    private const int MonitorsPerRead = 500;

    /// <summary>For every service of the board its monitors as they stand, each once, at most <see cref="BoardLimits.MonitorsShown"/>.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<MonitorView>>> ReadAsync(Board board, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var tagged = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var tag in board.Services.SelectMany(s => s.Tags).Distinct(StringComparer.Ordinal))
            tagged[tag] = await TaggedAsync(db, board.OrganizationNumber, tag, cancellationToken);
        var byHand = await ByHandAsync(db, board, cancellationToken);

        var numbers = board.Services
            .Select(s => s.MonitorIds.Where(byHand.ContainsKey).Select(id => byHand[id])
                .Concat(s.Tags.SelectMany(tag => tagged[tag]).Order())
                .Distinct().Take(BoardLimits.MonitorsShown).ToList())
            .ToList();
        var views = await ViewsAsync(db, [.. numbers.SelectMany(n => n).Distinct()], cancellationToken);
        // A monitor that was deleted between two reads has no state any more.
        return [.. numbers.Select(n => (IReadOnlyList<MonitorView>)[.. n.Where(views.ContainsKey).Select(number => views[number])])];
    }

    /// <summary>How many monitors of an organization have a tag; at most <see cref="BoardLimits.MonitorsShown"/> are counted.</summary>
    public async Task<int> CountTaggedAsync(int organizationNumber, string tag, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return (await TaggedAsync(db, organizationNumber, tag, cancellationToken)).Count;
    }

    /// <summary>The names of those of the monitors that the organization has.</summary>
    public async Task<IReadOnlyDictionary<EntityId, string>> NamesAsync(
        int organizationNumber, IReadOnlyCollection<EntityId> ids, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var names = new Dictionary<EntityId, string>();
        foreach (var some in ids.Select(id => id.ToBytes()).Chunk(MonitorsPerRead).Select(c => c.ToList()))
        {
            var rows = await db.Monitors.AsNoTracking()
                .Where(m => m.OrganizationNumber == organizationNumber && some.Contains(m.Id))
                .Select(m => new { m.Id, m.Name })
                .ToListAsync(cancellationToken);
            foreach (var row in rows) names[EntityId.FromBytes(row.Id)] = row.Name;
        }
        return names;
    }

    private static Task<List<int>> TaggedAsync(ExemplarDb db, int organizationNumber, string tag, CancellationToken cancellationToken) =>
        db.MonitorTags
            .Where(t => t.OrganizationNumber == organizationNumber && t.Tag == tag)
            .OrderBy(t => t.MonitorNumber)
            .Take(BoardLimits.MonitorsShown)
            .Select(t => t.MonitorNumber)
            .ToListAsync(cancellationToken);

    private static async Task<Dictionary<EntityId, int>> ByHandAsync(ExemplarDb db, Board board, CancellationToken cancellationToken) =>
        (await (from c in db.ServiceMonitors
                join m in db.Monitors on c.MonitorNumber equals m.Number
                where c.BoardNumber == board.Number && m.OrganizationNumber == board.OrganizationNumber
                select new { m.Id, m.Number }).Distinct().ToListAsync(cancellationToken))
        .ToDictionary(m => EntityId.FromBytes(m.Id), m => m.Number);

    private async Task<Dictionary<int, MonitorView>> ViewsAsync(ExemplarDb db, int[] numbers, CancellationToken cancellationToken)
    {
        var views = new Dictionary<int, MonitorView>(numbers.Length);
        foreach (var some in numbers.Chunk(MonitorsPerRead).Select(c => c.ToList()))
        {
            var rows = await db.Monitors.AsNoTracking().Where(m => some.Contains(m.Number)).ToListAsync(cancellationToken);
            var states = await engine.States.ReadAsync(some, cancellationToken);
            foreach (var row in rows)
                if (states.TryGetValue(row.Number, out var state)) views[row.Number] = new MonitorView(MonitorStore.Definition(row), state);
        }
        return views;
    }
}
