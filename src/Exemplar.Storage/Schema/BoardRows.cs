using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

internal sealed class BoardRow
{
    public int Number { get; set; }
    public required byte[] Id { get; set; }
    public int OrganizationNumber { get; set; }
    public required string Name { get; set; }
    public required string Slug { get; set; }
    public bool IsPublished { get; set; }
    public string? Title { get; set; }
    public bool ShowsMonitors { get; set; }
    public int Version { get; set; }
    public long CreatedAtMs { get; set; }
    public long UpdatedAtMs { get; set; }
}

/// <summary>One service of a board. A change of a board writes its services anew.</summary>
internal sealed class ServiceRow
{
    public int BoardNumber { get; set; }
    public int Position { get; set; }
    public required string Name { get; set; }
    public required string Slug { get; set; }
    public required List<string> Tags { get; set; }
}

/// <summary>One monitor that was chosen by hand for one service.</summary>
internal sealed class ServiceMonitorRow
{
    public int BoardNumber { get; set; }
    public int ServicePosition { get; set; }
    public int MonitorNumber { get; set; }
    public int Position { get; set; }
}

/// <summary>Apart from the board, which is read every second.</summary>
internal sealed class BoardLogoRow
{
    public int BoardNumber { get; set; }
    public required string ContentType { get; set; }
    public required byte[] Bytes { get; set; }
}

internal static class BoardRows
{
    public static void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<BoardRow>(e =>
        {
            e.ToTable("boards").HasKey(b => b.Number);
            e.Property(b => b.Id).IsRequired();
            e.HasIndex(b => b.Id).IsUnique();
            e.HasIndex(b => b.Slug).IsUnique();
            e.HasIndex(b => new { b.OrganizationNumber, b.Number });
        });
        modelBuilder.Entity<ServiceRow>(e => e.ToTable("services").HasKey(s => new { s.BoardNumber, s.Position }));
        modelBuilder.Entity<ServiceMonitorRow>(e =>
        {
            e.ToTable("service_monitors").HasKey(m => new { m.BoardNumber, m.ServicePosition, m.MonitorNumber });
            // A monitor that is deleted is taken off its boards.
            e.HasIndex(m => m.MonitorNumber);
        });
        modelBuilder.Entity<BoardLogoRow>(e =>
        {
            e.ToTable("board_logos").HasKey(l => l.BoardNumber);
            e.Property(l => l.BoardNumber).ValueGeneratedNever();
        });
    }
}
