using System.Globalization;
using System.Security.Claims;
using Exemplar.Core.Accounts;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Audit;
using Microsoft.AspNetCore.Components.Authorization;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// Who sits in front of this circuit. The cookie says only which account it is; what the member may do is read again for
/// every page, action and tick, so that a role that was taken away is gone at once. Invariant: a circuit stays in the organization in
/// which it began, whatever becomes of the membership; nobody changes by surprise what a page is about.
/// </summary>
internal sealed class SignedIn(AuthenticationStateProvider authentication, AccountStore accounts)
{
    /// <summary>The claim that says in which of several organizations somebody is.</summary>
    public const string OrganizationClaim = "exemplar:organization";

    /// <summary>The claim that goes out of date when somebody signs out everywhere.</summary>
    public const string StampClaim = "AspNet.Identity.SecurityStamp";

    private int? _organization;

    /// <summary>The network address that the page was asked for from.</summary>
    public string? Address { get; set; }

    /// <summary>The member as it stands now; null when the account is no member any more or was signed out everywhere.</summary>
    public async Task<Member?> MemberAsync()
    {
        var user = (await authentication.GetAuthenticationStateAsync()).User;
        var member = await OfAsync(user, accounts, _organization);
        _organization ??= member?.OrganizationNumber;
        return member;
    }

    /// <summary>The member behind a cookie, for an answer that is no page.</summary>
    /// <param name="user">Whose cookie it is.</param>
    /// <param name="accounts">Where members are.</param>
    /// <param name="present">The organization that a circuit is in; null for the one that was chosen, or else any.</param>
    public static async Task<Member?> OfAsync(ClaimsPrincipal user, AccountStore accounts, int? present = null)
    {
        if (Number(user.FindFirstValue(ClaimTypes.NameIdentifier)) is not { } account || user.FindFirstValue(StampClaim) is not { } stamp) return null;
        if (present is not null) return await accounts.MemberAsync(account, stamp, present, CancellationToken.None);
        var chosen = Number(user.FindFirstValue(OrganizationClaim));
        var member = await accounts.MemberAsync(account, stamp, chosen, CancellationToken.None);
        return member is null && chosen is not null ? await accounts.MemberAsync(account, stamp, null, CancellationToken.None) : member;
    }

    /// <summary>The member, when its role covers <paramref name="needed"/> now; otherwise null.</summary>
    public async Task<Member?> MemberAsync(MemberRole needed) =>
        await MemberAsync() is { } member && member.Role.Covers(needed) ? member : null;

    /// <summary>The member as the one who changes something.</summary>
    public Actor Actor(Member member) => Storage.Audit.Actor.Of(member, Address);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
