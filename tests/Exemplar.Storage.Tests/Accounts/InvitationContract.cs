using Exemplar.Core.Accounts;
using Exemplar.Core.Audit;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Accounts;

public sealed class SqliteInvitationTests() : InvitationContract(new SqliteDatabase());

public sealed class PostgresInvitationTests(PostgresServer server) : InvitationContract(new PostgresDatabase(server));

public abstract class InvitationContract(TestDatabase database) : StorageContract(database)
{
    private InvitationStore Invitations => new(Engine);

    [Fact]
    public async Task An_invitation_makes_one_member_with_its_role_and_is_used_up()
    {
        var (owner, code) = await InviteAsync(MemberRole.Editor);
        Assert.Equal((MemberRole.Editor, "Organization"), (await FindAsync(code) is { } found ? (found.Role, found.OrganizationName) : default));

        var grace = People.New("grace@example.org");
        Assert.Equal(Joining.Joined, await Invitations.JoinAsync(code, grace, "198.51.100.4", At(60), Stop));
        Assert.Equal(Joining.Gone, await Invitations.JoinAsync(code, People.New("mary@example.org"), null, At(61), Stop));

        var member = await new AccountStore(Engine).MemberAsync(grace.Number, grace.SecurityStamp, null, Stop);
        Assert.Equal((owner.OrganizationNumber, MemberRole.Editor, "grace@example.org"), (member!.OrganizationNumber, member.Role, member.Email));
        Assert.Null(await FindAsync(code));
        Assert.Null(await new AccountStore(Engine).FindByEmailAsync("MARY@EXAMPLE.ORG", Stop));
        var log = (await new AuditStore(Engine).ReadAsync(owner.OrganizationNumber, new AuditQuery(null, null, null, 10), Stop)).Items;
        Assert.Equal([AuditAction.MemberJoined, AuditAction.MemberInvited], log.Select(e => e.Action));
        Assert.Equal(("grace@example.org", "198.51.100.4"), (log[0].Actor, log[0].Address));
        Assert.DoesNotContain(log, e => e.Changes.Any(c => c.After == code) || e.Target == code);
    }

