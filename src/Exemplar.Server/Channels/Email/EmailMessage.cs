using System.Net;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using MimeKit;

namespace Exemplar.Server.Channels.Email;

/// <summary>
/// An alert as an email. Its id follows from the delivery id, so that a repeat is recognized as one; the mails of an incident refer
/// to the same one, so that they stand together.
/// </summary>
internal static class EmailMessage
{
    private const int LongestSubject = 200;

    public static MimeMessage Of(Alert alert, AlertText text, MailboxAddress from, IEnumerable<MailboxAddress> to)
    {
        var domain = from.Address[(from.Address.LastIndexOf('@') + 1)..];
        var message = new MimeMessage
        {
            Subject = PlainText.Cut(text.Subject, LongestSubject),
            Date = alert.At,
            MessageId = $"{alert.DeliveryId}@{domain}",
            Body = new BodyBuilder { TextBody = text.Plain + "\n", HtmlBody = Html(alert, text) }.ToMessageBody(),
        };
        message.From.Add(from);
        message.To.AddRange(to);
        if (Importance(alert) is { } importance) message.Importance = importance;
        message.Headers.Add("X-Exemplar-Delivery", alert.DeliveryId.ToString());
        // Nobody's absence note is to answer.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        if (alert.Incident is { } incident) message.References.Add($"incident-{incident.Id}@{domain}");
        return message;
    }

    /// <summary>What mail programs mark and sort by; null where there is nothing to say.</summary>
    private static MessageImportance? Importance(Alert alert) => (alert.Event, alert.Monitor.Severity) switch
    {
        (AlertEvent.Down or AlertEvent.Reminder, Severity.Critical or Severity.High) => MessageImportance.High,
        (AlertEvent.Down or AlertEvent.Reminder, Severity.Low) => MessageImportance.Low,
        _ => null,
    };

    private static string Html(Alert alert, AlertText text)
    {
        var rows = text.Lines.Select(line =>
            $"<tr><td style=\"padding:2px 12px 2px 0;color:#666;vertical-align:top;white-space:nowrap\">{Encode(line.Label)}</td><td style=\"padding:2px 0\">{Encode(line.Text)}</td></tr>");
        var link = text.Link is { } address ? $"<p><a href=\"{Encode(address)}\">Open in Exemplar</a></p>" : "";
        return $"""
            <!doctype html>
            <html><body style="font-family:sans-serif;font-size:15px;color:#222">
            <h2 style="border-left:6px solid {AlertColour.Hex(alert)};padding-left:10px;font-size:18px">{Encode(text.Subject)}</h2>
            <table style="border-collapse:collapse">{string.Concat(rows)}</table>
            {link}
            </body></html>
            """;
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
