using System.Net.Sockets;
using System.Security.Authentication;
using Exemplar.Core.Deliveries;

namespace Exemplar.Server.Channels.Outbound;

/// <summary>What a failed connection means. The texts name the host and nothing else of an address, which may be a secret.</summary>
internal static class OutboundFault
{
    /// <summary>The outcome; null when the exception is a fault of ours.</summary>
    /// <remarks>
    /// A certificate that is not valid may be retried: it is renewed by the other side without a hand on the channel, and the
    /// alert is then still worth having. So may a name that is not found: a resolver that is down answers like a wrong name.
    /// </remarks>
    public static DeliveryOutcome? For(Exception exception, string host)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case OutboundRefusedException:
                    return new DeliveryOutcome.Refused(cause.Message);
                case AuthenticationException:
                    return new DeliveryOutcome.Retry($"The certificate of {host} is not valid, or it does not speak TLS: {cause.Message}");
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }:
                    return new DeliveryOutcome.Retry($"The name {host} cannot be resolved.");
                case SocketException socket:
                    return new DeliveryOutcome.Retry($"No connection to {host}: {socket.SocketErrorCode switch
                    {
                        SocketError.ConnectionRefused => "connection refused",
                        SocketError.TimedOut => "it does not answer",
                        SocketError.ConnectionReset => "connection reset",
                        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "no route to it",
                        var code => code.ToString(),
                    }}.");
                case HttpIOException or IOException when cause.InnerException is null:
                    return new DeliveryOutcome.Retry($"The connection to {host} broke off: {cause.Message}");
                case HttpRequestException when cause.InnerException is null:
                    return new DeliveryOutcome.Retry($"No usable answer from {host}: {cause.Message}");
                default:
                    break;
            }
        }
        return null;
    }
}
