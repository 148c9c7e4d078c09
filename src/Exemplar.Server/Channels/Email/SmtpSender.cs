using System.Net;
using Exemplar.Core.Deliveries;
using Exemplar.Server.Channels.Outbound;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Exemplar.Server.Channels.Email;

/// <summary>Hands a message to a mail server, under the outbound policy and within limits, with an outcome for every answer.</summary>
internal sealed class SmtpSender(OutboundConnector connector, OutboundLimits limits, OutboundTrust trust, TimeProvider clock)
{
    // The operator's own server may stand where nobody else may connect to.
    private readonly OutboundConnector _operators = new(OutboundPolicy.Parse("all"), limits, clock);

    /// <summary>Tries once. Only being cancelled throws.</summary>
    public async Task<DeliveryOutcome> SendAsync(SmtpRelay relay, MimeMessage message, SecretMask mask, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.Answer, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = new Client { CheckCertificateRevocation = false };
        client.ServerCertificateValidationCallback = (_, certificate, _, errors) => trust.Accepts(certificate, errors);
        try
        {
            var socket = await (relay.IsOperators ? _operators : connector).ConnectAsync(relay.Host, relay.Port, both.Token);
            await client.ConnectAsync(socket, relay.Host, relay.Port, relay.Security, both.Token);
            if (relay.User.Length > 0) await client.AuthenticateAsync(new NetworkCredential(relay.User, relay.Password), both.Token);
            var answer = await client.SendAsync(message, both.Token);
            var refused = client.Refused.Count == 0 ? "" : $" Not taken: {string.Join("; ", client.Refused)}";
            return new DeliveryOutcome.Delivered(mask.Clean($"{answer}{refused}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryOutcome.Retry($"{mask.Clean(relay.Host)} did not take the message within {limits.Answer.TotalSeconds:0.#} s.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException && OutcomeOf(exception, relay.Host) is { } outcome)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var detail = mask.Clean(outcome.Detail);
            return outcome is DeliveryOutcome.Refused ? new DeliveryOutcome.Refused(detail) : new DeliveryOutcome.Retry(detail);
        }
    }

    // 4xx is temporary and 5xx lasting, by the rules of SMTP.
    private static DeliveryOutcome? OutcomeOf(Exception exception, string host) => exception switch
    {
        SmtpCommandException { StatusCode: var code } command => (int)code >= 500
            ? new DeliveryOutcome.Refused($"{(int)code} {command.Message}")
            : new DeliveryOutcome.Retry($"{(int)code} {command.Message}"),
        AuthenticationException { Message: var why } when why.StartsWith('4') => new DeliveryOutcome.Retry($"{host} does not let us in now: {why}"),
        AuthenticationException => new DeliveryOutcome.Refused($"{host} does not accept the user and password: {exception.Message}"),
        SslHandshakeException => new DeliveryOutcome.Retry($"The certificate of {host} is not valid, or it does not speak TLS on this port."),
        NotSupportedException => new DeliveryOutcome.Refused($"{host} cannot do what is configured: {exception.Message}"),
        SmtpProtocolException or ServiceNotConnectedException => new DeliveryOutcome.Retry($"The connection to {host} broke off: {exception.Message}"),
        _ => OutboundFault.For(exception, host),
    };

    /// <summary>A message to several goes to those whom the server takes; only when it takes none it fails.</summary>
    private sealed class Client : SmtpClient
    {
        public List<string> Refused { get; } = [];

        private SmtpResponse? _last;

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            _last = response;
            Refused.Add($"{mailbox.Address}: {(int)response.StatusCode} {response.Response}");
        }

        protected override void OnNoRecipientsAccepted(MimeMessage message) => throw new SmtpCommandException(
            SmtpErrorCode.RecipientNotAccepted, _last!.StatusCode, string.Join("; ", Refused));
    }
}
