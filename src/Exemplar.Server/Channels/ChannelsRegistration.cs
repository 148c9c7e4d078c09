using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Channels.Webhook;

namespace Exemplar.Server.Channels;

/// <summary>Wires the channels and the one way in which the server talks to the outside.</summary>
internal static class ChannelsRegistration
{
    public static IServiceCollection AddChannels(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<ServerSettings>().Outbound)
        .AddSingleton<OutboundLimits>()
        .AddSingleton(new OutboundTrust())
        .AddSingleton(provider => new OutboundConnector(
            provider.GetRequiredService<OutboundPolicy>(), provider.GetRequiredService<OutboundLimits>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<OutboundHttp>()
        .AddSingleton(provider => new AlertLinks(provider.GetRequiredService<ServerSettings>().PublicUrl))
        .AddSingleton<ChannelKinds>()
        .AddSingleton<ChannelConfigReader>()
        .AddSingleton<ChannelSecrets>()
        // A row for each kind, in the order in which people are shown them.
        .AddSingleton<IChannel, WebhookChannel>();
}
