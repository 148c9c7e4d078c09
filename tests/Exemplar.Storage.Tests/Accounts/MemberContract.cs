using Exemplar.Core.Accounts;
using Exemplar.Core.Audit;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Accounts;

public sealed class SqliteMemberTests() : MemberContract(new SqliteDatabase());

public sealed class PostgresMemberTests(PostgresServer server) : MemberContract(new PostgresDatabase(server));

public abstract class MemberContract(TestDatabase database) : StorageContract(database)
{
    private MemberStore Members => new(Engine);

    [Fact]
    public async Task A_changed_role_and_its_entry_in_the_audit_log_are_stored_together()
    {
        var organization = await AddOrganizationAsync();
        var owner = await Engine.AddMemberAsync(organization, "ada@example.org", MemberRole.Owner);
        var member = await Engine.AddMemberAsync(organization, "grace@example.org", MemberRole.Viewer);

        Assert.Equal(MemberChange.Done, await Members.ChangeRoleAsync(owner, Number(member), MemberRole.Editor, At(1), Stop));
        Assert.Equal(MemberChange.Done, await Members.ChangeRoleAsync(owner, Number(member), MemberRole.Editor, At(2), Stop));

        Assert.Equal([("ada@example.org", MemberRole.Owner), ("grace@example.org", MemberRole.Editor)], await RolesAsync(organization));
        var entry = Assert.Single((await new AuditStore(Engine).ReadAsync(organization, new AuditQuery(null, null, null, 10), Stop)).Items);
        Assert.Equal(
            (At(1), ActorKind.Member, "ada@example.org", "192.0.2.7", AuditAction.MemberChanged, "grace@example.org"),
            (entry.At, entry.Kind, entry.Actor, entry.Address, entry.Action, entry.Target));
        Assert.Equal(new AuditChange("role", "viewer", "editor"), Assert.Single(entry.Changes));
    }

    [Fact]
    public async Task The_last_owner_can_neither_be_removed_nor_demoted()
    {
        var organization = await AddOrganizationAsync();
        var owner = await Engine.AddMemberAsync(organization, "ada@example.org", MemberRole.Owner);

        Assert.Equal(MemberChange.LastOwner, await Members.RemoveAsync(owner, Number(owner), At(1), Stop));
        Assert.Equal(MemberChange.LastOwner, await Members.ChangeRoleAsync(owner, Number(owner), MemberRole.Admin, At(1), Stop));

        var second = await Engine.AddMemberAsync(organization, "grace@example.org", MemberRole.Owner);
        Assert.Equal(MemberChange.Done, await Members.RemoveAsync(second, Number(owner), At(1), Stop));
        Assert.Equal([("grace@example.org", MemberRole.Owner)], await RolesAsync(organization));
    }

    [Fact]
    public async Task Two_owners_that_demote_one_another_at_once_leave_one()
    {
        for (var round = 0; round < 10; round++)
        {
            var organization = await AddOrganizationAsync();
            var one = await Engine.AddMemberAsync(organization, $"one{round}@example.org", MemberRole.Owner);
            var other = await Engine.AddMemberAsync(organization, $"other{round}@example.org", MemberRole.Owner);
            var changes = await Task.WhenAll(
                Task.Run(() => Members.ChangeRoleAsync(one, Number(other), MemberRole.Viewer, At(1), Stop), Stop),
                Task.Run(() => Members.ChangeRoleAsync(other, Number(one), MemberRole.Viewer, At(1), Stop), Stop));

            // Whoever comes second is no owner any more.
            Assert.Equal([MemberChange.Done, MemberChange.NotAllowed], changes.Order());
            Assert.Single(await RolesAsync(organization), m => m.Role == MemberRole.Owner);
        }
    }

    [Fact]
    public async Task An_admin_can_neither_make_an_owner_nor_touch_one()
    {
        var organization = await AddOrganizationAsync();
        var owner = await Engine.AddMemberAsync(organization, "ada@example.org", MemberRole.Owner);
        var admin = await Engine.AddMemberAsync(organization, "grace@example.org", MemberRole.Admin);
        var viewer = await Engine.AddMemberAsync(organization, "mary@example.org", MemberRole.Viewer);
        var before = await RolesAsync(organization);

        Assert.Equal(MemberChange.NotAllowed, await Members.ChangeRoleAsync(admin, Number(viewer), MemberRole.Owner, At(1), Stop));
        Assert.Equal(MemberChange.NotAllowed, await Members.ChangeRoleAsync(admin, Number(admin), MemberRole.Owner, At(1), Stop));
        Assert.Equal(MemberChange.NotAllowed, await Members.ChangeRoleAsync(admin, Number(owner), MemberRole.Viewer, At(1), Stop));
        Assert.Equal(MemberChange.NotAllowed, await Members.RemoveAsync(admin, Number(owner), At(1), Stop));
        Assert.Equal(MemberChange.NotAllowed, await Members.ChangeRoleAsync(owner, Number(viewer), (MemberRole)7, At(1), Stop));
        Assert.Equal(MemberChange.NotAllowed, await Members.RemoveAsync(viewer, Number(viewer), At(1), Stop));
        Assert.Equal(before, await RolesAsync(organization));
    }

    [Fact]
    public async Task A_member_of_another_organization_is_out_of_reach()
    {
        var (mine, theirs) = (await AddOrganizationAsync(), await AddOrganizationAsync());
        var me = await Engine.AddMemberAsync(mine, "ada@example.org", MemberRole.Owner);
        var them = await Engine.AddMemberAsync(theirs, "grace@example.org", MemberRole.Viewer);

        Assert.Equal(MemberChange.NotFound, await Members.RemoveAsync(me, Number(them), At(1), Stop));
        Assert.Equal(MemberChange.NotFound, await Members.ChangeRoleAsync(me, Number(them), MemberRole.Editor, At(1), Stop));
        // An owner of one organization is nobody in another, whatever the request says.
        Assert.Equal(MemberChange.NotAllowed, await Members.RemoveAsync(me with { OrganizationNumber = theirs }, Number(them), At(1), Stop));
        Assert.Equal([("grace@example.org", MemberRole.Viewer)], await RolesAsync(theirs));
    }

    [Fact]
    public async Task Who_is_removed_or_demoted_cannot_come_back_through_an_invitation_made_before()
    {
        var organization = await AddOrganizationAsync();
        var owner = await Engine.AddMemberAsync(organization, "ada@example.org", MemberRole.Owner);
        var admin = await Engine.AddMemberAsync(organization, "grace@example.org", MemberRole.Admin);
        var invitations = new InvitationStore(Engine);
        var kept = await invitations.CreateAsync(owner, "mary", MemberRole.Viewer, At(1), Stop);
        await invitations.CreateAsync(admin, "myself", MemberRole.Admin, At(1), Stop);
        Assert.Equal(2, (await invitations.ListAsync(organization, At(2), Stop)).Count);

        await Members.ChangeRoleAsync(owner, Number(admin), MemberRole.Viewer, At(2), Stop);

        Assert.Equal(kept.Invitation!.Id, Assert.Single(await invitations.ListAsync(organization, At(2), Stop)).Id);
    }

    private async Task<List<(string Email, MemberRole Role)>> RolesAsync(int organization) =>
        [.. (await Members.ListAsync(organization, Stop)).Select(m => (m.Email, m.Role))];

    private static int Number(Actor actor) => actor.AccountNumber!.Value;
}
