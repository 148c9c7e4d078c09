using Exemplar.Storage.Accounts;
using Microsoft.AspNetCore.Identity;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// Verifies codes of authenticator apps. Identity takes a code for as long as it is near the present moment; here each is taken once,
/// so that one that was read over a shoulder is worth nothing.
/// </summary>
internal sealed class TotpCodes(AccountStore accounts, TimeProvider clock) : AuthenticatorTokenProvider<Account>
{
    private const int Digits = 6;

    /// <summary>As many as Identity would take at one moment: the present one, two before and two after.</summary>
    private const int Remembered = 5;

    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<Account> manager, Account user)
    {
        // Exactly so: Identity reads a number, and "012345" could be used again as "12345".
        if (token.Length != Digits || !token.All(char.IsAsciiDigit)) return false;
        var used = (user.LastCode ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (used.Contains(token, StringComparer.Ordinal) || !await base.ValidateAsync(purpose, token, manager, user)) return false;
        user.LastCode = string.Join(' ', used.Append(token).TakeLast(Remembered));
        // Of two that bring the same code at once, one finds that the account has changed.
        return await accounts.UpdateAsync(user, clock.Moment(), CancellationToken.None);
    }

    /// <summary>A code as it is compared: people type blanks between the digits.</summary>
    public static string Normalize(string? typed) => (typed ?? "").Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
