using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Zulip;

/// <summary>Posts into a channel of Zulip with a bot.</summary>
internal sealed class ZulipChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    private const int LongestTopic = 60;
    private const int Longest = 9_000;

    public string Kind => "zulip";

    public string Title => "Zulip";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("url", "Server") { Shape = FieldShape.Address, IsRequired = true, Help = "Your organization: https://example.zulipchat.com" },
        new("bot_email", "Bot's email") { IsRequired = true, Longest = 254, Help = "Settings, Bots: an incoming webhook bot or a generic one." },
        new("api_key", "Bot's API key") { IsRequired = true, IsSecret = true, Longest = 200 },
        new("channel", "Channel") { IsRequired = true, Longest = 60, Help = "The name of the channel, which Zulip once called a stream." },
        new("topic", "Topic") { Longest = LongestTopic, Help = "Left empty, every monitor has its own." },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        if (config["bot_email"].Contains(':', StringComparison.Ordinal)) errors.Add("config.bot_email", "must be an email address");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var topic = config.Has("topic") ? config["topic"] : alert.Monitors > 1 ? "" : PlainText.Line(alert.Monitor.Name);
        if (topic.Length == 0) topic = "Exemplar";
        var basic = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{config["bot_email"]}:{config["api_key"]}"));
        var request = OutboundRequest.Form(
            config["url"].TrimEnd('/') + "/api/v1/messages",
            ("type", "stream"), ("to", config["channel"]), ("topic", PlainText.Cut(topic, LongestTopic)),
            ("content", MarkdownCode.Message(AlertText.Of(alert, links), Longest))).With("Authorization", "Basic " + basic);
        return (await http.SendAsync(request, SecretMask.Of(this, config, basic), cancellationToken)).Outcome;
    }
}
