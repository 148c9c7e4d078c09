using Exemplar.Storage.Accounts;
using Microsoft.AspNetCore.Identity;

namespace Exemplar.Server.Console.Accounts;

/// <summary>The part of <see cref="IdentityAccounts"/> that is about authenticator apps, recovery codes and passkeys.</summary>
internal sealed partial class IdentityAccounts :
    IUserTwoFactorStore<Account>, IUserAuthenticatorKeyStore<Account>, IUserTwoFactorRecoveryCodeStore<Account>, IUserPasskeyStore<Account>
{
    public Task SetTwoFactorEnabledAsync(Account user, bool enabled, CancellationToken cancellationToken) => Set(() => user.IsTwoFactor = enabled);

    public Task<bool> GetTwoFactorEnabledAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.IsTwoFactor);

    public Task SetAuthenticatorKeyAsync(Account user, string key, CancellationToken cancellationToken) =>
        Set(() => user.TotpSecret = secrets.Protect(key));

    public Task<string?> GetAuthenticatorKeyAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(secrets.Read(user.TotpSecret));

    public Task ReplaceCodesAsync(Account user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        Set(() => user.RecoveryCodes = secrets.Protect(string.Join(' ', recoveryCodes)));

    public async Task<bool> RedeemCodeAsync(Account user, string code, CancellationToken cancellationToken)
    {
        var left = CodesOf(user);
        if (!left.Remove(code)) return false;
        await ReplaceCodesAsync(user, left, cancellationToken);
        return true;
    }

    public Task<int> CountCodesAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(CodesOf(user).Count);

    // Written with the update that the manager makes next, in one transaction with the account.
    public Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => Set(() => user.Store(Of(passkey)));

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken) =>
        [.. (await accounts.PasskeysAsync(user.Number, cancellationToken)).Select(Of)];

    public Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        accounts.FindByPasskeyAsync(credentialId, cancellationToken);

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        (await accounts.PasskeysAsync(user.Number, cancellationToken)).FirstOrDefault(p => p.CredentialId.AsSpan().SequenceEqual(credentialId)) is { } found
            ? Of(found)
            : null;

    public Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) => Set(() => user.RemovePasskey(credentialId));

    private List<string> CodesOf(Account user) => [.. (secrets.Read(user.RecoveryCodes) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static Passkey Of(UserPasskeyInfo passkey) => new(
        passkey.CredentialId, passkey.PublicKey, passkey.Name is { Length: > 0 } name ? name : "Passkey", passkey.CreatedAt)
    {
        SignCount = passkey.SignCount,
        Transports = passkey.Transports ?? [],
        IsUserVerified = passkey.IsUserVerified,
        IsBackupEligible = passkey.IsBackupEligible,
        IsBackedUp = passkey.IsBackedUp,
        AttestationObject = passkey.AttestationObject,
        ClientData = passkey.ClientDataJson,
    };

    private static UserPasskeyInfo Of(Passkey passkey) => new(
        passkey.CredentialId, passkey.PublicKey, passkey.CreatedAt, passkey.SignCount, [.. passkey.Transports], passkey.IsUserVerified,
        passkey.IsBackupEligible, passkey.IsBackedUp, passkey.AttestationObject, passkey.ClientData)
    {
        Name = passkey.Name,
    };
}
