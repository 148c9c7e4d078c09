using Exemplar.Core.Audit;
using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Core.Organizations;
using Exemplar.Core.Schedules;
using Exemplar.Core.Tokens;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Noise;
using Exemplar.Storage.Schema;
using Exemplar.Storage.Tokens;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Organizations;

/// <summary>Reads and changes organizations.</summary>
public sealed class OrganizationStore(StorageEngine engine)
{
    /// <summary>What the first organization is called unless somebody says otherwise.</summary>
    public const string FirstName = "My organization";

    /// <summary>The first organization that was made; null when there is none.</summary>
    public async Task<Organization?> FirstAsync(CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.Organizations.AsNoTracking().OrderBy(o => o.Number).FirstOrDefaultAsync(cancellationToken) is { } row
            ? Read(row)
            : null;
    }

    /// <summary>How many organizations there are.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.Organizations.CountAsync(cancellationToken);
    }

    /// <summary>
    /// Makes the first organization together with its first admin token, whose text somebody chose; null when there
    /// already is an organization. Both or none: an organization without a token would be out of reach.
    /// </summary>
    /// <exception cref="ArgumentException">The token is empty or longer than <see cref="TokenHash.LongestToken"/>.</exception>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<Organization?> CreateFirstAsync(
        string name, string adminToken, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!TokenHash.TryCompute(adminToken, out var hash))
            throw new ArgumentException("This text cannot be a token.", nameof(adminToken));
        return engine.WriteAsync(async unit =>
        {
            if (await unit.Db.Organizations.AnyAsync(cancellationToken)) return null;
            var row = NewRow(name, now);
            unit.Db.Organizations.Add(row);
            await unit.Db.SaveChangesAsync(cancellationToken);
            unit.Db.Tokens.Add(TokenStore.NewRow(
                row.Number, "First admin token", TokenScopes.Admin, TokenStore.HintOf(adminToken), hash, expiresAt: null, now));
            await unit.Db.SaveChangesAsync(cancellationToken);
            return Read(row);
        }, cancellationToken);
    }

    /// <summary>The organization with this number; null when there is none.</summary>
    public async Task<Organization?> FindAsync(int number, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Number == number, cancellationToken) is { } row
            ? Read(row)
            : null;
    }

    /// <summary>Changes the given fields of the actor's organization and returns the whole; null when there is no such organization.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<Organization?> UpdateAsync(Actor by, OrganizationChange change, DateTimeOffset now, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var mine = unit.Db.Organizations.Where(o => o.Number == by.OrganizationNumber);
            // Whoever comes second waits here and then reads what the first one left.
            if (await mine.ExecuteUpdateAsync(set => set.SetProperty(o => o.CreatedAtMs, o => o.CreatedAtMs), cancellationToken) == 0) return null;
            var row = await mine.SingleAsync(cancellationToken);
            var before = Read(row);
            row.Name = change.Name ?? row.Name;
            row.DefaultIntervalMs = Milliseconds(change.DefaultInterval) ?? row.DefaultIntervalMs;
            row.DefaultGraceMs = Milliseconds(change.DefaultGrace) ?? row.DefaultGraceMs;
            row.CheckDays = change.CheckDays ?? row.CheckDays;
            row.CheckCount = change.CheckCount ?? row.CheckCount;
            if (change.AlertPolicy is { } policy)
            {
                var after = policy(before.AlertPolicy);
                row.AlertPolicy = NoisePolicyText.Write(after);
                if (after.AnnounceLate == true && before.AlertPolicy.AnnounceLate != true)
                    await NoiseTimerStore.WatchAllLateAsync(unit.Db, row.Number, cancellationToken);
            }
            row.IncidentDays = change.IncidentDays ?? row.IncidentDays;
            row.AlertDays = change.AlertDays ?? row.AlertDays;
            if (change.Reminders is { } reminders) await SetRemindersAsync(unit.Db, row, reminders, cancellationToken);
            await unit.Db.SaveChangesAsync(cancellationToken);
            var changed = Read(row);
            if (changed != before)
                await unit.NoteAsync(by, now, AuditAction.OrganizationChanged, changed.Id.ToString(), changed.Name, Changes(before, changed), cancellationToken);
            return changed;
        }, cancellationToken);

    private static IReadOnlyList<AuditChange> Changes(Organization before, Organization after) =>
        [.. Fields(before, after), .. NoisePolicyText.Changes("default_alert_policy", before.AlertPolicy, after.AlertPolicy)];

    private static IReadOnlyList<AuditChange> Fields(Organization before, Organization after) => AuditChange.Of(
        ("name", before.Name, after.Name),
        ("default_expected_interval_minutes", AuditTrail.Minutes(before.Defaults.Interval), AuditTrail.Minutes(after.Defaults.Interval)),
        ("default_grace_period_minutes", AuditTrail.Minutes(before.Defaults.Grace), AuditTrail.Minutes(after.Defaults.Grace)),
        ("check_retention_days", $"{before.Retention.CheckDays}", $"{after.Retention.CheckDays}"),
        ("check_retention_count", $"{before.Retention.CheckCount}", $"{after.Retention.CheckCount}"),
        ("incident_retention_days", $"{before.Retention.IncidentDays}", $"{after.Retention.IncidentDays}"),
        ("alert_retention_days", $"{before.Retention.AlertDays}", $"{after.Retention.AlertDays}"),
        ("reminder_minutes", Minutes(before.RemindEvery), Minutes(after.RemindEvery)));

    private static string? Minutes(TimeSpan? every) => every is { } time ? AuditTrail.Minutes(time) : "none";

    /// <summary>Holds for incidents that are open already, too: their next reminder is counted anew.</summary>
    private static async Task SetRemindersAsync(ExemplarDb db, OrganizationRow row, ReminderChange reminders, CancellationToken cancellationToken)
    {
        row.RemindEveryMs = Milliseconds(reminders.Every);
        foreach (var incident in await db.Incidents.Where(i => i.OrganizationNumber == row.Number && i.ResolvedAtMs == null).ToListAsync(cancellationToken))
        {
            incident.DueAtMs = IncidentLifecycle.RemindAt(IncidentWrites.State(incident), reminders.Every).ToMs();
            incident.Version++;
        }
    }

    /// <summary>A row for an organization as it is out of the box.</summary>
    internal static OrganizationRow NewRow(string name, DateTimeOffset now) => new()
    {
        Id = FreshId.At(now).ToBytes(),
        Name = name,
        DefaultIntervalMs = (long)Organization.OutOfTheBox.Interval.TotalMilliseconds,
        DefaultGraceMs = (long)Organization.OutOfTheBox.Grace.TotalMilliseconds,
        CheckDays = Core.Organizations.Retention.OutOfTheBox.CheckDays,
        CheckCount = Core.Organizations.Retention.OutOfTheBox.CheckCount,
        CreatedAtMs = now.ToMs(),
    };

    private static Organization Read(OrganizationRow row) => new(
        row.Number,
        EntityId.FromBytes(row.Id),
        row.Name,
        new Schedule(TimeSpan.FromMilliseconds(row.DefaultIntervalMs), TimeSpan.FromMilliseconds(row.DefaultGraceMs)),
        new Core.Organizations.Retention(row.CheckDays, row.CheckCount)
        {
            IncidentDays = row.IncidentDays ?? Core.Organizations.Retention.OutOfTheBox.IncidentDays,
            AlertDays = row.AlertDays ?? Core.Organizations.Retention.OutOfTheBox.AlertDays,
        },
        UnixTime.FromMs(row.CreatedAtMs))
    {
        RemindEvery = row.RemindEveryMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
        AlertPolicy = NoisePolicyText.Read(row.AlertPolicy),
    };

    private static long? Milliseconds(TimeSpan? duration) => (long?)duration?.TotalMilliseconds;
}
