using Exemplar.Storage;
using Exemplar.Storage.Outages;
using Exemplar.Storage.Postgres;
using Exemplar.Storage.Sqlite;

namespace Exemplar.Server.Hosting;

/// <summary>Chooses the engine by the settings.</summary>
internal static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services) => services
        .AddSingleton(provider => DataFolder.Take(provider.GetRequiredService<ServerSettings>().DataFolder))
        .AddSingleton(provider => Choose(provider.GetRequiredService<ServerSettings>(), provider.GetRequiredService<DataFolder>()))
        .AddSingleton<OutageStore>()
        .AddHostedService<StorageLifetime>();

    private static StorageEngine Choose(ServerSettings settings, DataFolder folder)
    {
        if (settings.Database is not { } database) return new SqliteEngine(folder.DatabaseFile);
        try
        {
            return new PostgresEngine(database);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            // Not the text itself: it may hold a password.
            throw new SettingsException("EXEMPLAR_DATABASE must be a PostgreSQL connection string: Host=…;Database=… or postgres://user:password@host/database.");
        }
    }
}
