namespace Exemplar.Server.Health;

/// <summary>Wires the server's watch over itself.</summary>
internal static class HealthRegistration
{
    public static IServiceCollection AddHealth(this IServiceCollection services) => services
        .AddSingleton<SelfWatch>()
        .AddSingleton<IOperatorsWay, OperatorsWebhook>()
        .AddSingleton<IOperatorsWay, OperatorsEmail>()
        .AddSingleton<OperatorsChannel>()
        .AddSingleton<SelfWatchWorker>()
        .AddSingleton<OutgoingHeartbeatWorker>()
        .AddHostedService(provider => provider.GetRequiredService<OperatorsChannel>())
        .AddHostedService(provider => provider.GetRequiredService<SelfWatchWorker>())
        .AddHostedService(provider => provider.GetRequiredService<OutgoingHeartbeatWorker>());
}
