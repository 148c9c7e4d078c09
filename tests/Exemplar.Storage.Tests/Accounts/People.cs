using Exemplar.Core.Accounts;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Schema;

namespace Exemplar.Storage.Tests.Accounts;

/// <summary>Accounts and members for a test.</summary>
internal static class People
{
    public static Account New(string email) => new()
    {
        Email = email, EmailKey = email.ToUpperInvariant(), PasswordHash = "hash of " + email, SecurityStamp = "stamp of " + email,
    };

    /// <summary>A member, as the one who changes something.</summary>
    public static Task<Actor> AddMemberAsync(this StorageEngine engine, int organization, string email, MemberRole role) =>
        engine.WriteAsync(async unit =>
        {
            var row = AccountStore.NewRow(New(email), StorageContract.Start);
            unit.Db.Accounts.Add(row);
            await unit.Db.SaveChangesAsync();
            unit.Db.Members.Add(new MemberRow { AccountNumber = row.Number, OrganizationNumber = organization, Role = (int)role });
            await unit.Db.SaveChangesAsync();
            return new Actor(organization, ActorKind.Member, email, "192.0.2.7") { AccountNumber = row.Number };
        }, CancellationToken.None);
}
