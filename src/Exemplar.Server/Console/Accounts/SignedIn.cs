using System.Security.Claims;
using Exemplar.Core.Accounts;
using Exemplar.Storage.Accounts;
using Microsoft.AspNetCore.Components.Authorization;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// Who sits in front of this circuit. The cookie says only which account it is; what the member may do is read again for
/// every page, action and tick, so that a role that was taken away is gone at once.
/// </summary>
internal sealed class SignedIn(AuthenticationStateProvider authentication, AccountStore accounts)
{
    /// <summary>The member as it stands now; null when the account is no member any more.</summary>
    public async Task<Member?> MemberAsync()
    {
        var state = await authentication.GetAuthenticationStateAsync();
        return int.TryParse(state.User.FindFirstValue(ClaimTypes.NameIdentifier), out var number)
            ? await accounts.MemberAsync(number, CancellationToken.None)
            : null;
    }

    /// <summary>The member, when its role covers <paramref name="needed"/> now; otherwise null.</summary>
    public async Task<Member?> MemberAsync(MemberRole needed) =>
        await MemberAsync() is { } member && member.Role.Covers(needed) ? member : null;
}
