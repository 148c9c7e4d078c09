using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

/// <summary>An invitation that is open. It goes with its use, its revocation, or some time after its end.</summary>
internal sealed class InvitationRow
{
    public int Number { get; set; }
    public required byte[] Id { get; set; }
    public int OrganizationNumber { get; set; }
    public required byte[] Hash { get; set; }
    public required string Invitee { get; set; }
    public int Role { get; set; }
    public int MadeBy { get; set; }
    public long CreatedAtMs { get; set; }
    public long ExpiresAtMs { get; set; }

    internal static void Map(ModelBuilder modelBuilder) => modelBuilder.Entity<InvitationRow>(e =>
    {
        e.ToTable("invitations").HasKey(i => i.Number);
        e.HasIndex(i => i.Hash).IsUnique();
        e.HasIndex(i => i.OrganizationNumber);
    });
}
