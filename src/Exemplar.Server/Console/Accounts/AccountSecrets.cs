using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// Encrypts what the database keeps of second factors, with the keys in the data folder: who reads a copy of the database alone can
/// sign in with none of it.
/// </summary>
internal sealed class AccountSecrets(IDataProtectionProvider protection)
{
    /// <summary>How long a set-up of two-factor sign-in may take.</summary>
    public static readonly TimeSpan SetupTime = TimeSpan.FromMinutes(20);

    private readonly IDataProtector _stored = protection.CreateProtector("Exemplar.Accounts.SecondFactor");
    private readonly ITimeLimitedDataProtector _setup = protection.CreateProtector("Exemplar.Accounts.TwoFactorSetup").ToTimeLimitedDataProtector();

    public string Protect(string secret) => _stored.Protect(secret);

    /// <summary>The secret; null when there is none or the keys it was encrypted with are gone.</summary>
    public string? Read(string? stored)
    {
        if (string.IsNullOrEmpty(stored)) return null;
        try
        {
            return _stored.Unprotect(stored);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A secret that a page holds until it is confirmed, for this account alone.</summary>
    public string ProtectSetup(int accountNumber, string secret) => _setup.Protect($"{accountNumber} {secret}", SetupTime);

    /// <summary>What <see cref="ProtectSetup"/> was given; null when it is another account's, too old, or not ours.</summary>
    public string? ReadSetup(int accountNumber, string? text)
    {
        if (text is not { Length: > 0 and < 2_000 }) return null;
        try
        {
            return _setup.Unprotect(text).Split(' ') is [var number, var secret] && number == $"{accountNumber}" ? secret : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
