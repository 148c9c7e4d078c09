using System.Text.Json.Nodes;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.Telegram;

/// <summary>Sends a message with a bot of Telegram.</summary>
internal sealed class TelegramChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    // 4,096 characters after the marks are taken out, and every @ may have become two.
    private const int LongestSubject = 250;
    private const int LongestLine = 350;

    public string Kind => "telegram";

    public string Title => "Telegram";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("token", "Bot token") { IsRequired = true, IsSecret = true, Longest = 200, Help = "BotFather gives it: 123456:ABC-DEF…" },
        new("chat_id", "Chat") { IsRequired = true, Longest = 100, Help = "The number of a person, group or channel, or @name of a public one." },
        new("thread_id", "Topic") { Shape = FieldShape.Number, Help = "The number of a topic in a group that has topics." },
        new("api_url", "API address") { Shape = FieldShape.Address, Default = "https://api.telegram.org", Help = "Another one for a Bot API server of your own." },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        if (!config["token"].All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '_' or '-'))
            errors.Add("config.token", "must be a bot token such as 123456:ABC-DEF");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var message = new JsonObject
        {
            ["chat_id"] = config["chat_id"],
            ["text"] = Html(AlertText.Of(alert, links)),
            ["parse_mode"] = "HTML",
            ["link_preview_options"] = new JsonObject { ["is_disabled"] = true },
        };
        if (config.Has("thread_id")) message["message_thread_id"] = int.Parse(config["thread_id"]);
        var request = OutboundRequest.Json($"{config["api_url"].TrimEnd('/')}/bot{config["token"]}/sendMessage", message);
        var answer = await http.SendAsync(request, SecretMask.Of(this, config), cancellationToken);
        // The wait stands in the body, not in a header.
        return answer is { Status: 429, Outcome: DeliveryOutcome.Retry { After: null } retry }
            && answer.Json() is { ValueKind: System.Text.Json.JsonValueKind.Object } body && body.TryGetProperty("parameters", out var parameters)
            && parameters.ValueKind == System.Text.Json.JsonValueKind.Object && parameters.TryGetProperty("retry_after", out var seconds)
            ? retry with { After = OutboundHttp.Seconds(seconds.ToString()) }
            : answer.Outcome;
    }

    private static string Html(AlertText text)
    {
        var lines = text.Lines.Select(line => $"<b>{line.Label}:</b> {Escape(PlainText.Cut(line.Text, LongestLine))}");
        var html = string.Join('\n', [$"<b>{Escape(PlainText.Cut(text.Subject, LongestSubject))}</b>", .. lines]);
        return text.Link is { } link ? $"{html}\n<a href=\"{Escape(link)}\">Open in Exemplar</a>" : html;
    }

    // A name after @ would call somebody: an invisible joiner keeps it from being one.
    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal).Replace("@", "@\u2060", StringComparison.Ordinal);
}
