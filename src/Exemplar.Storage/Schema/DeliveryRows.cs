using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

internal sealed class ChannelRow
{
    public int Number { get; set; }
    public required byte[] Id { get; set; }
    public int OrganizationNumber { get; set; }
    public required string Kind { get; set; }
    public required string Name { get; set; }

    /// <summary>Encrypted by the server; this library never sees it in the clear.</summary>
    public required byte[] Config { get; set; }
    public bool AllMonitors { get; set; }

    /// <summary>Monitors with any of these tags.</summary>
    public required List<string> Tags { get; set; }

    /// <summary>These monitors, as 24 hex digits.</summary>
    public required List<string> MonitorIds { get; set; }
    public long CreatedAtMs { get; set; }
    public long UpdatedAtMs { get; set; }

    /// <summary>When the last delivery succeeded.</summary>
    public long? DeliveredAtMs { get; set; }

    /// <summary>Since when no delivery has succeeded; null when the last one did.</summary>
    public long? FailingSinceMs { get; set; }
    public string? LastFailure { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<ChannelRow>(e =>
    {
        e.ToTable("channels").HasKey(c => c.Number);
        e.HasIndex(c => c.Id).IsUnique();
        e.HasIndex(c => new { c.OrganizationNumber, c.Number });
    });
}

/// <summary>What is told, once for all the channels that tell it.</summary>
internal sealed class AlertRow
{
    public long Number { get; set; }
    public int OrganizationNumber { get; set; }

    /// <summary>Null for a test.</summary>
    public int? IncidentNumber { get; set; }
    public int Event { get; set; }
    public long AtMs { get; set; }

    /// <summary>The alert as JSON, without the delivery's id.</summary>
    public required byte[] Content { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<AlertRow>(e =>
    {
        e.ToTable("alerts").HasKey(a => a.Number);
        e.HasIndex(a => a.IncidentNumber);
        e.HasIndex(a => a.AtMs);
    });
}

/// <summary>One alert on its way to one channel: a row of the outbox, and afterwards of the record.</summary>
internal sealed class DeliveryRow
{
    public long Number { get; set; }

    /// <summary>The same over all attempts.</summary>
    public required byte[] Id { get; set; }
    public long AlertNumber { get; set; }
    public int ChannelNumber { get; set; }

    /// <summary>Deliveries of one thread to one channel keep their order: the incident's row number; null for none.</summary>
    public int? IncidentNumber { get; set; }
    public int MonitorNumber { get; set; }
    public int State { get; set; }
    public long CreatedAtMs { get; set; }

    /// <summary>When it is tried next; while an attempt runs, when that attempt is given up for lost.</summary>
    public long DueAtMs { get; set; }
    public int Attempts { get; set; }
    public long? FinishedAtMs { get; set; }

    /// <summary>The other side's answer or why it could not; of the last attempt.</summary>
    public string? Detail { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<DeliveryRow>(e =>
    {
        e.ToTable("deliveries").HasKey(d => d.Number);
        e.HasIndex(d => new { d.ChannelNumber, d.DueAtMs }).HasFilter("state = 0");
        e.HasIndex(d => new { d.ChannelNumber, d.MonitorNumber, d.Number }).HasFilter("state = 0");
        e.HasIndex(d => new { d.IncidentNumber, d.MonitorNumber });
        e.HasIndex(d => d.AlertNumber);
        e.HasIndex(d => d.Id).IsUnique();
        e.HasIndex(d => new { d.ChannelNumber, d.Number });
    });
}

/// <summary>One attempt of a delivery.</summary>
internal sealed class DeliveryAttemptRow
{
    public long DeliveryNumber { get; set; }
    public int Attempt { get; set; }
    public long AtMs { get; set; }
    public int TookMs { get; set; }
    public int Outcome { get; set; }
    public required string Detail { get; set; }

    public static void Map(ModelBuilder model) => model.Entity<DeliveryAttemptRow>(e =>
        e.ToTable("delivery_attempts").HasKey(a => new { a.DeliveryNumber, a.Attempt }));
}
