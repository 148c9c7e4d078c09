using Microsoft.Data.Sqlite;

namespace Exemplar.Storage.Sqlite;

/// <summary>Tells a database that cannot be written now from a bug of ours.</summary>
internal static class SqliteFailure
{
    /// <summary>True for a full disk, a lock held by another program, an I/O error: what may pass by itself.</summary>
    public static bool IsUnavailable(this Exception exception) =>
        exception is SqliteException { SqliteErrorCode: Busy or Locked or NoMemory or ReadOnly or InputOutput or Corrupt or Full or CannotOpen or Protocol }
            or IOException;

    public static StorageUnavailableException ToUnavailable(this Exception exception) =>
        new("The SQLite database cannot be used now: " + exception.Message, exception);

    private const int Busy = 5;
    private const int Locked = 6;
    private const int NoMemory = 7;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Protocol = 15;
}
