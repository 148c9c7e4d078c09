namespace Exemplar.Storage.Sqlite;

/// <summary>How far the heartbeat log has come. Belongs to the holder of the <see cref="WriteGate"/>.</summary>
internal sealed class HeartbeatLog
{
    /// <summary>The number that the next heartbeat gets. Numbers are never used twice, so that a pointer to a removed heartbeat stays dead.</summary>
    public long NextSeq { get; set; } = 1;

    /// <summary>Every state on disk knows the heartbeats up to this one; a start replays those after it.</summary>
    public long SavedThrough { get; set; }

    /// <summary>Heartbeats that a start would have to replay now.</summary>
    public long Unsaved => NextSeq - 1 - SavedThrough;
}
