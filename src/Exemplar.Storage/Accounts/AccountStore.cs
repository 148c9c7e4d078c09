using Exemplar.Core.Accounts;
using Exemplar.Core.Audit;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Organizations;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Accounts;

/// <summary>Reads and changes accounts and members. Every write is a <see cref="WriteUnit"/>, so SQLite keeps its one writer.</summary>
public sealed class AccountStore(StorageEngine engine)
{
    private const string FirstOwnerMark = "first-owner";

    /// <summary>True when somebody can sign in already. Never becomes false again.</summary>
    public async Task<bool> AnyMemberAsync(CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.Members.AnyAsync(cancellationToken);
    }

    /// <summary>
    /// Makes the first account, owner of the first organization, which is made too unless a token has made it before.
    /// Null when somebody was faster; then nothing was stored.
    /// </summary>
    /// <param name="account">Its address, key, hash and stamp.</param>
    /// <param name="organizationName">1 to 200 characters; null keeps the name of an organization that is there.</param>
    /// <param name="now">The moment of the unit.</param>
    /// <param name="cancellationToken">Gives up the unit.</param>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public async Task<Member?> CreateFirstOwnerAsync(
        Account account, string? organizationName, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.WriteAsync(async unit =>
            {
                var db = unit.Db;
                if (await db.Members.AnyAsync(cancellationToken)) return null;
                // On PostgreSQL two set-ups may come this far together; the mark's key lets one of them through.
                db.Bookmarks.Add(new BookmarkRow { Name = FirstOwnerMark, Value = now.ToMs() });
                var organization = await db.Organizations.OrderBy(o => o.Number).FirstOrDefaultAsync(cancellationToken);
                if (organization is null)
                {
                    organization = OrganizationStore.NewRow(organizationName ?? OrganizationStore.FirstName, now);
                    db.Organizations.Add(organization);
                }
                else organization.Name = organizationName ?? organization.Name;
                var row = NewRow(account, now);
                db.Accounts.Add(row);
                await db.SaveChangesAsync(cancellationToken);
                db.Members.Add(new MemberRow
                {
                    AccountNumber = row.Number,
                    OrganizationNumber = organization.Number,
                    Role = (int)MemberRole.Owner,
                    JoinedAtMs = now.ToMs(),
                });
                await db.SaveChangesAsync(cancellationToken);
                return new Member(row.Number, row.Email, organization.Number, organization.Name, MemberRole.Owner);
            }, cancellationToken);
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            if (await AnyMemberAsync(cancellationToken)) return null;
            throw;
        }
    }

    /// <summary>The account with this number; null when there is none.</summary>
    public async Task<Account?> FindAsync(int number, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return Read(await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Number == number, cancellationToken));
    }

    /// <summary>The account with this folded address; null when there is none.</summary>
    public async Task<Account?> FindByEmailAsync(string emailKey, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return Read(await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.EmailKey == emailKey, cancellationToken));
    }

    /// <summary>
    /// Stores a changed account with its passkeys and the audit log's entries about it, all or nothing; false when it was changed since
    /// it was read, or is gone.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public async Task<bool> UpdateAsync(Account account, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stored = await engine.WriteAsync(async unit =>
        {
            var lockedUntilMs = account.LockedUntil?.ToMs();
            var changed = await unit.Db.Accounts
                .Where(a => a.Number == account.Number && a.Version == account.Version)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(a => a.Email, account.Email)
                    .SetProperty(a => a.EmailKey, account.EmailKey)
                    .SetProperty(a => a.PasswordHash, account.PasswordHash)
                    .SetProperty(a => a.SecurityStamp, account.SecurityStamp)
                    .SetProperty(a => a.FailedSignIns, account.FailedSignIns)
                    .SetProperty(a => a.LockedUntilMs, lockedUntilMs)
                    .SetProperty(a => a.IsTwoFactor, account.IsTwoFactor)
                    .SetProperty(a => a.TotpSecret, account.TotpSecret)
                    .SetProperty(a => a.LastCode, account.LastCode)
                    .SetProperty(a => a.RecoveryCodes, account.RecoveryCodes)
                    .SetProperty(a => a.Version, account.Version + 1), cancellationToken);
            if (changed != 1) return false;
            await PasskeyWrites.StoreAsync(unit.Db, account, cancellationToken);
            await NoteAsync(unit, account, now, cancellationToken);
            return true;
        }, cancellationToken);
        if (!stored) return false;
        account.Version++;
        account.Notes.Clear();
        account.ChangedPasskeys.Clear();
        account.RemovedPasskeys.Clear();
        return true;
    }

    /// <summary>What the account is a member of, as it stands now, the first one first.</summary>
    public async Task<IReadOnlyList<Member>> MembershipsAsync(int accountNumber, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await MembersOf(db, accountNumber).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// The membership behind a sign-in, as it stands now: in the organization, or the first one when none is named. Null when there is
    /// none, or when the account's stamp has changed since the sign-in.
    /// </summary>
    public async Task<Member?> MemberAsync(int accountNumber, string securityStamp, int? organizationNumber, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await MembersOf(db, accountNumber, securityStamp, organizationNumber).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>True while a sign-in with this stamp holds.</summary>
    public async Task<bool> IsCurrentAsync(int accountNumber, string securityStamp, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await db.Accounts.AnyAsync(a => a.Number == accountNumber && a.SecurityStamp == securityStamp, cancellationToken);
    }

    /// <summary>The passkeys of an account, oldest first.</summary>
    public async Task<IReadOnlyList<Passkey>> PasskeysAsync(int accountNumber, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await db.Passkeys.AsNoTracking().Where(p => p.AccountNumber == accountNumber).OrderBy(p => p.CreatedAtMs).ToListAsync(cancellationToken);
        return [.. rows.Select(PasskeyWrites.Read)];
    }

    /// <summary>The account with this passkey; null when there is none.</summary>
    public async Task<Account?> FindByPasskeyAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var number = await db.Passkeys.Where(p => p.CredentialId == credentialId).Select(p => (int?)p.AccountNumber).SingleOrDefaultAsync(cancellationToken);
        return number is { } found ? await FindAsync(found, cancellationToken) : null;
    }

    /// <summary>A row for an account as it was made.</summary>
    internal static AccountRow NewRow(Account account, DateTimeOffset now) => new()
    {
        Email = account.Email,
        EmailKey = account.EmailKey,
        PasswordHash = account.PasswordHash,
        SecurityStamp = account.SecurityStamp,
        CreatedAtMs = now.ToMs(),
    };

    private static IQueryable<Member> MembersOf(
        ExemplarDb db, int accountNumber, string? securityStamp = null, int? organizationNumber = null) =>
        from m in db.Members
        join a in db.Accounts on m.AccountNumber equals a.Number
        join o in db.Organizations on m.OrganizationNumber equals o.Number
        where m.AccountNumber == accountNumber && (securityStamp == null || a.SecurityStamp == securityStamp)
            && (organizationNumber == null || m.OrganizationNumber == organizationNumber)
        orderby m.OrganizationNumber
        select new Member(a.Number, a.Email, o.Number, o.Name, (MemberRole)m.Role);

    private static async Task NoteAsync(WriteUnit unit, Account account, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (account.Notes.Count == 0) return;
        var organizations = await unit.Db.Members.Where(m => m.AccountNumber == account.Number)
            .Select(m => m.OrganizationNumber).ToListAsync(cancellationToken);
        foreach (var organization in organizations)
            foreach (var note in account.Notes)
            {
                var kind = note.Action == AuditAction.AccountReset ? ActorKind.Operator : ActorKind.Member;
                var by = new Actor(organization, kind, kind == ActorKind.Operator ? "operator" : account.Email, note.Address);
                await unit.NoteAsync(by, now, note.Action, null, note.Target ?? account.Email, [], cancellationToken);
            }
    }

    private static Account? Read(AccountRow? row) => row is null ? null : new Account
    {
        Number = row.Number,
        Email = row.Email,
        EmailKey = row.EmailKey,
        PasswordHash = row.PasswordHash,
        SecurityStamp = row.SecurityStamp,
        FailedSignIns = row.FailedSignIns,
        LockedUntil = UnixTime.FromMs(row.LockedUntilMs),
        IsTwoFactor = row.IsTwoFactor,
        TotpSecret = row.TotpSecret,
        LastCode = row.LastCode,
        RecoveryCodes = row.RecoveryCodes,
        CreatedAt = UnixTime.FromMs(row.CreatedAtMs),
        Version = row.Version,
    };
}
