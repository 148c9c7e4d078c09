using System.Security.Claims;
using Exemplar.Core.Audit;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Audit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Exemplar.Server.Console.Accounts;

/// <summary>What a person changes of their own account. Each change asks for the password again: a browser that was left open is not enough.</summary>
internal sealed class OwnAccount(UserManager<Account> accounts, SignInManager<Account> signIn, SignInLimit limit, AccountSecrets secrets)
{
    /// <summary>What is said when two changes meet.</summary>
    public const string Conflict = "Your account was changed at the same time. Try again.";

    private const int RecoveryCodes = 10;

    /// <summary>The account that the request is signed in with.</summary>
    public Task<Account?> FindAsync(HttpContext http) => accounts.GetUserAsync(http.User);

    /// <summary>Why the password does not confirm a change; null when it does. Wrong ones count, as at the sign-in.</summary>
    public async Task<string?> ConfirmAsync(HttpContext http, Account account, string? password)
    {
        if (!limit.Allows(http)) return "Too many attempts from your address. Wait a minute, then try again.";
        if (await accounts.IsLockedOutAsync(account)) return "There were too many wrong passwords. Wait five minutes, then try again.";
        if (password is { Length: > 0 and <= FirstRun.LongestPassword } && await accounts.CheckPasswordAsync(account, password)) return null;
        await accounts.AccessFailedAsync(account);
        return "The password is wrong.";
    }

    /// <summary>As <see cref="ConfirmAsync"/>, but a code of the authenticator app confirms too.</summary>
    public async Task<string?> ConfirmByPasswordOrCodeAsync(HttpContext http, Account account, string? typed)
    {
        var code = TotpCodes.Normalize(typed);
        if (code.Length != 6 || !code.All(char.IsAsciiDigit)) return await ConfirmAsync(http, account, typed);
        if (!limit.Allows(http)) return "Too many attempts from your address. Wait a minute, then try again.";
        if (await accounts.IsLockedOutAsync(account)) return "There were too many wrong codes. Wait five minutes, then try again.";
        if (await accounts.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultAuthenticatorProvider, code)) return null;
        await accounts.AccessFailedAsync(account);
        return "The code is wrong or was used before.";
    }

    /// <summary>Another password; every other sign-in ends. False when the account was changed at the same time.</summary>
    public async Task<bool> ChangePasswordAsync(HttpContext http, Account account, string password)
    {
        account.PasswordHash = accounts.PasswordHasher.HashPassword(account, password);
        account.Note(AuditAction.PasswordChanged, AddressOf(http));
        return await EndOthersAsync(http, account);
    }

    /// <summary>Ends every other sign-in of the account.</summary>
    public Task<bool> SignOutEverywhereAsync(HttpContext http, Account account)
    {
        account.Note(AuditAction.SignedOutEverywhere, AddressOf(http));
        return EndOthersAsync(http, account);
    }

    /// <summary>A secret for an authenticator app. Nothing is stored before it is confirmed.</summary>
    public string NewSecret() => accounts.GenerateNewAuthenticatorKey();

    /// <summary>Turns two-factor sign-in on when the code was made with the secret: the recovery codes, or null.</summary>
    public async Task<IReadOnlyList<string>?> TurnOnAsync(HttpContext http, Account account, string secret, string code)
    {
        account.TotpSecret = secrets.Protect(secret);
        if (!await accounts.VerifyTwoFactorTokenAsync(account, TokenOptions.DefaultAuthenticatorProvider, code)) return null;
        account.IsTwoFactor = true;
        account.SecurityStamp = NewStamp();
        account.Note(AuditAction.TwoFactorOn, AddressOf(http));
        return await NewCodesAsync(http, account);
    }

    /// <summary>Turns two-factor sign-in off and forgets its secret and codes.</summary>
    public Task<bool> TurnOffAsync(HttpContext http, Account account)
    {
        (account.IsTwoFactor, account.TotpSecret, account.RecoveryCodes, account.LastCode) = (false, null, null, null);
        account.Note(AuditAction.TwoFactorOff, AddressOf(http));
        return EndOthersAsync(http, account);
    }

    /// <summary>Recovery codes in place of those that are left; null when the account was changed at the same time.</summary>
    public Task<IReadOnlyList<string>?> RenewCodesAsync(HttpContext http, Account account)
    {
        account.Note(AuditAction.RecoveryCodesMade, AddressOf(http));
        return NewCodesAsync(http, account);
    }

    /// <summary>Stores a passkey that the browser has made for this account; false when it cannot be trusted.</summary>
    public async Task<bool> AddPasskeyAsync(HttpContext http, Account account, string credential, string name)
    {
        try
        {
            var attestation = await signIn.PerformPasskeyAttestationAsync(credential);
            if (!attestation.Succeeded || attestation.UserEntity.Id != await accounts.GetUserIdAsync(account)) return false;
            attestation.Passkey.Name = name;
            account.Note(AuditAction.PasskeyAdded, AddressOf(http), name);
            return (await accounts.AddOrUpdatePasskeyAsync(account, attestation.Passkey)).Succeeded;
        }
        catch (InvalidOperationException)
        {
            // Nobody has asked this browser to make one.
            return false;
        }
    }

    /// <summary>Removes a passkey and ends every other sign-in: it may be the lost device that is signed in.</summary>
    public async Task<bool> RemovePasskeyAsync(HttpContext http, Account account, UserPasskeyInfo passkey)
    {
        account.RemovePasskey(passkey.CredentialId);
        account.Note(AuditAction.PasskeyRemoved, AddressOf(http), passkey.Name);
        return await EndOthersAsync(http, account);
    }

    /// <summary>Whom a passkey signs in; null when nobody asked this browser for one, or the account is locked.</summary>
    public async Task<PasskeyAssertionResult<Account>?> AssertAsync(string credential)
    {
        try
        {
            var assertion = await signIn.PerformPasskeyAssertionAsync(credential);
            return assertion.Succeeded && await accounts.IsLockedOutAsync(assertion.User) ? null : assertion;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Signs the browser in anew, in the organization in which it is.</summary>
    public Task SignInAgainAsync(HttpContext http, Account account) => SignInAsync(account, http.User.FindFirstValue(SignedIn.OrganizationClaim));

    /// <summary>Signs in, in this organization.</summary>
    public Task SignInAsync(Account account, string? organization) => signIn.SignInWithClaimsAsync(
        account, new AuthenticationProperties { IsPersistent = true },
        organization is null ? [] : [new Claim(SignedIn.OrganizationClaim, organization)]);

    /// <summary>The address of a request, for the audit log.</summary>
    public static string? AddressOf(HttpContext http) => Actor.Text(http.Connection.RemoteIpAddress);

    /// <summary>A stamp that no sign-in has.</summary>
    public static string NewStamp() => Guid.NewGuid().ToString("N");

    private async Task<bool> EndOthersAsync(HttpContext http, Account account)
    {
        account.SecurityStamp = NewStamp();
        if (!(await accounts.UpdateAsync(account)).Succeeded) return false;
        await SignInAgainAsync(http, account);
        return true;
    }

    private async Task<IReadOnlyList<string>?> NewCodesAsync(HttpContext http, Account account)
    {
        var before = account.RecoveryCodes;
        var codes = await accounts.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes);
        if (codes is null || account.RecoveryCodes == before) return null;
        await SignInAgainAsync(http, account);
        return [.. codes];
    }
}
