using Exemplar.Core.Accounts;

namespace Exemplar.Core.Tests.Accounts;

public sealed class MemberRoleTests
{
    [Theory]
    [InlineData(MemberRole.Owner, MemberRole.Owner, true)]
    [InlineData(MemberRole.Owner, MemberRole.Viewer, true)]
    [InlineData(MemberRole.Admin, MemberRole.Admin, true)]
    [InlineData(MemberRole.Admin, MemberRole.Owner, false)]
    [InlineData(MemberRole.Editor, MemberRole.Viewer, false)]
    [InlineData(MemberRole.Viewer, MemberRole.Viewer, false)]
    [InlineData(MemberRole.Owner, (MemberRole)9, false)]
    [InlineData(MemberRole.Owner, (MemberRole)(-1), false)]
    public void Roles_are_given_by_admins_and_owners_up_to_their_own(MemberRole held, MemberRole role, bool may) =>
        Assert.Equal(may, held.MayGive(role));
}
