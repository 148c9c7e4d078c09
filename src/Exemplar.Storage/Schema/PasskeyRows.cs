using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

/// <summary>A passkey of an account, as ASP.NET Core Identity needs it back.</summary>
internal sealed class PasskeyRow
{
    public required byte[] CredentialId { get; set; }
    public int AccountNumber { get; set; }
    public required string Name { get; set; }
    public required byte[] PublicKey { get; set; }
    public long SignCount { get; set; }
    public required string Transports { get; set; }
    public bool IsUserVerified { get; set; }
    public bool IsBackupEligible { get; set; }
    public bool IsBackedUp { get; set; }
    public required byte[] AttestationObject { get; set; }
    public required byte[] ClientData { get; set; }
    public long CreatedAtMs { get; set; }

    internal static void Map(ModelBuilder modelBuilder) => modelBuilder.Entity<PasskeyRow>(e =>
    {
        e.ToTable("passkeys").HasKey(p => p.CredentialId);
        e.HasIndex(p => p.AccountNumber);
    });
}
