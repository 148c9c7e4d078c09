using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels.TwilioSms;

/// <summary>Sends a text message with Twilio. Short: every 70 characters beyond the Latin alphabet cost another message.</summary>
internal sealed class TwilioSmsChannel(OutboundHttp http, AlertLinks links) : IChannel
{
    private const int Longest = 320;

    public string Kind => "twilio_sms";

    public string Title => "SMS (Twilio)";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("account_sid", "Account SID") { IsRequired = true, Longest = 34, Help = "Begins with AC; on the first page of the Twilio console." },
        new("auth_token", "Auth token") { IsRequired = true, IsSecret = true, Longest = 200 },
        new("from", "From") { IsRequired = true, Longest = 34, Help = "A number of yours such as +15551234567, or a messaging service, which begins with MG." },
        new("to", "To") { IsRequired = true, Longest = 20, Help = "+15557654321" },
        new("api_url", "API address") { Shape = FieldShape.Address, Default = "https://api.twilio.com" },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        if (config["account_sid"] is not ['A', 'C', .. { Length: 32 } rest] || !rest.All(char.IsAsciiHexDigit)) errors.Add("config.account_sid", "must be AC and 32 hex digits");
        if (!IsNumber(config["to"])) errors.Add("config.to", "must be a number such as +15557654321");
        if (!IsNumber(config["from"]) && !config["from"].All(c => char.IsAsciiLetterOrDigit(c) || c == ' '))
            errors.Add("config.from", "must be a number such as +15551234567, a messaging service or a sender id");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        var basic = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{config["account_sid"]}:{config["auth_token"]}"));
        var sender = config["from"] is ['M', 'G', ..] && config["from"].Length == 34 ? "MessagingServiceSid" : "From";
        var request = OutboundRequest.Form(
            $"{config["api_url"].TrimEnd('/')}/2010-04-01/Accounts/{config["account_sid"]}/Messages.json",
            ("To", config["to"]), (sender, config["from"]), ("Body", Body(alert))).With("Authorization", "Basic " + basic);
        return (await http.SendAsync(request, SecretMask.Of(this, config, basic), cancellationToken)).Outcome;
    }

    private string Body(Alert alert)
    {
        var text = AlertText.Of(alert, links);
        // The subject says already that it comes late.
        var words = $"{PlainText.Cut(text.Subject, 160)}\n{text.Lines[alert.IsStale ? 1 : 0].Text}";
        // A link that is cut leads nowhere: the words give way.
        return text.Link is { Length: < Longest / 2 } link ? $"{PlainText.Cut(words, Longest - link.Length - 1)}\n{link}" : PlainText.Cut(words, Longest);
    }

    private static bool IsNumber(string text) => text is ['+', .. { Length: >= 6 and <= 15 } digits] && digits.All(char.IsAsciiDigit);
}
