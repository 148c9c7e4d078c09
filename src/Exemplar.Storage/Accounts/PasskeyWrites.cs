using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Accounts;

/// <summary>The passkeys that an update of an account stores and removes.</summary>
internal static class PasskeyWrites
{
    public static async Task StoreAsync(ExemplarDb db, Account account, CancellationToken cancellationToken)
    {
        foreach (var credentialId in account.RemovedPasskeys)
            await db.Passkeys.Where(p => p.AccountNumber == account.Number && p.CredentialId == credentialId).ExecuteDeleteAsync(cancellationToken);
        foreach (var passkey in account.ChangedPasskeys.Values)
        {
            var credentialId = passkey.CredentialId;
            var row = await db.Passkeys.SingleOrDefaultAsync(p => p.AccountNumber == account.Number && p.CredentialId == credentialId, cancellationToken);
            if (row is null) db.Passkeys.Add(row = NewRow(account.Number, passkey));
            (row.Name, row.SignCount, row.IsUserVerified, row.IsBackedUp) = (passkey.Name, passkey.SignCount, passkey.IsUserVerified, passkey.IsBackedUp);
        }
        await db.SaveChangesAsync(cancellationToken);
    }

    public static Passkey Read(PasskeyRow row) => new(row.CredentialId, row.PublicKey, row.Name, UnixTime.FromMs(row.CreatedAtMs))
    {
        SignCount = (uint)row.SignCount,
        Transports = row.Transports.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        IsUserVerified = row.IsUserVerified,
        IsBackupEligible = row.IsBackupEligible,
        IsBackedUp = row.IsBackedUp,
        AttestationObject = row.AttestationObject,
        ClientData = row.ClientData,
    };

    private static PasskeyRow NewRow(int accountNumber, Passkey passkey) => new()
    {
        CredentialId = passkey.CredentialId,
        AccountNumber = accountNumber,
        Name = passkey.Name,
        PublicKey = passkey.PublicKey,
        Transports = string.Join(' ', passkey.Transports),
        IsBackupEligible = passkey.IsBackupEligible,
        AttestationObject = passkey.AttestationObject,
        ClientData = passkey.ClientData,
        CreatedAtMs = passkey.CreatedAt.ToMs(),
    };
}
