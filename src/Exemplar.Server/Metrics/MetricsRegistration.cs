using Exemplar.Server.Deliveries;
using Exemplar.Server.Health;
using Exemplar.Server.Upkeep;
using OpenTelemetry.Metrics;

namespace Exemplar.Server.Metrics;

/// <summary>Wires <c>/metrics</c> in the Prometheus text format.</summary>
internal static class MetricsRegistration
{
    public static IServiceCollection AddServerMetrics(this IServiceCollection services)
    {
        services.AddSingleton<ServerMetrics>().AddSingleton<RetentionMetrics>().AddSingleton<HealthMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(ServerMetrics.MeterName).AddPrometheusExporter());
        return services;
    }

    public static void MapServerMetrics(this IEndpointRouteBuilder routes)
    {
        routes.MapPrometheusScrapingEndpoint("/metrics");
        routes.ServiceProvider.GetRequiredService<ServerMetrics>().BeginAtZero();
        routes.ServiceProvider.GetRequiredService<DeliveryMetrics>().BeginAtZero();
        routes.ServiceProvider.GetRequiredService<RetentionMetrics>().BeginAtZero();
        routes.ServiceProvider.GetRequiredService<HealthMetrics>().BeginAtZero();
    }
}
