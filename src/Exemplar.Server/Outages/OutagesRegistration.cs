namespace Exemplar.Server.Outages;

/// <summary>Wires what the server knows about its own absences.</summary>
internal static class OutagesRegistration
{
    public static IServiceCollection AddOutages(this IServiceCollection services) => services
        .AddSingleton<OutageWatch>()
        .AddSingleton<ClockWatch>()
        .AddSingleton<LivenessWorker>()
        .AddHostedService(provider => provider.GetRequiredService<LivenessWorker>());
}
