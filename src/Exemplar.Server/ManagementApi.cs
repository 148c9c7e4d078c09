using Exemplar.Server.Audit;
using Exemplar.Server.Channels;
using Exemplar.Server.Boards;
using Exemplar.Server.Checks;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Incidents;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Monitors;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Organizations;
using Exemplar.Server.Periods;
using Exemplar.Server.Probes;
using Exemplar.Server.Problems;
using Exemplar.Server.RateLimits;
using Exemplar.Server.Routing;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Organizations;
using Exemplar.Storage.Periods;
using Exemplar.Storage.Tokens;

namespace Exemplar.Server;

/// <summary>Everything of the API but the heartbeats themselves.</summary>
internal static class ManagementApi
{
    /// <summary>
    /// The stores, the gate and the start step that makes the first organization. Needs a <see cref="Storage.StorageEngine"/>, which
    /// an earlier start step opens, the <see cref="ServerSettings"/> and a <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddManagementApi(this IServiceCollection services) => services
        .AddSingleton<OrganizationStore>()
        .AddSingleton<TokenStore>()
        .AddSingleton<AuditStore>()
        .AddSingleton<MonitorStore>()
        .AddSingleton<MonitorChangeContext>()
        .AddSingleton<PeriodStore>()
        .AddSingleton<IncidentStore>()
        .AddSingleton<DeliveryRecordStore>()
        .AddSingleton<ChannelFields>()
        .AddBoards()
        .AddMaintenance()
        .AddProbes()
        .AddSingleton<RequestLimits>()
        .AddSingleton<TokenCache>()
        .AddSingleton<TokenGate>()
        .AddSingleton<TokenUseWorker>()
        .AddHostedService<FirstOrganization>()
        .AddHostedService<AuditPruneWorker>()
        .AddHostedService(provider => provider.GetRequiredService<TokenUseWorker>())
        .AddApiDocument();

    /// <summary>What every request goes through: problems as JSON, then the limit of its address.</summary>
    public static void UseApiConventions(this IApplicationBuilder app)
    {
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<AddressLimitMiddleware>();
    }

    public static void MapManagementApi(this IEndpointRouteBuilder routes)
    {
        routes.MapMonitors();
        routes.MapChecks();
        routes.MapTimeline();
        routes.MapIncidents();
        routes.MapChannels();
        routes.MapRoutes();
        routes.MapRotations();
        routes.MapDeliveries();
        routes.MapBoards();
        routes.MapMaintenance();
        routes.MapHolidays();
        routes.MapOrganization();
        routes.MapTokens();
        routes.MapApiDocument();
    }
}
