using Exemplar.Server.Deadlines;
using Exemplar.Server.Heartbeats;
using Exemplar.Server.Maintenance;
using Exemplar.Server.Outages;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Exemplar.Server.Hosting;

/// <summary>
/// The last step of a start. The port is open already; now the server takes over what earlier runs left, lets heartbeats
/// in, begins to judge, and says that it is ready.
/// </summary>
internal sealed class ServerStart(
    LivenessWorker liveness, HeartbeatIntake intake, MaintenanceWorker maintenance, DeadlineWorker deadlines, IServer server) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        // Before the first heartbeat: it may judge what was missed before it.
        await maintenance.BeginAsync(cancellationToken);
        await liveness.BeginAsync(intake, cancellationToken);
        deadlines.Begin();
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            await System.Console.Out.WriteLineAsync($"Exemplar is listening on {address}");
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
