namespace Exemplar.Core.Accounts;

/// <summary>What a member may do; each role includes those before it. The numbers are stored.</summary>
public enum MemberRole
{
    /// <summary>Sees everything of the organization, changes nothing.</summary>
    Viewer = 0,

    /// <summary>Makes and changes monitors, and tokens that can do nothing but send heartbeats.</summary>
    Editor = 1,

    /// <summary>Changes the organization, its members and all of its tokens.</summary>
    Admin = 2,

    /// <summary>Everything; an organization always has one.</summary>
    Owner = 3,
}

/// <summary>How roles include one another.</summary>
public static class MemberRoleRules
{
    /// <summary>True when <paramref name="held"/> is enough where <paramref name="needed"/> is asked for.</summary>
    public static bool Covers(this MemberRole held, MemberRole needed) => held >= needed;

    /// <summary>True when a member with the role <paramref name="held"/> may give <paramref name="role"/> to somebody, or take it away.</summary>
    public static bool MayGive(this MemberRole held, MemberRole role) =>
        Enum.IsDefined(role) && held.Covers(MemberRole.Admin) && held.Covers(role);
}
