namespace Exemplar.Storage.Retention;

/// <summary>What one step of upkeep did.</summary>
/// <param name="Removed">Rows removed.</param>
/// <param name="More">True when another step would find work at once.</param>
public readonly record struct UpkeepStep(int Removed, bool More);

/// <summary>Work beside the ingest, in steps so small that no heartbeat waits for one noticeably.</summary>
public interface IUpkeepStore
{
    /// <summary>Removes a few hundred checks that are older or more than their organization keeps, or whose monitor was deleted.</summary>
    Task<UpkeepStep> PruneChecksAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Engine-specific housekeeping, called every second and after a clean stop with <paramref name="stopping"/>: saving
    /// what bounds the work of the next start, moving the write-ahead log into the database, making partitions.
    /// </summary>
    Task KeepUpAsync(DateTimeOffset now, bool stopping, CancellationToken cancellationToken);

    /// <summary>Bytes that the database takes on disk, write-ahead log included.</summary>
    Task<long> DatabaseBytesAsync(CancellationToken cancellationToken);
}
