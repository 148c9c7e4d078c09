using Exemplar.Core.Accounts;
using Exemplar.Core.Audit;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Accounts;

public sealed class SqliteAccountTests() : AccountContract(new SqliteDatabase());

public sealed class PostgresAccountTests(PostgresServer server) : AccountContract(new PostgresDatabase(server));

public abstract class AccountContract(TestDatabase database) : StorageContract(database)
{
    private AccountStore Accounts => new(Engine);

    [Fact]
    public async Task Of_many_set_ups_at_once_one_makes_the_first_owner()
    {
        var owners = await Task.WhenAll(Enumerable.Range(0, 5).Select(i =>
            Task.Run(() => Accounts.CreateFirstOwnerAsync(People.New($"owner{i}@example.org"), "Acme", Start, Stop), Stop)));

        var owner = Assert.Single(owners, o => o is not null)!;
        Assert.Equal((MemberRole.Owner, "Acme"), (owner.Role, owner.OrganizationName));
        Assert.True(await Accounts.AnyMemberAsync(Stop));
        Assert.Null(await Accounts.CreateFirstOwnerAsync(People.New("late@example.org"), "Acme", At(1), Stop));
    }

    [Fact]
    public async Task Everything_of_an_account_comes_back_as_it_was_stored()
    {
        var account = await NewAsync();
        (account.IsTwoFactor, account.TotpSecret, account.LastCode, account.RecoveryCodes) = (true, "secret", "123456", "codes");
        (account.FailedSignIns, account.LockedUntil) = (3, At(300));
        account.Store(Key([1, 2, 3]));
        Assert.True(await Accounts.UpdateAsync(account, At(1), Stop));

        var read = (await Accounts.FindByEmailAsync("ADA@EXAMPLE.ORG", Stop))!;
        Assert.Equal((true, "secret", "123456", "codes"), (read.IsTwoFactor, read.TotpSecret, read.LastCode, read.RecoveryCodes));
        Assert.Equal((3, At(300)), (read.FailedSignIns, read.LockedUntil));
        var passkey = Assert.Single(await Accounts.PasskeysAsync(account.Number, Stop));
        Assert.Equivalent(Key([1, 2, 3]), passkey, strict: true);
        Assert.Equal(account.Number, (await Accounts.FindByPasskeyAsync([1, 2, 3], Stop))!.Number);
        Assert.Null(await Accounts.FindByPasskeyAsync([1, 2], Stop));
    }

    [Fact]
    public async Task Of_two_changes_at_once_one_is_told()
    {
        var account = await NewAsync();
        var (one, other) = ((await Accounts.FindAsync(account.Number, Stop))!, (await Accounts.FindAsync(account.Number, Stop))!);
        one.LastCode = "111111";
        other.LastCode = "222222";
        other.Store(Key([9]));
        other.Note(AuditAction.PasskeyAdded, null, "lost");

        Assert.True(await Accounts.UpdateAsync(one, At(1), Stop));
        Assert.False(await Accounts.UpdateAsync(other, At(2), Stop));
        Assert.Equal("111111", (await Accounts.FindAsync(account.Number, Stop))!.LastCode);
        Assert.Empty(await Accounts.PasskeysAsync(account.Number, Stop));
    }

    [Fact]
    public async Task A_passkey_is_counted_on_and_removed_with_its_account_alone()
    {
        var (account, other) = (await NewAsync(), await NewAsync("grace@example.org"));
        account.Store(Key([1]));
        await Accounts.UpdateAsync(account, At(1), Stop);
        account.Store(Key([1]) with { SignCount = 8, IsBackedUp = true });
        await Accounts.UpdateAsync(account, At(2), Stop);
        other.RemovePasskey([1]);
        await Accounts.UpdateAsync(other, At(3), Stop);
        Assert.Equal((8u, true), Assert.Single(await Accounts.PasskeysAsync(account.Number, Stop)) is var kept ? (kept.SignCount, kept.IsBackedUp) : default);

        account.RemovePasskey([1]);
        await Accounts.UpdateAsync(account, At(4), Stop);
        Assert.Empty(await Accounts.PasskeysAsync(account.Number, Stop));
    }

    [Fact]
    public async Task A_stamp_that_has_changed_ends_every_sign_in_from_before()
    {
        var organization = await AddOrganizationAsync();
        var actor = await Engine.AddMemberAsync(organization, "ada@example.org", MemberRole.Admin);
        var account = (await Accounts.FindAsync(actor.AccountNumber!.Value, Stop))!;
        var before = account.SecurityStamp;
        Assert.True(await Accounts.IsCurrentAsync(account.Number, before, Stop));
        Assert.NotNull(await Accounts.MemberAsync(account.Number, before, organization, Stop));

        account.SecurityStamp = "another";
        await Accounts.UpdateAsync(account, At(1), Stop);

        Assert.False(await Accounts.IsCurrentAsync(account.Number, before, Stop));
        Assert.Null(await Accounts.MemberAsync(account.Number, before, organization, Stop));
        Assert.NotNull(await Accounts.MemberAsync(account.Number, "another", organization, Stop));
        Assert.Null(await Accounts.MemberAsync(account.Number, "another", await AddOrganizationAsync(), Stop));
    }

    [Fact]
    public async Task What_an_account_changes_of_itself_stands_in_the_log_of_each_of_its_organizations()
    {
        var (one, other) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var actor = await Engine.AddMemberAsync(one, "ada@example.org", MemberRole.Admin);
        var owner = await Engine.AddMemberAsync(other, "grace@example.org", MemberRole.Owner);
        var account = (await Accounts.FindAsync(actor.AccountNumber!.Value, Stop))!;
        var invitation = await new InvitationStore(Engine).CreateAsync(owner, "Ada", MemberRole.Viewer, Start, Stop);
        await new InvitationStore(Engine).JoinAsync(invitation.Code!, account, null, At(1), Stop);

        account.Note(AuditAction.PasswordChanged, "203.0.113.9");
        Assert.True(await Accounts.UpdateAsync(account, At(2), Stop));
        Assert.True(await Accounts.UpdateAsync(account, At(3), Stop));

        foreach (var organization in new[] { one, other })
        {
            var log = await new AuditStore(Engine).ReadAsync(organization, new AuditQuery(null, AuditAction.PasswordChanged, null, 10), Stop);
            var entry = Assert.Single(log.Items);
            Assert.Equal((At(2), "ada@example.org", "203.0.113.9"), (entry.At, entry.Actor, entry.Address));
        }
    }

    private async Task<Account> NewAsync(string email = "ada@example.org") =>
        (await Accounts.FindAsync((await Engine.AddMemberAsync(await AddOrganizationAsync(), email, MemberRole.Owner)).AccountNumber!.Value, Stop))!;

    private static Passkey Key(byte[] id) => new(id, [4, 5], "Laptop", Start)
    {
        SignCount = 3, Transports = ["internal", "hybrid"], IsUserVerified = true, IsBackupEligible = true, AttestationObject = [6], ClientData = [7],
    };
}
