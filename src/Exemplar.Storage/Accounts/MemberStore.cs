using Exemplar.Core.Accounts;
using Exemplar.Core.Audit;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Accounts;

/// <summary>A member as the list of members shows it.</summary>
/// <param name="AccountNumber">Whose membership it is.</param>
/// <param name="Email">The account's address.</param>
/// <param name="Role">What the member may do.</param>
/// <param name="JoinedAt">Since when; null for those from before this was kept.</param>
/// <param name="IsTwoFactor">Whether a code is asked for after the password.</param>
/// <param name="HasPasskey">Whether the account has a passkey.</param>
public sealed record MemberListing(int AccountNumber, string Email, MemberRole Role, DateTimeOffset? JoinedAt, bool IsTwoFactor, bool HasPasskey);

/// <summary>What became of a change of a member or an invitation.</summary>
public enum MemberChange
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>The organization has no such member or invitation.</summary>
    NotFound,

    /// <summary>The actor's role does not allow it now.</summary>
    NotAllowed,

    /// <summary>An organization always has an owner.</summary>
    LastOwner,
}

/// <summary>
/// Reads and changes who is a member. Invariant: an organization that had an owner keeps one. Every change of a role begins by writing
/// to the organization's row: changes of one organization follow one another, and each sees what the others left.
/// </summary>
public sealed class MemberStore(StorageEngine engine)
{
    /// <summary>How many members a list shows.</summary>
    public const int LongestList = 1_000;

    /// <summary>The members of an organization, by role and then by address.</summary>
    public async Task<IReadOnlyList<MemberListing>> ListAsync(int organizationNumber, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await (
            from m in db.Members
            join a in db.Accounts on m.AccountNumber equals a.Number
            where m.OrganizationNumber == organizationNumber
            orderby m.Role descending, a.EmailKey
            select new { a.Number, a.Email, m.Role, m.JoinedAtMs, a.IsTwoFactor, HasPasskey = db.Passkeys.Any(p => p.AccountNumber == a.Number) })
            .Take(LongestList).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new MemberListing(
            r.Number, r.Email, (MemberRole)r.Role, r.JoinedAtMs == 0 ? null : UnixTime.FromMs(r.JoinedAtMs), r.IsTwoFactor, r.HasPasskey))];
    }

    /// <summary>Gives a member another role.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<MemberChange> ChangeRoleAsync(
        Actor by, int accountNumber, MemberRole role, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(by, accountNumber, role, async (unit, row, email) =>
        {
            var before = (MemberRole)row.Role;
            if (before == role) return;
            row.Role = (int)role;
            await unit.NoteAsync(by, now, AuditAction.MemberChanged, null, email, AuditChange.Of(("role", Word(before), Word(role))), cancellationToken);
        }, cancellationToken);

    /// <summary>Ends a membership. The account stays, and so do the tokens that it made.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was removed.</exception>
    public Task<MemberChange> RemoveAsync(Actor by, int accountNumber, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(by, accountNumber, role: null, async (unit, row, email) =>
        {
            unit.Db.Members.Remove(row);
            await unit.NoteAsync(
                by, now, AuditAction.MemberRemoved, null, email, AuditChange.Of(("role", Word((MemberRole)row.Role), null)), cancellationToken);
        }, cancellationToken);

    /// <summary>Makes changes of one organization's members follow one another until the end of the unit; the actor's role then, null when it has none.</summary>
    internal static async Task<MemberRole?> LockAsync(WriteUnit unit, Actor by, CancellationToken cancellationToken)
    {
        await unit.Db.Organizations.Where(o => o.Number == by.OrganizationNumber)
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.Name, o => o.Name), cancellationToken);
        return await unit.Db.Members.Where(m => m.OrganizationNumber == by.OrganizationNumber && m.AccountNumber == by.AccountNumber)
            .Select(m => (MemberRole?)m.Role).SingleOrDefaultAsync(cancellationToken);
    }

    internal static string Word(MemberRole role) => role.ToString().ToLowerInvariant();

    private Task<MemberChange> ChangeAsync(
        Actor by, int accountNumber, MemberRole? role, Func<WriteUnit, MemberRow, string, Task> change, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var db = unit.Db;
            if (await LockAsync(unit, by, cancellationToken) is not { } mine || !mine.Covers(MemberRole.Admin)) return MemberChange.NotAllowed;
            var row = await db.Members.SingleOrDefaultAsync(
                m => m.OrganizationNumber == by.OrganizationNumber && m.AccountNumber == accountNumber, cancellationToken);
            if (row is null) return MemberChange.NotFound;
            if (!mine.MayGive((MemberRole)row.Role) || (role is { } wanted && !mine.MayGive(wanted))) return MemberChange.NotAllowed;
            if (row.Role == (int)MemberRole.Owner && role != MemberRole.Owner && !await db.Members.AnyAsync(
                m => m.OrganizationNumber == by.OrganizationNumber && m.AccountNumber != accountNumber && m.Role == (int)MemberRole.Owner, cancellationToken))
                return MemberChange.LastOwner;
            var email = await db.Accounts.Where(a => a.Number == accountNumber).Select(a => a.Email).SingleAsync(cancellationToken);
            await change(unit, row, email);
            await TakeBackAsync(db, row, role, cancellationToken);
            return MemberChange.Done;
        }, cancellationToken);

    // Who is no admin any more could come back through an invitation that was made before.
    private static Task<int> TakeBackAsync(ExemplarDb db, MemberRow row, MemberRole? role, CancellationToken cancellationToken)
    {
        var highest = role is { } held && held.Covers(MemberRole.Admin) ? (int)held : -1;
        return db.Invitations
            .Where(i => i.OrganizationNumber == row.OrganizationNumber && i.MadeBy == row.AccountNumber && i.Role > highest)
            .ExecuteDeleteAsync(cancellationToken);
    }
}
