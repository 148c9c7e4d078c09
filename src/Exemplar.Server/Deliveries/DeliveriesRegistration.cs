using Exemplar.Server.Incidents;
using Exemplar.Server.Routing;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Noise;

namespace Exemplar.Server.Deliveries;

/// <summary>Wires the path from a change of status to people.</summary>
internal static class DeliveriesRegistration
{
    public static IServiceCollection AddDeliveries(this IServiceCollection services) => services
        .AddSingleton<FollowUpStore>()
        .AddSingleton<NoiseTimerStore>()
        .AddSingleton<FollowUpRules>()
        .AddSingleton<NoiseRound>()
        .AddSingleton<DeliveryStore>()
        .AddSingleton<ChannelStore>()
        .AddSingleton<DeliveryMetrics>()
        .AddSingleton<Sender>()
        .AddSingleton<LaneServices>()
        .AddSingleton<DeliveryWorker>()
        .AddSingleton<FollowUpRound>()
        .AddSingleton<IncidentWorker>()
        .AddSingleton<IncidentResolution>()
        .AddSingleton<IncidentReader>()
        // Stopped in the other order: first nothing new is decided, then what is on its way ends.
        .AddHostedService(provider => provider.GetRequiredService<DeliveryWorker>())
        .AddHostedService(provider => provider.GetRequiredService<IncidentWorker>())
        .AddRoutes();
}
