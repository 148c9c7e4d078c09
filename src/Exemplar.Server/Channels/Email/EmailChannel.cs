using System.Globalization;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;
using MimeKit;

namespace Exemplar.Server.Channels.Email;

/// <summary>Sends an email as text and HTML, through the mail server of the channel or the one that the operator has set for all.</summary>
internal sealed class EmailChannel(SmtpSender sender, AlertLinks links, ServerSettings settings) : IChannel
{
    private const int MostRecipients = 20;

    public string Kind => "email";

    public string Title => "Email";

    public bool IsReadByPeople => true;

    public IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("to", "To") { Shape = FieldShape.Lines, IsRequired = true, Longest = 4_000, Help = "One address to a line, or separated by commas; up to 20." },
        new("from", "From") { Longest = 320, Help = "Exemplar <alerts@example.com>; may be left empty when the operator has set one." },
        new("host", "Mail server") { Longest = 253, Help = "smtp.example.com; may be left empty when the operator has set one." },
        new("port", "Port") { Shape = FieldShape.Number, Default = "587" },
        new("security", "Encryption")
        {
            Shape = FieldShape.Choice, Choices = SmtpRelay.Words, Default = SmtpRelay.StartTls,
            Help = "starttls (port 587) and tls (port 465) insist on a valid certificate; none is for a relay on the same machine.",
        },
        new("user", "User") { Longest = 320 },
        new("password", "Password") { IsSecret = true, Longest = 1_000 },
    ];

    public void Validate(ChannelConfig config, FieldErrors errors)
    {
        var to = Addresses(config["to"]);
        if (to.Count > MostRecipients) errors.Add("config.to", $"must have at most {MostRecipients} addresses");
        foreach (var address in to.Where(address => !IsAddress(address))) errors.Add("config.to", $"holds '{PlainText.Cut(address, 100)}', which is no email address");
        if (config.Has("from") ? !IsAddress(config["from"]) : settings.SmtpFrom is null) errors.Add("config.from", "must be an email address such as Exemplar <alerts@example.com>");
        if (!config.Has("host") && settings.Smtp is null) errors.Add("config.host", "is required, because the operator has set no mail server for all");
        if (config.Has("host") && Uri.CheckHostName(config["host"]) == UriHostNameType.Unknown) errors.Add("config.host", "must be the name of a host");
        else if (settings.Outbound.RefusalOfHost(config["host"]) is { } refusal)
            errors.Add("config.host", $"must be a public host: it {refusal}; the operator can allow it with {OutboundPolicy.Setting}");
        if (config.Has("port") && int.Parse(config["port"], CultureInfo.InvariantCulture) is < 1 or > 65_535) errors.Add("config.port", "must be from 1 to 65535");
    }

    public async Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken)
    {
        if (Relay(config) is not { } relay || From(config) is not { } from)
            return new DeliveryOutcome.Refused("The operator has no mail server for all any more: configure one for this channel.");
        var mask = SecretMask.Of(this, config, relay.Password, relay.AuthPlain);
        using var message = EmailMessage.Of(alert, AlertText.Of(alert, links), from, Addresses(config["to"]).Select(MailboxAddress.Parse));
        return await sender.SendAsync(relay, message, mask, cancellationToken);
    }

    private SmtpRelay? Relay(ChannelConfig config) => !config.Has("host") ? settings.Smtp
        : new SmtpRelay(config["host"], int.Parse(config["port"], CultureInfo.InvariantCulture), SmtpRelay.Option(config["security"]))
        {
            User = config["user"], Password = config["password"],
        };

    private MailboxAddress? From(ChannelConfig config) =>
        (config.Has("from") ? config["from"] : settings.SmtpFrom) is { } text && MailboxAddress.TryParse(text, out var address) ? address : null;

    /// <summary>Whether a text is one address with a domain, and nothing else.</summary>
    public static bool IsAddress(string text) =>
        MailboxAddress.TryParse(text, out var address) && address.Address.LastIndexOf('@') is > 0 and var at
        && at < address.Address.Length - 1 && !address.Address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static List<string> Addresses(string text) =>
        [.. text.Split([',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
