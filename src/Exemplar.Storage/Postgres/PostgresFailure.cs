using System.Net.Sockets;
using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>Tells a database that cannot be used now from a bug of ours.</summary>
internal static class PostgresFailure
{
    private const string IdleInTransactionTimeout = "25P03";

    /// <summary>
    /// True for a lost or refused connection, a full disk, a server that is starting, stopping or only a standby, a deadlock
    /// or a lock that took too long: what may pass by itself. EF Core wraps such failures, so the causes are looked at too.
    /// </summary>
    public static bool IsUnavailable(this Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException error) return MayPass(error.SqlState);
            if (cause is NpgsqlException or SocketException or TimeoutException or IOException) return true;
        }
        return false;
    }

    public static StorageUnavailableException ToUnavailable(this Exception exception) =>
        new("The PostgreSQL database cannot be used now: " + exception.GetBaseException().Message, exception);

    private static bool MayPass(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransactionTimeout
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => true,
        // Connection, credentials, resources, operator intervention, the system below.
        _ => sqlState is ['0', '8', ..] or ['2', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..],
    };
}
