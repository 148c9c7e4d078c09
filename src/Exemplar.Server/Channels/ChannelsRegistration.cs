using Exemplar.Server.Channels.Discord;
using Exemplar.Server.Channels.Email;
using Exemplar.Server.Channels.GithubIssue;
using Exemplar.Server.Channels.GoogleChat;
using Exemplar.Server.Channels.Gotify;
using Exemplar.Server.Channels.IncidentIo;
using Exemplar.Server.Channels.Matrix;
using Exemplar.Server.Channels.Mattermost;
using Exemplar.Server.Channels.Ntfy;
using Exemplar.Server.Channels.Opsgenie;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Channels.PagerDuty;
using Exemplar.Server.Channels.Pushover;
using Exemplar.Server.Channels.Shell;
using Exemplar.Server.Channels.Slack;
using Exemplar.Server.Channels.Teams;
using Exemplar.Server.Channels.Telegram;
using Exemplar.Server.Channels.TwilioSms;
using Exemplar.Server.Channels.Webhook;
using Exemplar.Server.Channels.Zulip;

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
        .AddSingleton<SmtpSender>()
        .AddSingleton(provider => new AlertLinks(provider.GetRequiredService<ServerSettings>().PublicUrl))
        .AddSingleton<ChannelKinds>()
        .AddSingleton<ChannelConfigReader>()
        .AddSingleton<ChannelSecrets>()
        // A row for each kind, in the order in which people are shown them.
        .AddSingleton<IChannel, EmailChannel>()
        .AddSingleton<IChannel, WebhookChannel>()
        .AddSingleton<IChannel, SlackChannel>()
        .AddSingleton<IChannel, TeamsChannel>()
        .AddSingleton<IChannel, DiscordChannel>()
        .AddSingleton<IChannel, MattermostChannel>()
        .AddSingleton<IChannel, GoogleChatChannel>()
        .AddSingleton<IChannel, TelegramChannel>()
        .AddSingleton<IChannel, PagerDutyChannel>()
        .AddSingleton<IChannel, OpsgenieChannel>()
        .AddSingleton<IChannel, IncidentIoChannel>()
        .AddSingleton<IChannel, PushoverChannel>()
        .AddSingleton<IChannel, NtfyChannel>()
        .AddSingleton<IChannel, GotifyChannel>()
        .AddSingleton<IChannel, MatrixChannel>()
        .AddSingleton<IChannel, ZulipChannel>()
        .AddSingleton<IChannel, TwilioSmsChannel>()
        .AddSingleton<IChannel, GithubIssueChannel>()
        .AddSingleton<IChannel, ShellChannel>();
}
