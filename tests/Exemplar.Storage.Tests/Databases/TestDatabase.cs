namespace Exemplar.Storage.Tests.Databases;

/// <summary>An empty database of one test. Engines come and go on it; it stays until it is disposed.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    /// <summary>Makes the database.</summary>
    public abstract Task CreateAsync();

    /// <summary>An engine on it, not opened yet.</summary>
    public abstract StorageEngine NewEngine();

    public abstract ValueTask DisposeAsync();
}
