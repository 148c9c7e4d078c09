using Exemplar.Core.Accounts;
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
                var row = new AccountRow
                {
                    Email = account.Email,
                    EmailKey = account.EmailKey,
                    PasswordHash = account.PasswordHash,
                    SecurityStamp = account.SecurityStamp,
                    CreatedAtMs = now.ToMs(),
                };
                db.Accounts.Add(row);
                await db.SaveChangesAsync(cancellationToken);
                db.Members.Add(new MemberRow
                {
                    AccountNumber = row.Number,
                    OrganizationNumber = organization.Number,
                    Role = (int)MemberRole.Owner,
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

    /// <summary>Stores a changed account; false when it was changed since it was read, or is gone.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<bool> UpdateAsync(Account account, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
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
                    .SetProperty(a => a.Version, account.Version + 1), cancellationToken);
            if (changed == 1) account.Version++;
            return changed == 1;
        }, cancellationToken);

    /// <summary>What the account is a member of, as it stands now; null when it is a member of nothing.</summary>
    public async Task<Member?> MemberAsync(int accountNumber, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        return await (
            from m in db.Members
            join a in db.Accounts on m.AccountNumber equals a.Number
            join o in db.Organizations on m.OrganizationNumber equals o.Number
            where m.AccountNumber == accountNumber
            orderby m.OrganizationNumber
            select new Member(a.Number, a.Email, o.Number, o.Name, (MemberRole)m.Role)).FirstOrDefaultAsync(cancellationToken);
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
        CreatedAt = UnixTime.FromMs(row.CreatedAtMs),
        Version = row.Version,
    };
}
