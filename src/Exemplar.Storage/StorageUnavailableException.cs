namespace Exemplar.Storage;

/// <summary>The database could not be written or read now: full disk, lock held by another program, no connection. Try again later.</summary>
public sealed class StorageUnavailableException : Exception
{
    public StorageUnavailableException()
    {
    }

    public StorageUnavailableException(string message) : base(message)
    {
    }

    public StorageUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
