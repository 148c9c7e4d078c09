using System.Net.Http;
using Exemplar.Client;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Exemplar in an app with dependency injection.</summary>
public static class ExemplarRegistration
{
    /// <summary>The name of the client's <see cref="HttpClient"/>, for a proxy or a private authority of certificates.</summary>
    public const string HttpClientName = "Exemplar";

    /// <summary>Adds the <see cref="ExemplarClient"/>, one for the whole app.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">How heartbeats are sent; the key is needed.</param>
    public static IServiceCollection AddExemplar(this IServiceCollection services, Action<ExemplarOptions> configure)
    {
        ExemplarClient.Checked(services, nameof(services)).Configure(ExemplarClient.Checked(configure, nameof(configure)));
        services.AddLogging();
        services.AddHttpClient(HttpClientName, http => http.Timeout = Timeout.InfiniteTimeSpan)
            // The lines of every request would be noise, and at the lowest level hold the headers.
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(app => ClientHandler.Create(Options(app).AttemptTimeout));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(app =>
        {
            var factory = app.GetRequiredService<IHttpClientFactory>();
            return new ExemplarClient(
                Target.Of(Options(app)), () => factory.CreateClient(HttpClientName), app.GetRequiredService<TimeProvider>(),
                app.GetRequiredService<ILogger<ExemplarClient>>());
        });
        return services;
    }

    /// <summary>Adds a <see cref="HeartbeatService"/> that beats for a monitor while the app's health checks pass. May be called for several monitors.</summary>
    /// <param name="services">The app's services, with <see cref="AddExemplar"/>.</param>
    /// <param name="monitorId">The monitor's id.</param>
    /// <param name="configure">How it beats; null for every minute.</param>
    /// <exception cref="ArgumentException">The id is empty, or a time is not above zero.</exception>
    public static IServiceCollection AddExemplarHeartbeat(
        this IServiceCollection services, string monitorId, Action<HeartbeatServiceOptions>? configure = null)
    {
        ExemplarClient.Checked(services, nameof(services));
        ExemplarClient.CheckedId(monitorId);
        var options = new HeartbeatServiceOptions();
        configure?.Invoke(options);
        return services.AddSingleton<IHostedService>(app => new HeartbeatService(
            app.GetRequiredService<ExemplarClient>(), monitorId, options, app.GetService<HealthCheckService>(), app.GetService<IHostApplicationLifetime>(),
            app.GetRequiredService<TimeProvider>(), app.GetRequiredService<ILogger<HeartbeatService>>()));
    }

    private static ExemplarOptions Options(IServiceProvider app) => app.GetRequiredService<IOptions<ExemplarOptions>>().Value;
}
