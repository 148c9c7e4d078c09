using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Email;
using Exemplar.Server.Channels.Outbound;
using MimeKit;

namespace Exemplar.Server.Health;

/// <summary>Writes to the operators through their own mail server.</summary>
internal sealed class OperatorsEmail(ServerSettings settings, SmtpSender sender) : IOperatorsWay
{
    private readonly SecretMask _mask = SecretMask.OfAddress("", settings.Smtp?.Password ?? "", settings.Smtp?.AuthPlain ?? "");

    public string Setting => "EXEMPLAR_OPERATORS_EMAIL";

    public bool IsOpen => settings.OperatorsEmail.Count > 0;

    public async Task<DeliveryOutcome> SendAsync(OperatorsNotice notice, CancellationToken cancellationToken)
    {
        using var message = Message(notice);
        return await sender.SendAsync(settings.Smtp!, message, _mask, cancellationToken);
    }

    private MimeMessage Message(OperatorsNotice notice)
    {
        var from = MailboxAddress.Parse(settings.SmtpFrom!);
        var message = new MimeMessage
        {
            // The same for a repeat, so that it is recognized as one.
            MessageId = $"{(notice.EndedAt is null ? "stalled" : "goes-on")}-{notice.Since.ToUnixTimeMilliseconds()}@{from.Domain}",
            Subject = notice.Subject(settings.ServerName),
            Body = new TextPart("plain") { Text = notice.Text(settings.ServerName) + "\n" },
        };
        message.From.Add(from);
        message.To.AddRange(settings.OperatorsEmail.Select(MailboxAddress.Parse));
        if (notice.EndedAt is null) message.Importance = MessageImportance.High;
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        return message;
    }
}
