using System.ComponentModel.DataAnnotations;
using Exemplar.Server.Requests;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Organizations;
using Microsoft.AspNetCore.Identity;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// The time in which nobody can sign in yet. Invariant: once over it never comes back, so the answer is remembered.
/// </summary>
internal sealed class FirstRun(
    AccountStore accounts, OrganizationStore organizations, IPasswordHasher<Account> hasher, ILookupNormalizer normalizer, TimeProvider clock)
{
    /// <summary>The shortest password. Nothing else is asked of one: length is what counts.</summary>
    public const int ShortestPassword = 10;

    /// <summary>The longest password; hashing a longer one would only cost time.</summary>
    public const int LongestPassword = 256;

    private volatile bool _over;

    /// <summary>True when somebody can sign in.</summary>
    public async ValueTask<bool> IsOverAsync(CancellationToken cancellationToken) =>
        _over || (_over = await accounts.AnyMemberAsync(cancellationToken));

    /// <summary>What the organization is called that is there already; null when there is none.</summary>
    public async Task<string?> OrganizationNameAsync(CancellationToken cancellationToken) =>
        (await organizations.FirstAsync(cancellationToken))?.Name;

    /// <summary>What is wrong with an address and a password, by field.</summary>
    public static FieldErrors Check(string email, string password)
    {
        var errors = new FieldErrors();
        if (email.Length is 0 or > Account.LongestEmail || !new EmailAddressAttribute().IsValid(email) || email.Any(char.IsControl))
            errors.Add("email", "must be an e-mail address");
        if (password.Length < ShortestPassword) errors.Add("password", $"must have at least {ShortestPassword} characters");
        if (password.Length > LongestPassword) errors.Add("password", $"must have at most {LongestPassword} characters");
        return errors;
    }

    /// <summary>Makes the first owner and ends the first run; null when somebody was faster.</summary>
    public async Task<Account?> EndAsync(string? organizationName, string email, string password, CancellationToken cancellationToken)
    {
        var account = new Account { Email = email, EmailKey = normalizer.NormalizeEmail(email)!, SecurityStamp = Guid.NewGuid().ToString("N") };
        account.PasswordHash = hasher.HashPassword(account, password);
        var owner = await accounts.CreateFirstOwnerAsync(account, organizationName, clock.Moment(), cancellationToken);
        _over = await accounts.AnyMemberAsync(cancellationToken);
        return owner is null ? null : await accounts.FindAsync(owner.AccountNumber, cancellationToken);
    }
}
