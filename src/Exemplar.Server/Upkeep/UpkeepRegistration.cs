namespace Exemplar.Server.Upkeep;

/// <summary>Wires the housekeeping.</summary>
internal static class UpkeepRegistration
{
    public static IServiceCollection AddUpkeep(this IServiceCollection services) => services
        .AddSingleton<UpkeepWorker>()
        .AddHostedService(provider => provider.GetRequiredService<UpkeepWorker>());
}
