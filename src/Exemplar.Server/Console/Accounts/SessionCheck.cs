using System.Globalization;
using System.Security.Claims;
using Exemplar.Storage.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// Ends sign-ins whose account was signed out everywhere: at the next request, and within seconds on a page that is open. What an open
/// page does in between is refused by <see cref="SignedIn"/>.
/// </summary>
internal sealed class SessionCheck(ILoggerFactory loggers, AccountStore accounts) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(5);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            return await IsCurrentAsync(accounts, authenticationState.User, cancellationToken);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or Storage.StorageUnavailableException)
        {
            // Nobody is signed out because a disk is full; without the database nothing can be read or changed anyway.
            return true;
        }
    }

    /// <summary>Looks at the cookie of every request.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var accounts = context.HttpContext.RequestServices.GetRequiredService<AccountStore>();
        if (context.Principal is { } principal && await IsCurrentAsync(accounts, principal, context.HttpContext.RequestAborted)) return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    private static async Task<bool> IsCurrentAsync(AccountStore accounts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        int.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out var account)
        && user.FindFirstValue(SignedIn.StampClaim) is { } stamp
        && await accounts.IsCurrentAsync(account, stamp, cancellationToken);
}
