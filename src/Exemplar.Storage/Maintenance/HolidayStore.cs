using Exemplar.Core.Audit;
using Exemplar.Core.Maintenance;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Maintenance;

/// <summary>The holidays of an organization; they are written as a whole.</summary>
public sealed class HolidayStore(StorageEngine engine)
{
    /// <summary>Ordered by their day.</summary>
    public async Task<IReadOnlyList<Holiday>> ReadAsync(int organizationNumber, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await ReadAsync(db, organizationNumber, cancellationToken);
    }

    /// <summary>Takes the place of all holidays of the actor's organization.</summary>
    /// <param name="by">Who changes them.</param>
    /// <param name="holidays">Each day once.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<IReadOnlyList<Holiday>> ReplaceAsync(
        Actor by, IReadOnlyList<Holiday> holidays, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync<IReadOnlyList<Holiday>>(async unit =>
        {
            var before = await ReadAsync(unit.Db, by.OrganizationNumber, cancellationToken);
            var after = holidays.OrderBy(h => h.Day).ToList();
            if (before.SequenceEqual(after)) return after;
            await unit.Db.Holidays.Where(h => h.OrganizationNumber == by.OrganizationNumber).ExecuteDeleteAsync(cancellationToken);
            unit.Db.Holidays.AddRange(after.Select(h => new HolidayRow
            {
                OrganizationNumber = by.OrganizationNumber, Day = h.Day.DayNumber, Name = h.Name, DeclaredAtMs = now.ToMs(),
            }));
            await unit.NoteAsync(
                by, now, AuditAction.HolidaysChanged, targetId: null, "Holidays",
                AuditChange.Of(("holidays", Words(before.Except(after)), Words(after.Except(before)))), cancellationToken);
            await unit.BumpAsync(cancellationToken);
            return after;
        }, cancellationToken);

    private static async Task<List<Holiday>> ReadAsync(ExemplarDb db, int organizationNumber, CancellationToken cancellationToken) =>
        [
            .. (await db.Holidays.AsNoTracking().Where(h => h.OrganizationNumber == organizationNumber).OrderBy(h => h.Day).ToListAsync(cancellationToken))
                .Select(h => new Holiday(DateOnly.FromDayNumber(h.Day), h.Name)),
        ];

    private static string Words(IEnumerable<Holiday> holidays) => string.Join(", ", holidays.Select(h => $"{h.Day:yyyy-MM-dd} {h.Name}"));
}
