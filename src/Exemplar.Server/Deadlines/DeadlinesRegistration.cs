namespace Exemplar.Server.Deadlines;

/// <summary>Wires the scheduler.</summary>
internal static class DeadlinesRegistration
{
    public static IServiceCollection AddDeadlines(this IServiceCollection services) => services
        .AddSingleton<DeadlineReport>()
        .AddSingleton<DeadlineWorker>()
        .AddHostedService(provider => provider.GetRequiredService<DeadlineWorker>());
}