    [Fact]
    public async Task Of_two_that_use_a_link_at_once_one_joins()
    {
        var (owner, code) = await InviteAsync(MemberRole.Viewer);
        var joinings = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            Task.Run(() => Invitations.JoinAsync(code, People.New($"guest{i}@example.org"), null, At(1), Stop), Stop)));

        Assert.Single(joinings, Joining.Joined);
        Assert.Equal(5, joinings.Count(j => j == Joining.Gone));
        Assert.Equal(2, (await new MemberStore(Engine).ListAsync(owner.OrganizationNumber, Stop)).Count);
    }

    [Fact]
    public async Task An_invitation_ends_after_seven_days()
    {
        var (owner, code) = await InviteAsync(MemberRole.Viewer);
        Assert.NotNull(await Invitations.FindAsync(code, Start.AddDays(7).AddMilliseconds(-1), Stop));
        Assert.Null(await Invitations.FindAsync(code, Start.AddDays(7), Stop));
        Assert.Equal(Joining.Gone, await Invitations.JoinAsync(code, People.New("grace@example.org"), null, Start.AddDays(7), Stop));
        Assert.Empty(await Invitations.ListAsync(owner.OrganizationNumber, Start.AddDays(7), Stop));
    }

    [Fact]
    public async Task A_revoked_invitation_cannot_be_used_and_only_its_own_organization_revokes_it()
    {
        var (owner, code) = await InviteAsync(MemberRole.Viewer);
        var stranger = await Engine.AddMemberAsync(await AddOrganizationAsync(), "eve@example.org", MemberRole.Owner);
        var id = (await FindAsync(code))!.Id;

        Assert.Equal(MemberChange.NotFound, await Invitations.RevokeAsync(stranger, id, At(1), Stop));
        Assert.Equal(MemberChange.Done, await Invitations.RevokeAsync(owner, id, At(2), Stop));
        Assert.Equal(Joining.Gone, await Invitations.JoinAsync(code, People.New("grace@example.org"), null, At(3), Stop));
    }

    [Fact]
    public async Task Nobody_invites_above_their_own_role()
    {
        var organization = await AddOrganizationAsync();
        var admin = await Engine.AddMemberAsync(organization, "grace@example.org", MemberRole.Admin);
        var editor = await Engine.AddMemberAsync(organization, "mary@example.org", MemberRole.Editor);

        Assert.Equal(MemberChange.NotAllowed, (await Invitations.CreateAsync(admin, "x", MemberRole.Owner, At(1), Stop)).Change);
        Assert.Equal(MemberChange.NotAllowed, (await Invitations.CreateAsync(editor, "x", MemberRole.Viewer, At(1), Stop)).Change);
        Assert.Equal(MemberChange.Done, (await Invitations.CreateAsync(admin, "x", MemberRole.Admin, At(1), Stop)).Change);
    }

    [Fact]
    public async Task An_address_that_has_an_account_and_a_member_leave_the_invitation_open()
    {
        var (owner, code) = await InviteAsync(MemberRole.Viewer);
        var stranger = await Engine.AddMemberAsync(await AddOrganizationAsync(), "eve@example.org", MemberRole.Owner);
        var accounts = new AccountStore(Engine);

        Assert.Equal(Joining.AddressTaken, await Invitations.JoinAsync(code, People.New("eve@example.org"), null, At(1), Stop));
        Assert.Equal(Joining.MemberAlready, await Invitations.JoinAsync(code, (await accounts.FindAsync(owner.AccountNumber!.Value, Stop))!, null, At(2), Stop));
        Assert.Equal(Joining.Joined, await Invitations.JoinAsync(code, (await accounts.FindAsync(stranger.AccountNumber!.Value, Stop))!, null, At(3), Stop));
        Assert.Equal(
            [(owner.OrganizationNumber, MemberRole.Viewer), (stranger.OrganizationNumber, MemberRole.Owner)],
            (await accounts.MembershipsAsync(stranger.AccountNumber!.Value, Stop)).Select(m => (m.OrganizationNumber, m.Role)));
    }

    [Fact]
    public async Task The_code_itself_is_not_stored_and_a_hundred_are_enough()
    {
        var (owner, code) = await InviteAsync(MemberRole.Viewer);
        for (var i = 1; i < InvitationStore.MostOpen; i++)
            Assert.Equal(MemberChange.Done, (await Invitations.CreateAsync(owner, $"guest {i}", MemberRole.Viewer, At(i), Stop)).Change);
        Assert.Equal(MemberChange.NotFound, (await Invitations.CreateAsync(owner, "one more", MemberRole.Viewer, At(200), Stop)).Change);

        await using var db = Engine.Read();
        var rows = await db.Invitations.AsNoTracking().ToListAsync(Stop);
        Assert.All(rows, row => Assert.Equal(32, row.Hash.Length));
        Assert.DoesNotContain(rows, row => row.Hash.AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(code)));
        Assert.Null(await Invitations.FindAsync("", At(1), Stop));
        Assert.Null(await Invitations.FindAsync(new string('x', 5_000), At(1), Stop));
    }

    private async Task<(Actor Owner, string Code)> InviteAsync(MemberRole role)
    {
        var owner = await Engine.AddMemberAsync(await AddOrganizationAsync(), "ada@example.org", MemberRole.Owner);
        var attempt = await Invitations.CreateAsync(owner, "Grace", role, Start, Stop);
        Assert.Equal(MemberChange.Done, attempt.Change);
        return (owner, attempt.Code!);
    }

    private Task<Invitation?> FindAsync(string code) => Invitations.FindAsync(code, At(1), Stop);
}
