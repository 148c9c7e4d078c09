using System.Security.Cryptography;
using Exemplar.Core.Audit;
using Exemplar.Server.Hosting;
using Exemplar.Storage;
using Exemplar.Storage.Accounts;
using Microsoft.AspNetCore.Identity;

namespace Exemplar.Server.Console.Accounts;

/// <summary>
/// <c>--reset-password ADDRESS</c>: the way back in when the last owner has lost a password or a second factor. It needs the data
/// folder, and whoever has that could change the database by hand as well. No server is started.
/// </summary>
internal static class PasswordReset
{
    private const string Switch = "--reset-password";
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int Length = 20;

    /// <summary>Whose password is to be reset; null when the server is to be started.</summary>
    /// <exception cref="SettingsException">The switch names nobody.</exception>
    public static string? EmailIn(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i].StartsWith(Switch + "=", StringComparison.Ordinal)) return args[i][(Switch.Length + 1)..];
            if (args[i] != Switch) continue;
            return i + 1 < args.Length ? args[i + 1] : throw new SettingsException($"{Switch} needs the e-mail address of an account.");
        }
        return null;
    }

    /// <summary>Gives the account a random password, turns its second factors off, ends its sign-ins, and writes the password to standard output.</summary>
    /// <exception cref="SettingsException">There is no such account, or the database cannot be used.</exception>
    public static async Task<int> RunAsync(IServiceProvider services, string email)
    {
        var storage = ActivatorUtilities.CreateInstance<StorageLifetime>(services);
        await storage.StartAsync(CancellationToken.None);
        var password = RandomNumberGenerator.GetString(Alphabet, Length);
        try
        {
            var accounts = services.GetRequiredService<AccountStore>();
            var key = services.GetRequiredService<ILookupNormalizer>().NormalizeEmail(email.Trim())!;
            if (await accounts.FindByEmailAsync(key, CancellationToken.None) is not { } account)
                throw new SettingsException("No account has this e-mail address. Nothing was changed.");
            foreach (var passkey in await accounts.PasskeysAsync(account.Number, CancellationToken.None)) account.RemovePasskey(passkey.CredentialId);
            account.PasswordHash = services.GetRequiredService<IPasswordHasher<Account>>().HashPassword(account, password);
            account.SecurityStamp = OwnAccount.NewStamp();
            (account.IsTwoFactor, account.TotpSecret, account.RecoveryCodes, account.LastCode) = (false, null, null, null);
            (account.FailedSignIns, account.LockedUntil) = (0, null);
            account.Note(AuditAction.AccountReset, address: null);
            if (!await accounts.UpdateAsync(account, services.GetRequiredService<TimeProvider>().Moment(), CancellationToken.None))
                throw new SettingsException("The account was changed at the same time. Nothing was reset; try again.");
        }
        catch (StorageUnavailableException exception)
        {
            throw new SettingsException($"The database cannot be used; nothing was reset. {exception.Message}", exception);
        }
        finally
        {
            await storage.StopAsync(CancellationToken.None);
        }
        await System.Console.Out.WriteLineAsync($"The new password is {password}. Two-factor sign-in and passkeys are off, and every sign-in has ended. Sign in and choose another password.");
        return 0;
    }
}
