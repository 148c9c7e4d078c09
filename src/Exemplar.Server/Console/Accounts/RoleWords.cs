using Exemplar.Core.Accounts;

namespace Exemplar.Server.Console.Accounts;

/// <summary>Roles as pages show them.</summary>
internal static class RoleWords
{
    public const string Explained =
        "Viewers see everything and change nothing. Editors make and change monitors. Admins change the organization, its members and tokens. Owners may do everything.";

    public static readonly IReadOnlyList<MemberRole> All = [MemberRole.Viewer, MemberRole.Editor, MemberRole.Admin, MemberRole.Owner];

    public static string Of(MemberRole role) => role.ToString().ToLowerInvariant();

    /// <summary>The role with this word; null when there is none.</summary>
    public static MemberRole? Parse(string? word)
    {
        foreach (var role in All)
            if (string.Equals(Of(role), word, StringComparison.Ordinal)) return role;
        return null;
    }
}
