using Exemplar.Storage.Retention;
using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>Housekeeping of the database. What lies in memory here may be lost at any moment without harm.</summary>
internal sealed class PostgresUpkeepStore(NpgsqlDataSource source, CheckPartitions partitions) : IUpkeepStore
{
    private readonly PostgresPruner _pruner = new(source, partitions);

    public Task<UpkeepStep> PruneChecksAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        OrUnavailableAsync(() => _pruner.StepAsync(now, cancellationToken));

    public Task KeepUpAsync(DateTimeOffset now, bool stopping, CancellationToken cancellationToken) =>
        stopping
            ? Task.CompletedTask
            : OrUnavailableAsync(async () =>
            {
                await partitions.EnsureAsync(now, cancellationToken);
                return true;
            });

    public Task<long> DatabaseBytesAsync(CancellationToken cancellationToken) => OrUnavailableAsync(async () =>
    {
        await using var command = source.CreateCommand("SELECT pg_database_size(current_database())");
        return (long)(await command.ExecuteScalarAsync(cancellationToken) ?? 0L);
    });

    private static async Task<T> OrUnavailableAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (exception.IsUnavailable())
        {
            throw exception.ToUnavailable();
        }
    }
}
