using Exemplar.Server;
using Exemplar.Server.Channels;
using Exemplar.Server.Console;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Deadlines;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Health;
using Exemplar.Server.Heartbeats;
using Exemplar.Server.Hosting;
using Exemplar.Server.Metrics;
using Exemplar.Server.Outages;
using Exemplar.Server.StatusPages;
using Exemplar.Server.Upkeep;

try
{
    await using var app = Build(args);
    if (PasswordReset.EmailIn(args) is { } email) return await PasswordReset.RunAsync(app.Services, email);
    await StartAsync(app);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (OperationCanceledException)
{
    // Asked to stop before the start was over: nothing was accepted yet.
    return 0;
}
catch (Exception exception) when (StartRefusal.For(exception) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return 2;
}

/// <summary>What the server is made of.</summary>
internal partial class Program
{
    private static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch
        {
            // The workers that run already are being stopped; without this they would be taken for failed.
            app.Lifetime.StopApplication();
            throw;
        }
    }

    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    internal static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        var builder = ServerBuilder.Create(args);
        builder.Services
            .AddStorage()
            .AddServerMetrics()
            .AddHeartbeats()
            .AddOutages()
            .AddDeadlines()
            .AddUpkeep()
            .AddChannels()
            .AddDeliveries()
            .AddHealth()
            .AddManagementApi()
            .AddConsole()
            .AddHostedService<ServerStart>();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseTrustedProxies();
        app.UseApiConventions();
        app.UseConsole();
        app.MapHeartbeats();
        app.MapManagementApi();
        app.MapStatusPages();
        app.MapHealth();
        app.MapServerMetrics();
        app.MapConsole();
        return app;
    }
}
