using Exemplar.Storage.Retention;

namespace Exemplar.Server.Upkeep;

/// <summary>Wires the housekeeping.</summary>
internal static class UpkeepRegistration
{
    public static IServiceCollection AddUpkeep(this IServiceCollection services) => services
        .AddSingleton<UpkeepWorker>()
        .AddSingleton<IncidentPruner>()
        .AddSingleton<IncidentPruneWorker>()
        .AddHostedService(provider => provider.GetRequiredService<IncidentPruneWorker>())
        .AddHostedService(provider => provider.GetRequiredService<UpkeepWorker>());
}
