using Exemplar.Storage.Probes;

namespace Exemplar.Server.Probes;

/// <summary>Wires what stores the configuration of probes.</summary>
internal static class ProbesRegistration
{
    public static IServiceCollection AddProbes(this IServiceCollection services) => services
        .AddSingleton(provider => new ProbeKinds(areOffered: provider.GetService<IConfiguration>()?[ProbeKinds.Key] == "true"))
        .AddSingleton<ProbeSecretStore>()
        .AddSingleton<ProbeSecrets>()
        .AddSingleton<MonitorProbes>();
}
