using Exemplar.Storage;
using Exemplar.Storage.Outages;
using Exemplar.Storage.Periods;
using Exemplar.Storage.Sqlite;

namespace Exemplar.Server.Hosting;

/// <summary>Chooses the engine by the settings.</summary>
internal static class StorageRegistration
{
    public static IServiceCollection AddStorage(this IServiceCollection services) => services
        .AddSingleton(provider => DataFolder.Take(provider.GetRequiredService<ServerSettings>().DataFolder))
        .AddSingleton<StorageEngine>(provider =>
        {
            var folder = provider.GetRequiredService<DataFolder>();
            return provider.GetRequiredService<ServerSettings>().Database is { } database
                ? throw new SettingsException(database)
                : new SqliteEngine(folder.DatabaseFile);
        })
        .AddSingleton<OutageStore>()
        .AddHostedService<StorageLifetime>();
}
