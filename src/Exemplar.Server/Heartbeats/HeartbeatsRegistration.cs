using Exemplar.Server.Heartbeats.Lane;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.ObjectPool;

namespace Exemplar.Server.Heartbeats;

/// <summary>Wires the ingest path.</summary>
internal static class HeartbeatsRegistration
{
    public static IServiceCollection AddHeartbeats(this IServiceCollection services) => services
        .AddSingleton<HeartbeatIntake>()
        .AddSingleton<ObjectPool<PendingHeartbeat>>(new DefaultObjectPool<PendingHeartbeat>(new Recycling(), maximumRetained: 4096))
        .AddSingleton<HeartbeatEndpoint>()
        .AddSingleton<LaneGate>()
        .AddSingleton<IConnectionListenerFactory, LaneTransport>()
        .AddHostedService<HeartbeatWriter>();

    public static void MapHeartbeats(this IEndpointRouteBuilder routes) => routes
        .MapPost("/api/monitoring/heartbeat", (RequestDelegate)routes.ServiceProvider.GetRequiredService<HeartbeatEndpoint>().HandleAsync)
        .WithHeartbeatDocs();

    private sealed class Recycling : PooledObjectPolicy<PendingHeartbeat>
    {
        public override PendingHeartbeat Create() => new();

        public override bool Return(PendingHeartbeat obj)
        {
            obj.Reset();
            return true;
        }
    }
}
