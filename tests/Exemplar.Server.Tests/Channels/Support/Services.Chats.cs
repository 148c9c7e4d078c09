using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>Services in which people read.</summary>
internal static partial class Services
{
    private static HttpService Slack => new(
        at => new JsonObject { ["url"] = $"{at}/services/T0001/B0001/{Mark}" },
        request =>
        {
            var attachment = request.Json.GetProperty("attachments")[0];
            var blocks = attachment.GetProperty("blocks").EnumerateArray().ToList();
            var plain = blocks.SelectMany(Plain).ToList();
            var markup = blocks.Where(block => block.TryGetProperty("text", out var text) && Value(text, "type") == "mrkdwn").Select(block => Value(block.GetProperty("text"), "text")!).ToList();
            return First(
                Is(request, "POST", $"/services/T0001/B0001/{Mark}"), IsJson(request), Text(request.Json, "text", 40_000),
                (blocks.Count is > 0 and <= 50, "1 to 50 blocks"),
                (Value(blocks[0].GetProperty("text"), "text")!.Length <= 150, "invalid_blocks: a header has at most 150 characters"),
                (plain.TrueForAll(text => text.Length is > 0 and <= 2_000), "invalid_blocks: a field has 1 to 2000 characters"),
                (!Value(request.Json, "text")!.Contains("<!", StringComparison.Ordinal) && !Value(request.Json, "text")!.Contains("<@", StringComparison.Ordinal), "somebody is called"),
                (markup.TrueForAll(text => text.StartsWith("<https://exemplar.example.com/", StringComparison.Ordinal)), "people's text stands in mrkdwn"));
        });

    private static HttpService Teams => new(
        at => new JsonObject { ["url"] = $"{at}/workflows/abc/triggers/manual/paths/invoke?api-version=1&sig={Mark}" },
        request =>
        {
            var card = request.Json.GetProperty("attachments")[0].GetProperty("content");
            return First(
                Is(request, "POST", $"/workflows/abc/triggers/manual/paths/invoke?api-version=1&sig={Mark}"), IsJson(request),
                (request.Body.Length <= 28 * 1024, "a message has at most 28 KB"), (Value(request.Json, "type") == "message", "type must be message"),
                (Value(request.Json.GetProperty("attachments")[0], "contentType") == "application/vnd.microsoft.card.adaptive", "only adaptive cards"),
                (Value(card, "type") == "AdaptiveCard" && Value(card, "version") is not null, "no adaptive card"),
                (card.GetProperty("body").EnumerateArray().All(block => Value(block, "type") == "RichTextBlock"), "a TextBlock reads Markdown"),
                (card.GetProperty("body").EnumerateArray().SelectMany(block => block.GetProperty("inlines").EnumerateArray()).All(run => Value(run, "text")?.Length > 0), "an empty run"));
        })
    {
        Answer = _ => new FakeAnswer(202),
    };

    private static HttpService Discord => new(
        at => new JsonObject { ["url"] = $"{at}/api/webhooks/123456789/{Mark}" },
        request =>
        {
            var embed = request.Json.GetProperty("embeds")[0];
            var fields = embed.GetProperty("fields").EnumerateArray().ToList();
            return First(
                Is(request, "POST", $"/api/webhooks/123456789/{Mark}"), IsJson(request), Text(embed, "title", 256), (fields.Count <= 25, "at most 25 fields"),
                (fields.TrueForAll(entry => Value(entry, "name") is { Length: > 0 and <= 256 } && Value(entry, "value") is { Length: > 0 and <= 1_024 }), "a field's name or value"),
                (Strings(embed).Sum(text => text.Length) <= 6_000, "an embed has at most 6000 characters"),
                (embed.GetProperty("color").GetInt32() is >= 0 and <= 0xFFFFFF, "color"),
                (request.Json.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength() == 0, "somebody may be called"),
                (!Matches(Value(embed, "title")!, @"(?<!\\)(\\\\)*[*`|\[]"), "Markdown is not escaped"));
        })
    {
        Answer = _ => new FakeAnswer(204),
    };

    private static HttpService Mattermost => new(
        at => new JsonObject { ["url"] = $"{at}/hooks/{Mark}" },
        request =>
        {
            var attachment = request.Json.GetProperty("attachments")[0];
            return First(
                Is(request, "POST", $"/hooks/{Mark}"), IsJson(request), Text(attachment, "text", 4_000), Text(attachment, "fallback", 4_000),
                (IsQuiet(Value(attachment, "text")!), "people's text stands outside of code"), (IsQuiet(Value(attachment, "fallback")!), "people's text stands outside of code"));
        });

