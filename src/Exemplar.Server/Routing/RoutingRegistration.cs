using Exemplar.Storage.Routing;

namespace Exemplar.Server.Routing;

/// <summary>Wires routes, rotations and escalation.</summary>
internal static class RoutingRegistration
{
    public static IServiceCollection AddRoutes(this IServiceCollection services) => services
        .AddSingleton<RouteStore>()
        .AddSingleton<RotationStore>()
        .AddSingleton<EscalationStore>()
        .AddSingleton<RouteFields>()
        .AddSingleton<RotationFields>()
        .AddSingleton<RoutePreview>()
        .AddSingleton<EscalationWorker>()
        .AddHostedService(provider => provider.GetRequiredService<EscalationWorker>());
}
