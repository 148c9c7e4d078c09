using System.Text;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Noise;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Monitors;

/// <summary>
/// Lists monitors by number, so that a page never shifts. The database narrows down, memory decides: <c>late</c> follows
/// from the clock and from states that on SQLite are newer in memory than on disk, and only .NET folds the case of
/// every letter. A page is therefore filled over several reads, at most <see cref="MostReads"/>.
/// </summary>
internal static class MonitorListing
{
    private const int MostReads = 20;
    private const int SmallestRead = 500;
    private const string Escape = "\\";

    public static async Task<MonitorPage> ReadAsync(
        StorageEngine engine, int organizationNumber, MonitorQuery query, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var page = await FindAsync(engine, db, organizationNumber, query, now, cancellationToken);
        var dependsOn = await Dependencies.ReadAsync(db, [.. page.Items.Select(m => m.Definition.Number)], cancellationToken);
        return page with { Items = [.. page.Items.Select(m => m with { DependsOn = [.. dependsOn[m.Definition.Number]] })] };
    }

    private static async Task<MonitorPage> FindAsync(
        StorageEngine engine, ExemplarDb db, int organizationNumber, MonitorQuery query, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = new List<MonitorView>(query.Limit + 1);
        var after = query.After;
        var refined = query.Status is not null || query.NamePart is not null;
        var size = refined ? Math.Max(query.Limit + 1, SmallestRead) : query.Limit + 1;
        for (var read = 0; read < MostReads; read++)
        {
            var rows = await Candidates(db, organizationNumber, query, after).Take(size).ToListAsync(cancellationToken);
            var states = await engine.States.ReadAsync([.. rows.Select(r => r.Number)], cancellationToken);
            foreach (var row in rows)
            {
                // A monitor that was deleted between the two reads has no state any more.
                if (states.TryGetValue(row.Number, out var state) && Matches(query, row.Name, state, now))
                    found.Add(new MonitorView(MonitorStore.Definition(row), state));
                if (found.Count > query.Limit)
                    return new MonitorPage(found[..query.Limit], found[query.Limit - 1].Definition.Number);
            }
            if (rows.Count < size) return new MonitorPage(found, NextAfter: null);
            after = rows[^1].Number;
        }
        return new MonitorPage(found, after);
    }

    internal static bool Matches(MonitorQuery query, string name, in MonitorState state, DateTimeOffset now) =>
        (query.Status is not { } status || state.StatusAt(now) == status)
        && (query.NamePart is not { } part || name.Contains(part, StringComparison.OrdinalIgnoreCase));

    internal static IQueryable<MonitorRow> Candidates(ExemplarDb db, int organizationNumber, MonitorQuery query, int after)
    {
        var rows = Driven(db, organizationNumber, query, after);
        if (query.Kind is { } kind) rows = rows.Where(m => m.Kind == (int)kind);
        if (query.Severity is { } severity) rows = rows.Where(m => m.Severity == (int)severity);
        if (query.Tag is not null && query.Status is { } status && status != MonitorStatus.Late)
            rows = rows.Where(m => db.MonitorStates.Any(s => s.MonitorNumber == m.Number && s.Status == (int)status));
        if (query.Status == MonitorStatus.Late)
            rows = rows.Where(m => db.MonitorStates.Any(s =>
                s.MonitorNumber == m.Number && (s.Status == (int)MonitorStatus.Up || s.Status == (int)MonitorStatus.New)));
        if (query.NamePart is { } part)
        {
            var pattern = Pattern(part);
            rows = rows.Where(m => EF.Functions.Like(m.Name.ToLower(), pattern, Escape));
        }
        return rows.OrderBy(m => m.Number).AsNoTracking();
    }

    // The most selective index leads: a tag, then a status, then the organization. Each of them ends in the monitor's
    // number, so that the order costs nothing.
    private static IQueryable<MonitorRow> Driven(ExemplarDb db, int organizationNumber, MonitorQuery query, int after)
    {
        if (query.Tag is { } tag)
            return from t in db.MonitorTags
                   where t.OrganizationNumber == organizationNumber && t.Tag == tag && t.MonitorNumber > after
                   join m in db.Monitors on t.MonitorNumber equals m.Number
                   select m;
        if (query.Status is { } status and not MonitorStatus.Late)
            return from s in db.MonitorStates
                   where s.OrganizationNumber == organizationNumber && s.Status == (int)status && s.MonitorNumber > after
                   join m in db.Monitors on s.MonitorNumber equals m.Number
                   select m;
        return db.Monitors.Where(m => m.OrganizationNumber == organizationNumber && m.Number > after);
    }

    /// <summary>
    /// A LIKE pattern that finds at least every name that holds <paramref name="part"/>. Databases differ in which letters
    /// beyond ASCII they fold, so those match any character here and are compared in memory.
    /// </summary>
    internal static string Pattern(string part)
    {
        var pattern = new StringBuilder("%");
        foreach (var rune in part.EnumerateRunes())
        {
            if (!rune.IsAscii) pattern.Append('_');
            else if (rune.Value is '%' or '_' or '\\') pattern.Append('\\').Append((char)rune.Value);
            else pattern.Append(char.ToLowerInvariant((char)rune.Value));
        }
        return pattern.Append('%').ToString();
    }
}