    private static HttpService GoogleChat => new(
        at => new JsonObject { ["url"] = $"{at}/v1/spaces/AAAA/messages?key={Mark}1&token={Mark}" },
        request =>
        {
            var card = request.Json.GetProperty("cardsV2")[0];
            var texts = card.GetProperty("card").GetProperty("sections")[0].GetProperty("widgets").EnumerateArray()
                .Where(widget => widget.TryGetProperty("decoratedText", out _)).Select(widget => Value(widget.GetProperty("decoratedText"), "text")!).ToList();
            return First(
                (request.Method == "POST" && request.Path.StartsWith($"/v1/spaces/AAAA/messages?key={Mark}1&token={Mark}", StringComparison.Ordinal), "the address is wrong"),
                (request.Json.TryGetProperty("thread", out _) == request.Path.EndsWith("&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD", StringComparison.Ordinal), "a thread without its option"),
                IsJson(request), (request.Body.Length <= 32_000, "a message has at most 32 KB"), Text(card, "cardId", 64),
                Text(card.GetProperty("card").GetProperty("header"), "title", 1_000), (texts.TrueForAll(text => text.Length > 0 && !text.Contains('<')), "HTML is not escaped"));
        });

    private static HttpService Telegram => new(
        at => new JsonObject { ["token"] = $"123456:{Mark}-abc", ["chat_id"] = "-100123", ["thread_id"] = 5, ["api_url"] = at },
        request => First(
            Is(request, "POST", $"/bot123456:{Mark}-abc/sendMessage"), IsJson(request), (Value(request.Json, "chat_id") == "-100123", "chat not found"),
            (request.Json.GetProperty("message_thread_id").GetInt32() == 5, "message thread not found"),
            (Parsed(Value(request.Json, "text")!).Length is > 0 and <= 4_096, "message is too long"),
            (IsTelegramHtml(Value(request.Json, "text")!), "can't parse entities"), (!HasMention(Value(request.Json, "text")!), "somebody is called")))
    {
        Answer = _ => new FakeAnswer(200, """{"ok":true,"result":{"message_id":7}}"""),
    };

    private static HttpService Matrix => new(
        at => new JsonObject { ["url"] = at + "/", ["token"] = Mark, ["room_id"] = "!room:example.com" },
        request => First(
            Is(request, "PUT", $"/_matrix/client/v3/rooms/!room:example.com/send/m.room.message/{Alerts.DeliveryId}"), IsJson(request),
            Header(request, "Authorization", "Bearer " + Mark), (request.Body.Length <= 65_000, "an event has at most 64 KB"),
            (Value(request.Json, "msgtype") == "m.text" && Value(request.Json, "body")?.Length > 0, "M_BAD_JSON"),
            (Value(request.Json, "format") == "org.matrix.custom.html", "format"),
            (!Matches(Value(request.Json, "formatted_body")!, "<(?!/?b>|br>|/?a[ >])"), "HTML is not escaped"),
            (request.Json.GetProperty("m.mentions").EnumerateObject().Any() is false, "somebody is called")))
    {
        Answer = _ => new FakeAnswer(200, """{"event_id":"$1"}"""),
    };

    private static HttpService Zulip => new(
        at => new JsonObject { ["url"] = at, ["bot_email"] = "bot@example.com", ["api_key"] = Mark, ["channel"] = "ops" },
        request => First(
            Is(request, "POST", "/api/v1/messages"), Header(request, "Content-Type", "application/x-www-form-urlencoded"),
            Header(request, "Authorization", Basic("bot@example.com")),
            (request.Form.GetValueOrDefault("type") == "stream" && request.Form.GetValueOrDefault("to") == "ops", "the stream does not exist"),
            (request.Form.GetValueOrDefault("topic") is { Length: > 0 and <= 60 }, "a topic has 1 to 60 characters"),
            (request.Form.GetValueOrDefault("content") is { Length: > 0 and <= 10_000 } content && IsQuiet(content), "content")))
    {
        Answer = _ => new FakeAnswer(200, """{"result":"success","id":42}"""),
    };

    private static IEnumerable<string> Plain(JsonElement block) =>
        block.TryGetProperty("fields", out var fields) ? fields.EnumerateArray().Where(entry => Value(entry, "type") == "plain_text").Select(entry => Value(entry, "text")!) : [];

    private static bool IsTelegramHtml(string text) =>
        !Matches(text, "<(?!/?b>|a href=\"https://exemplar|/a>)") && !Matches(text, "&(?!(amp|lt|gt|quot);)");

    // What is left of Telegram's HTML when its marks are taken out: that is what is counted.
    private static string Parsed(string html) => System.Net.WebUtility.HtmlDecode(
        System.Text.RegularExpressions.Regex.Replace(html, "<[^>]*>", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));

    private static bool Matches(string text, string pattern) =>
        System.Text.RegularExpressions.Regex.IsMatch(text, pattern, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    private static bool HasMention(string text) => Matches(text, @"@\w");
}
