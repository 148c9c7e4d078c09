using Exemplar.Storage.Maintenance;

namespace Exemplar.Server.Maintenance;

/// <summary>Wires maintenance windows, active hours and holidays.</summary>
internal static class MaintenanceRegistration
{
    /// <summary>Needs the stores of monitors and what knows of outages.</summary>
    public static IServiceCollection AddMaintenance(this IServiceCollection services) => services
        .AddSingleton<MaintenanceStore>()
        .AddSingleton<HolidayStore>()
        .AddSingleton<QuietTimesStore>()
        .AddSingleton<QuietTimesCache>()
        .AddSingleton<MaintenanceFields>()
        .AddSingleton<MaintenanceBanners>()
        .AddSingleton<MaintenanceWorker>()
        .AddHostedService(provider => provider.GetRequiredService<MaintenanceWorker>());
}
